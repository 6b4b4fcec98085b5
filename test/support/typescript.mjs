/**
 * Lets plain Node run the TypeScript sources, for tests that need a process of its own to end with SIGKILL:
 *
 *     node --import ./test/support/typescript.mjs some-program.ts
 *
 * Types are not checked here; names are resolved as jest.config.mjs and tsconfig.json say.
 */
import { existsSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

const ROOT = new URL('../../', import.meta.url);
/** #apps/x and #edges/x keep their folder; any other #lib/x lies in libs/<lib>/src. */
const ALIAS = /^#([a-z-]+)\/(.*)\.js$/;
const SWC = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

function folderOf(alias) {
  if (alias === 'apps') return 'apps';
  return alias === 'edges' ? 'libs/edges' : `libs/${alias}/src`;
}

export async function resolve(specifier, context, next) {
  const alias = ALIAS.exec(specifier);
  if (alias) return { url: new URL(`${folderOf(alias[1])}/${alias[2]}.ts`, ROOT).href, shortCircuit: true };
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
    const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(fileURLToPath(url))) return { url: url.href, shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...SWC, filename });
  return { format: 'module', source: code, shortCircuit: true };
}

// The hooks run in a thread of their own, which loads this module again: only the program's thread registers them.
const { isMainThread } = await import('node:worker_threads');
if (isMainThread) register(import.meta.url, pathToFileURL('./'));
