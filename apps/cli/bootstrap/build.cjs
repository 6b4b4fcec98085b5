/**
 * Says whether dist belongs to the sources, and has them compiled when it does not.
 *
 * The stamp dist/.chrysalis-build.json, written last, holds size and modification time of each source as it was
 * compiled, and the compiler's own fingerprint. Types are not checked here but by `chrysalis check`: see
 * docs/decisions/0001-build.md.
 */
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { runChild } = require('./child.cjs');
const { OUTPUT, isEngineSource, listEngineSources } = require('./engine.cjs');
const { NotReady } = require('./not-ready.cjs');

const STAMP = 'dist/.chrysalis-build.json';
const isSource = (place) => /\.ts$/.test(place) && !/\.(spec|fixture|d)\.ts$/.test(place) && !isEngineSource(place);
const isAsset = (name) => /\.wasm$/.test(name);

/** Every file that dist is made of: path from the root, and its size and modification time as one word. */
function listSources(root) {
  const found = {};
  const walk = (folder) => {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const place = `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== 'node_modules') walk(place);
      else if (entry.isFile() && (isSource(place) || isAsset(place))) {
        const { size, mtimeMs } = fs.statSync(path.join(root, place));
        found[place] = `${size} ${mtimeMs}`;
      }
    }
  };
  for (const top of ['apps', 'libs']) if (fs.existsSync(path.join(root, top))) walk(top);
  return found;
}

/** What the compiled text depends on beside the sources: the compiler's version and how it is asked. */
function compilerFingerprint(root) {
  const hash = createHash('sha256');
  for (const file of ['compile.cjs', 'engine.cjs', 'swc-options.cjs'])
    hash.update(fs.readFileSync(path.join(__dirname, file)));
  for (const compiler of ['@swc/core', 'assemblyscript'])
    hash.update(fs.readFileSync(path.join(root, 'node_modules', compiler, 'package.json')));
  return hash.digest('hex');
}

const nothingBuilt = { compiler: '', engine: {}, files: {} };

/** Whether two lists name the same places in the same states. */
function isSame(one, other) {
  return (
    Object.keys(one).length === Object.keys(other).length &&
    Object.entries(one).every(([place, state]) => other[place] === state)
  );
}

/** Whether the engine's module is there and was made of these sources. */
function isEngineBuilt(root, stamp) {
  const sources = listEngineSources(root);
  return isSame(sources, stamp.engine) && (Object.keys(sources).length === 0 || fs.existsSync(path.join(root, OUTPUT)));
}

/** The stamp of the last build that came to its end, or an empty one. */
function readStamp(root) {
  try {
    return { ...nothingBuilt, ...JSON.parse(fs.readFileSync(path.join(root, STAMP), 'utf8')) };
  } catch (error) {
    if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
    return nothingBuilt;
  }
}

/** True when dist was compiled from these very sources by this compiler. */
function isBuilt(root) {
  const stamp = readStamp(root);
  return (
    stamp.compiler === compilerFingerprint(root) &&
    fs.existsSync(path.join(root, 'dist/apps/cli/src/main.js')) &&
    isEngineBuilt(root, stamp) &&
    isSame(listSources(root), stamp.files)
  );
}

/** Compiles in a process of its own, since the compiler comes from node_modules; throws NotReady with its words. */
async function buildSources(root, say, noteChild) {
  const { code, output } = await runChild(process.execPath, [path.join(__dirname, 'compile.cjs'), root], {}, noteChild);
  if (code !== 0) throw new NotReady(`the sources could not be compiled:\n${output.trim()}`);
  say(output.trim());
}

module.exports = {
  STAMP,
  buildSources,
  compilerFingerprint,
  isAsset,
  isBuilt,
  isEngineBuilt,
  listSources,
  readStamp,
};
