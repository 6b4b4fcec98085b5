/**
 * Where `#coer/x.js` and its kin are, for dependency-cruiser: package.json says it of dist, the rules are about the
 * sources. Relative to the working directory, so that the planted tree of the architecture tests is a tree of its own.
 */
'use strict';

const path = require('node:path');
const { imports } = require('./package.json');

const alias = Object.entries(imports).map(([name, target]) => [
  name.replace('/*', ''),
  path.resolve(target.replace('./dist/', '').replace('/*', '')),
]);

module.exports = {
  resolve: { alias: Object.fromEntries(alias), extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
};
