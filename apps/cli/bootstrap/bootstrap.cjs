/**
 * What happens between `./chrysalis …` and the command line in TypeScript: the packages are installed when they are
 * missing or others, the sources are compiled when they changed, then dist/apps/cli/src/main.js takes over.
 *
 * Imports nothing from node_modules, because there may be none yet. Says its progress on stderr; stdout belongs to
 * the command. Ends with 3 when the checkout could not be made ready.
 */
'use strict';

const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { installPackages, isInstalled } = require('./install.cjs');
const { buildSources, isBuilt } = require('./build.cjs');
const { NotReady, inOneSentence } = require('./not-ready.cjs');
const { withLock } = require('./lock.cjs');

const root = path.resolve(__dirname, '../../..');
const say = (line) => process.stderr.write(`chrysalis: ${line}\n`);

/** Brings node_modules and dist up to date; the lock is taken only when something is to be done. */
async function makeReady() {
  if (isInstalled(root) && isBuilt(root)) return;
  await withLock(root, say, async (noteChild) => {
    if (!isInstalled(root)) await installPackages(root, say, noteChild);
    if (!isBuilt(root)) await buildSources(root, say, noteChild);
  });
}

async function run() {
  try {
    await makeReady();
  } catch (caught) {
    const error = inOneSentence(caught);
    if (!(error instanceof NotReady)) throw error;
    say(error.message);
    process.exit(error.exitCode);
  }
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(path.join(root, 'dist/apps/cli/src/main.js')).href);
}

module.exports = { run };
