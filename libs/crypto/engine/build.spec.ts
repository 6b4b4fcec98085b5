/** The engine is compiled anew in two fresh folders, by two processes: what is run can be had from what is read. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGINE_MEMORY_BYTES } from '../src/engine/instance.js';

const HERE = 'libs/crypto/engine';
const MOST_MODULE_BYTES = 64 * 1024;
const MOST_MEMORY_BYTES = 4 * 1024 * 1024;

/** Compiles a copy of the sources under `folder`, with nothing else there. */
async function compileIn(folder: string): Promise<Buffer> {
  for (const part of ['assembly', 'asconfig.json']) {
    await cp(join(HERE, part), join(folder, HERE, part), { recursive: true });
  }
  const output = join(folder, 'out.wasm');
  const program = `
    const { compileEngine } = require(${JSON.stringify(join(process.cwd(), 'apps/cli/bootstrap/engine.cjs'))});
    compileEngine(process.argv[1]).then((bytes) => require('node:fs').writeFileSync(process.argv[2], bytes));`;
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, ['-e', program, folder, output], (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(stderr, { cause: error }));
    });
  });
  return await readFile(output);
}

describe('the engine', () => {
  let folder: string;
  let compiled: Buffer[];
  let built: Buffer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-engine-'));
    compiled = await Promise.all([compileIn(join(folder, 'one')), compileIn(join(folder, 'other'))]);
    built = await readFile(join(HERE, 'engine.wasm'));
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is the same bytes whenever and wherever it is compiled', () => {
    expect(compiled[0]?.subarray(0, 4).toString('hex')).toBe('0061736d');
    expect(compiled[0]?.equals(compiled[1] as Buffer)).toBe(true);
  });

  it('is built from the sources that stand here', () => {
    expect(compiled[0]?.equals(built)).toBe(true);
  });

  it('takes at most 64 KiB as a module and 4 MiB as an instance', () => {
    expect(built.length).toBeLessThanOrEqual(MOST_MODULE_BYTES);
    expect(ENGINE_MEMORY_BYTES).toBeLessThanOrEqual(MOST_MEMORY_BYTES);
  });
});
