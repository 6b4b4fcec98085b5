/**
 * Compiles the engine's AssemblyScript (libs/crypto/engine/assembly) into libs/crypto/engine/engine.wasm, from where it
 * goes to dist like every other asset. Its options are in libs/crypto/engine/asconfig.json.
 *
 * The same sources and compiler give the same bytes; libs/crypto/engine/build.spec.ts holds that.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const FOLDER = 'libs/crypto/engine';
const OUTPUT = `${FOLDER}/engine.wasm`;
const isEngineSource = (place) => place.startsWith(`${FOLDER}/assembly/`) && place.endsWith('.ts');

/** Size and modification time of a file as one word, or nothing when there is no such file. */
function stateOf(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.size} ${stat.mtimeMs}`;
}

/** Sources and options of the engine: path from the root, and state; empty when the checkout has none. */
function listEngineSources(root) {
  const folder = path.join(root, FOLDER, 'assembly');
  if (!fs.existsSync(folder)) return {};
  const places = fs.readdirSync(folder).map((name) => `${FOLDER}/assembly/${name}`);
  const own = [...places.filter(isEngineSource), `${FOLDER}/asconfig.json`];
  return Object.fromEntries(own.sort().map((place) => [place, stateOf(path.join(root, place))]));
}

/** The module's bytes. Throws with the compiler's own words when the sources do not compile. */
async function compileEngine(root) {
  const asc = await import('assemblyscript/dist/asc.js');
  const written = new Map();
  const { error, stderr } = await asc.main(
    ['assembly/engine.ts', '--config', 'asconfig.json', '--outFile', 'out.wasm'],
    {
      readFile: (name, base) => {
        const file = path.resolve(root, FOLDER, base, name);
        return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
      },
      writeFile: (name, contents) => written.set(name, contents),
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`the engine does not compile:\n${stderr.toString()}`, { cause: error });
  return written.get('out.wasm');
}

module.exports = { OUTPUT, compileEngine, isEngineSource, listEngineSources };
