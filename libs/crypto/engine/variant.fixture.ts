/**
 * For specs: the engine's sources compiled once more, with their inner functions laid open or with a part changed. What a
 * check is for shows when it is taken out; what a branch met shows when it is counted.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

export interface Change {
  /** A file of `assembly`. */
  readonly file: string;
  /** What stands there once. Nothing means: at the end of the file. */
  readonly from?: string;
  readonly to: string;
}

const HERE = 'libs/crypto/engine';

function changed(source: string, { file, from, to }: Change): string {
  if (from === undefined) return `${source}\n${to}\n`;
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${file}: not once: ${from}`);
  return parts.join(to);
}

function compile(folder: string, output: string): Promise<void> {
  const program = `
    const { compileEngine } = require(${JSON.stringify(join(process.cwd(), 'apps/cli/bootstrap/engine.cjs'))});
    compileEngine(process.argv[1]).then((bytes) => require('node:fs').writeFileSync(process.argv[2], bytes));`;
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['-e', program, folder, output], (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(stderr, { cause: error }));
    });
  });
}

/** A fresh instance of the engine as changed: its functions, and its memory. */
export async function engineVariant<Calls>(changes: readonly Change[]): Promise<Calls & { memory: Uint8Array }> {
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-variant-'));
  try {
    for (const part of ['assembly', 'asconfig.json']) {
      await cp(join(HERE, part), join(folder, HERE, part), { recursive: true });
    }
    for (const change of changes) {
      const place = join(folder, HERE, 'assembly', change.file);
      await writeFile(place, changed(await readFile(place, 'utf8'), change));
    }
    const output = join(folder, 'out.wasm');
    await compile(folder, output);
    const module = new WebAssembly.Module(new Uint8Array(await readFile(output)));
    const { memory, ...calls } = new WebAssembly.Instance(module, {}).exports as { memory: { buffer: ArrayBuffer } };
    return { ...(calls as Calls), memory: new Uint8Array(memory.buffer) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
