/**
 * Compiles the changed sources into dist, file by file; run as a program by build.cjs: `node compile.cjs ROOT`.
 *
 * Each output is written beside its place and renamed into it, so a program that reads dist meanwhile never meets half
 * a file. All errors are reported, not the first alone; the stamp is written only when there was none.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const swc = require('@swc/core');
const { STAMP, compilerFingerprint, isAsset, isEngineBuilt, listSources, readStamp } = require('./build.cjs');
const { OUTPUT, compileEngine, listEngineSources } = require('./engine.cjs');
const options = require('./swc-options.cjs');

const root = path.resolve(process.argv[2]);
const targetOf = (place) => path.join(root, 'dist', isAsset(place) ? place : place.replace(/\.ts$/, '.js'));

function writeWhole(target, content) {
  const fresh = `${target}.${process.pid}`;
  fs.writeFileSync(fresh, content);
  fs.renameSync(fresh, target);
}

async function compile(place) {
  const source = path.join(root, place);
  const target = targetOf(place);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  if (isAsset(place)) return writeWhole(target, fs.readFileSync(source));
  const { code, map } = await swc.transformFile(source, {
    ...options,
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    sourceFileName: path.relative(path.dirname(target), source),
  });
  writeWhole(`${target}.map`, map);
  writeWhole(target, `${code}//# sourceMappingURL=${path.basename(target)}.map\n`);
}

function remove(place) {
  for (const file of [targetOf(place), `${targetOf(place)}.map`]) fs.rmSync(file, { force: true });
}

async function main() {
  const began = process.hrtime.bigint();
  const compiler = compilerFingerprint(root);
  const last = readStamp(root);
  const engine = listEngineSources(root);
  if (last.compiler !== compiler || !isEngineBuilt(root, last)) {
    if (Object.keys(engine).length > 0) writeWhole(path.join(root, OUTPUT), await compileEngine(root));
  }
  const files = listSources(root); // before compiling: a file that changes meanwhile is stale again
  const isFresh = (place) => last.compiler === compiler && last.files[place] === files[place];
  const stale = Object.keys(files).filter((place) => !isFresh(place) || !fs.existsSync(targetOf(place)));
  for (const gone of Object.keys(last.files).filter((place) => files[place] === undefined)) remove(gone);

  const outcomes = await Promise.allSettled(stale.map(compile));
  const errors = outcomes.filter(({ status }) => status === 'rejected').map(({ reason }) => String(reason.message));
  if (errors.length > 0) {
    process.stderr.write(`${errors.join('\n')}\n`);
    process.exitCode = 1;
    return;
  }
  writeWhole(path.join(root, STAMP), JSON.stringify({ compiler, engine, files }));
  const millis = Number((process.hrtime.bigint() - began) / 1_000_000n);
  process.stdout.write(`compiled ${stale.length} of ${Object.keys(files).length} sources in ${millis} ms\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
