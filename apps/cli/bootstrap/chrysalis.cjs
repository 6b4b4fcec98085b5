#!/usr/bin/env node
/**
 * The front door: `./chrysalis` at the top of the checkout is a link to this file. The link matters: Node below 20.10
 * refuses a file without an ending in an ESM package before it reads a line of it, and follows links first.
 *
 * This file alone must be read by every Node there ever was, so it keeps to the syntax of ES5 and only compares the
 * version; everything else is in bootstrap.cjs, which is read after that.
 */
'use strict';

var OLDEST = '20.19';

function isTooOld(version) {
  var own = version.split('.');
  var oldest = OLDEST.split('.');
  return Number(own[0]) < Number(oldest[0]) || (own[0] === oldest[0] && Number(own[1]) < Number(oldest[1]));
}

if (isTooOld(process.versions.node)) {
  process.stderr.write(
    'chrysalis: Node ' + process.versions.node + ' is too old, ' + OLDEST + ' or newer is needed.\n',
  );
  process.exit(3);
}

require('./bootstrap.cjs').run();
