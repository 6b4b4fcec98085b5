import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { memoryDevice } from '#keys/software-device.js';
import {
  release,
  runCeremony,
  withdraw,
  type CeremonyOutcome,
  type Draft,
  type PreparedOperation,
  type TranscriptStep,
} from './ceremony.js';
import { CeremonyRefusal } from './refusal.js';
import type { ListState } from './transcript.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the operations of a ceremony', () => {
  let folder: string;
  let device: CryptoDevice;
  let told: string[];
  let steps: TranscriptStep[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-operations-'));
    device = memoryDevice(systemRandom);
    [told, steps] = [[], []];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const at = (name: string): string => join(folder, name);
  const operation = (name: string, draft: PreparedOperation['draft']): PreparedOperation => ({
    kind: `make-${name}`,
    output: at(name),
    draft,
  });
  const draft = (says: string, content: string): Draft => ({ says, sign: async () => bytes(content) });
  const before = { publicKey: undefined, lists: {} };
  const signAll = (operations: PreparedOperation[], sign = true): Promise<CeremonyOutcome> =>
    runCeremony({
      operations,
      device: sign ? device : undefined,
      before,
      nowMillis: 7,
      tell: (line) => told.push(line),
    });
  async function run(operations: PreparedOperation[], sign = true): Promise<void> {
    const outcome = await signAll(operations, sign);
    steps = outcome.steps;
    await release(outcome);
    if (outcome.refusal instanceof Error) throw outcome.refusal;
  }

  const copy = (from: string, to: string): PreparedOperation =>
    operation(to, async (tools) => draft('copy', `${new TextDecoder().decode(await tools.read(at(from)))}!`));

  it('refuses an input that is not there, and stops', async () => {
    const operations = [copy('nothing', 'first'), operation('second', async () => draft('second', 'x'))];
    await expect(run(operations)).rejects.toThrow(CeremonyRefusal);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses to overwrite its own input', async () => {
    await writeFile(at('same'), 'as it was');
    await expect(run([copy('same', 'same')])).rejects.toThrow('would overwrite its own input');
    expect(await readFile(at('same'), 'utf8')).toBe('as it was');
  });

  it('refuses a second key, and any use of a key before there is one', async () => {
    const needsKey = operation('a', async (tools) => draft(hex(await tools.publicKey()), 'a'));
    await expect(run([needsKey])).rejects.toThrow('there is no key yet');
    const founds = operation('b', async (tools) => ({ says: 'found', sign: () => tools.createKey() }));
    await run([founds, needsKey]);
    await expect(run([founds])).rejects.toThrow('founding happens once');
    await expect(run([operation('c', async (tools) => (await tools.requireNoKey(), draft('c', 'c')))])).rejects.toThrow(
      'founding happens once',
    );
  });

  it('refuses with a sentence where it cannot write', async () => {
    const elsewhere = { ...operation('x', async () => draft('x', 'x')), output: join(folder, 'no-folder', 'x') };
    await expect(run([elsewhere])).rejects.toThrow(/^cannot write /);
    expect(steps).toEqual([]);
  });

  it('records what was done before a later operation was refused', async () => {
    const operations = [operation('first', async () => draft('first', 'x')), copy('nothing', 'second')];
    await expect(run(operations)).rejects.toThrow(CeremonyRefusal);
    expect(steps.map(({ kind }) => kind)).toEqual(['make-first']);
  });

  it('leaves an output beside its place until it is released, and takes it away when it is not', async () => {
    await writeFile(at('first'), 'as it was');
    const outcome = await signAll([operation('first', async () => draft('first', 'x'))]);
    expect((await readdir(folder)).sort()).toEqual(['first', 'first.new']);
    await withdraw(outcome);
    expect([await readdir(folder), await readFile(at('first'), 'utf8')]).toEqual([['first'], 'as it was']);
  });

  it('hands on what a list said, and nothing of one that could not be signed', async () => {
    const state = (number: number): ListState => ({ number, series: 1, issuedAt: 7, members: [] });
    const seen: (number | undefined)[] = [];
    const list = (name: string, sign: () => Promise<Uint8Array>): PreparedOperation =>
      operation(name, async (tools) => {
        const last = tools.lastList('list')?.number;
        seen.push(last);
        return { says: name, list: { name: 'list', state: state((last ?? 0) + 1) }, sign };
      });
    const sound = (): Promise<Uint8Array> => Promise.resolve(bytes('x'));
    const outcome = await signAll([
      list('a', sound),
      list('b', sound),
      list('c', () => Promise.reject(new Error('no'))),
    ]);
    expect([seen, outcome.lists, outcome.refusal]).toEqual([[undefined, 1, 2], { list: state(2) }, new Error('no')]);
    await signAll([list('a', sound), list('b', sound)], false);
    expect(seen.slice(3)).toEqual([undefined, 1]);
  });

  it('signs nothing and writes nothing in a dry run, and names what waits for an earlier operation', async () => {
    await writeFile(at('in'), 'hello');
    let signed = 0;
    const signs = operation('out', async () => ({ says: 'out', sign: async () => bytes(String(++signed)) }));
    await run([copy('in', 'first'), copy('first', 'second'), copy('second', 'third'), signs], false);
    expect([signed, await readdir(folder), steps]).toEqual([0, ['in'], []]);
    expect(told).toEqual([
      `would sign: copy → ${at('first')}`,
      `would run make-second once ${at('first')} is there → ${at('second')}`,
      `would run make-third once ${at('second')} is there → ${at('third')}`,
      `would sign: out → ${at('out')}`,
    ]);
  });

  it('runs in order, each reading what the one before has written, and records the hashes of all files', async () => {
    await writeFile(at('in'), 'hello');
    await run([copy('in', 'first'), copy('first', 'second')]);
    expect(await readFile(at('second'), 'utf8')).toBe('hello!!');
    const hash = (text: string): string => hex(sm3(bytes(text)));
    expect(steps).toEqual([
      {
        kind: 'make-first',
        says: 'copy',
        inputs: [{ path: at('in'), sm3: hash('hello') }],
        output: { path: at('first'), sm3: hash('hello!') },
      },
      {
        kind: 'make-second',
        says: 'copy',
        inputs: [{ path: at('first'), sm3: hash('hello!') }],
        output: { path: at('second'), sm3: hash('hello!!') },
      },
    ]);
    expect((await readdir(folder)).sort()).toEqual(['first', 'in', 'second']);
  });
});
