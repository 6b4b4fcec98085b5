import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { CORPUS, keepInput, readCorpus } from './corpus.js';
import { runFuzz } from './run-fuzz.js';
import { tryInput } from './run-target.js';
import type { Target } from './targets.js';

const sound: Target = { name: 'sound', judge: ({ length }) => (length % 2 === 0 ? 'accepted' : 'refused') };
/** Breaks on what begins with 0x80, which the corpus does not. */
const broken: Target = {
  name: 'broken',
  judge: (bytes) => {
    if (bytes[0] === 0x80) throw new TypeError('of undefined');
    return 'refused';
  },
};

describe('chrysalis fuzz', () => {
  let root: string;
  let said: string[];
  let whispered: string[];
  const context = (): CliContext => ({
    root,
    environment: {},
    progress: (line) => whispered.push(line),
    result: (line) => said.push(line),
    finish: () => undefined,
  });
  const run = (seconds: number, more: object, ...targets: Target[]): Promise<number> =>
    runFuzz({ seconds, ...more }, context(), targets);

  beforeEach(() => {
    [said, whispered] = [[], []];
    root = mkdtempSync(join(tmpdir(), 'fuzz-'));
    for (const name of ['sound', 'broken']) keepInput(join(root, CORPUS), name, 'sample', new Uint8Array(40));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('ends well where all promises are kept, and counts', async () => {
    expect(await run(0.05, { seed: 3 }, sound)).toBe(0);
    expect(whispered[0]).toContain('seed 3');
    expect(said[1]).toMatch(/^sound +[1-9]\d* +\d+ +0 +\d+$/);
  });

  it('keeps what breaks something, says seed and number, ends with 1, and finds it again', async () => {
    expect(await run(60, { seed: 3 }, broken)).toBe(1);
    const [finding, kept] = said as [string, string];
    expect(finding).toMatch(/^broken: seed 3, mutation \d+: TypeError: of undefined$/);
    const files = readdirSync(join(root, CORPUS, 'broken')).filter((file) => file.startsWith('crash-'));
    expect(kept).toContain(`${CORPUS}/broken/${files[0] ?? ''}`);
    expect(readFileSync(join(root, CORPUS, 'broken', files[0] as string), 'utf8')).toMatch(/^80/);
    said = [];
    expect(await run(0.01, {}, broken)).toBe(1);
    expect(said[0]).toBe('broken: an input of the corpus: TypeError: of undefined');
  });

  it('draws a seed where none is given', async () => {
    await run(0.01, {}, sound);
    await run(0.01, {}, sound);
    expect(whispered[0]).not.toBe(whispered[1]);
  });

  it('throws at one target alone', async () => {
    expect(await run(0.01, { target: 'sound' }, sound, broken)).toBe(0);
    expect(said.length).toBe(2);
  });

  it('names the targets when it does not know one', async () => {
    expect(await run(0.01, { target: 'bicycle' }, sound, broken)).toBe(2);
    expect(whispered).toEqual(['chrysalis: bicycle is no target; there are: sound, broken']);
  });
});

it('what takes too long is a finding where time counts', async () => {
  const slow: Target = {
    name: 'slow',
    judge: () => {
      const began = process.cpuUsage();
      for (let spent = 0; spent < 1_300_000;) {
        const { user, system } = process.cpuUsage(began);
        spent = user + system;
      }
      return 'accepted';
    },
  };
  expect(await tryInput(slow, new Uint8Array(), true)).toMatchObject({
    what: expect.stringContaining('took') as string,
  });
  expect(await tryInput(slow, new Uint8Array(), false)).toBe('accepted');
});

it('an input is kept in lines under a name of its own, and read back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  const bytes = Uint8Array.from({ length: 200 }, (_, n) => n);
  const file = keepInput(folder, 'a', 'crash', bytes);
  expect(keepInput(folder, 'a', 'crash', bytes)).toBe(file);
  expect(readCorpus(folder, 'a')).toEqual([{ file, bytes }]);
  expect(readCorpus(folder, 'b')).toEqual([]);
  rmSync(folder, { recursive: true });
});
