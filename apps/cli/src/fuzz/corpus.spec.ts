/** Every kept input, and a fixed number of mutations of them, against every decoder of bytes from outside. */
import { readdirSync, readFileSync } from 'node:fs';
import { detectableTypes } from '../inspect/known-types.js';
import { CORPUS, readCorpus } from './corpus.js';
import { lines } from './line-bodies.js';
import { newTally, throwAt, tryInput } from './run-target.js';
import { fuzzTargets } from './targets.js';

const targets = await fuzzTargets();
const MUTATIONS = 150;
const SEED = 1;
/** What is sealed or signed is good for nothing once it is damaged. */
const AUTHENTIC = new Set(['open-sealed', 'verify']);

it('every folder of the corpus is that of a target, and every target has one', () => {
  const folders = readdirSync(CORPUS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(targets.map(({ name }) => name).sort());
  expect(new Set(targets.map(({ name }) => name)).size).toBe(targets.length);
});

it('every type that a file is taken for is a target', () => {
  expect(targets.map(({ name }) => name)).toEqual(expect.arrayContaining(detectableTypes.map(({ name }) => name)));
});

it('every edge that is defined is one of the lines', () => {
  const defined = readdirSync('libs/edges', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file))
    .flatMap((file) => [...readFileSync(`libs/edges/${file}`, 'utf8').matchAll(/defineEdge\(\{\s*name: '([^']+)'/g)])
    .map(([, name]) => name);
  expect(lines.map(({ name }) => name).sort()).toEqual(defined.sort());
});

describe.each(targets.map((target) => [target.name, target] as const))('%s', (name, target) => {
  const corpus = readCorpus(CORPUS, name);

  it('keeps its promises for every kept input, and accepts some of them', async () => {
    let accepted = 0;
    for (const { file, bytes } of corpus) {
      const outcome = await tryInput(target, bytes, false);
      expect([file, typeof outcome === 'object' ? outcome.what : 'fine']).toEqual([file, 'fine']);
      if (outcome === 'accepted') accepted++;
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it('keeps its promises for their mutations, some accepted and some refused', async () => {
    const tally = newTally();
    const inputs = corpus.map(({ bytes }) => bytes);
    const finding = await throwAt(
      target,
      inputs,
      { seed: SEED, from: 0, count: MUTATIONS, doesTimeCount: false },
      tally,
    );
    expect(finding).toBeUndefined();
    expect(tally.tried).toBe(MUTATIONS);
    if (!AUTHENTIC.has(name)) expect(tally.accepted).toBeGreaterThan(0);
    expect(tally.refused).toBeGreaterThan(10);
  });
});
