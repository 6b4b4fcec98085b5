/** The pool as it is compiled: a worker loads what lies in dist, so the thread that starts it is tested from there too. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as pool from './pool-device.js';

const FOLDER = 'libs/keys/src';
const FILES = ['pool-device', 'worker-pool', 'worker-calls', 'key-worker', 'parcel', 'stored-key-device', 'in-turns'];

/** Refuses a dist that is older than its sources: the test would speak of another program. */
export async function compiledPool(): Promise<typeof pool> {
  for (const file of [...FILES, 'batch-arithmetic', 'file-store', 'key-files']) {
    const [source, compiled] = [`${FOLDER}/${file}.ts`, join('dist', FOLDER, `${file}.js`)];
    if (statSync(source).mtimeMs > statSync(compiled).mtimeMs) throw new Error(`${compiled}: run chrysalis build`);
  }
  return (await import(pathToFileURL(join('dist', FOLDER, 'pool-device.js')).href)) as typeof pool;
}
