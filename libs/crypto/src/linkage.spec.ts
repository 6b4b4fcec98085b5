import fc from 'fast-check';
import { fromHex, hex } from './bytes.js';
import * as engine from './engine/linkage.js';
import { engineMemory } from './engine/memory.fixture.js';
import {
  advanceLinkageSeed,
  encryptedGroupIndex,
  groupPreLinkageValue,
  linkageValue,
  linkageValues,
  linkageValuesBy,
  nextLinkageSeed,
  preLinkageValue,
  preLinkageValues,
  preLinkageValuesOfMany,
  preLinkageValuesOfManyBy,
  type ChainPair,
  type LinkageChain,
} from './linkage.js';
import { nistSuite, smSuite } from './suite.js';
import { campVectors, jsonVectors, valueOf } from './vectors.fixture.js';

type Row = { i: number; j: number } & Record<'ls1' | 'ls2' | 'plv1' | 'plv2' | 'lv', string>;
type SeedCase = Record<'alg' | 'la1' | 'la2' | 'ls1_0' | 'ls2_0', string> & { rows: Row[] };
type GroupCase = Record<
  'group' | 'gs1_0' | 'gs2_0' | 'k' | 'ik' | 'j' | 'gplv1' | 'gplv2' | 'glv' | 'ei_input' | 'ei',
  string
>;
const { cases } = jsonVectors<{ cases: (SeedCase | GroupCase)[] }>('derived/linkage.json');
const seedCases = cases.filter((v): v is SeedCase => 'alg' in v);
const groupCases = cases.filter((v): v is GroupCase => 'group' in v);
const suiteOf = (name: string): typeof smSuite => (name.includes('sm4') ? smSuite : nistSuite);
const [la1, la2] = [fromHex('8e09'), fromHex('59ce')];
const seed = fromHex('4840ed221502d9ab6786bf68fba9f210');

describe('linkage values', () => {
  it.each([-1, 0.5, 4097, Number.NaN, Infinity])('refuses to advance a seed by %p steps', (steps) => {
    expect(() => advanceLinkageSeed(smSuite, la1, seed, steps)).toThrow('steps: ');
  });

  it('refuses LA ids, seeds, values and j of wrong shape', () => {
    expect(() => nextLinkageSeed(smSuite, seed, seed)).toThrow('laId: 2 bytes expected');
    expect(() => advanceLinkageSeed(smSuite, la1, la1, 0)).toThrow('seed: 16 bytes expected');
    expect(() => preLinkageValue(smSuite, la1, la1, 0)).toThrow('seed: 16 bytes expected');
    expect(() => preLinkageValue(smSuite, la1, seed, -1)).toThrow('j: ');
    expect(() => preLinkageValue(smSuite, la1, seed, 2 ** 32)).toThrow('j: ');
    expect(() => linkageValue(new Uint8Array(8), new Uint8Array(9))).toThrow('plv1: 9 bytes expected');
    expect(() => linkageValue(new Uint8Array(9), new Uint8Array(10))).toThrow('plv2: 9 bytes expected');
    expect(() => encryptedGroupIndex(smSuite, la1, 0, 0)).toThrow('indexKey: 16 bytes expected');
  });

  it('finds no earlier seed among 4096 later ones', () => {
    const published = advanceLinkageSeed(smSuite, la1, seed, 10);
    const earlier = new Set(Array.from({ length: 10 }, (_, i) => hex(advanceLinkageSeed(smSuite, la1, seed, i))));
    let later = published;
    for (let step = 0; step < 4096; step++) {
      expect(earlier.has(hex(later))).toBe(false);
      later = nextLinkageSeed(smSuite, la1, later);
    }
    expect(hex(later)).toBe(hex(advanceLinkageSeed(smSuite, la1, published, 4096)));
  });

  it('gives the seed itself, as a copy, after no step', () => {
    const same = advanceLinkageSeed(smSuite, la1, seed, 0);
    same.fill(0);
    expect(hex(advanceLinkageSeed(smSuite, la1, seed, 0))).toBe(hex(seed));
  });

  it('gives two LAs with one seed different values', () => {
    expect(preLinkageValue(smSuite, la1, seed, 0)).not.toEqual(preLinkageValue(smSuite, la2, seed, 0));
    expect(nextLinkageSeed(smSuite, la1, seed)).not.toEqual(nextLinkageSeed(smSuite, la2, seed));
  });

  it('gives many values as it gives one', () => {
    const js = [19, 0, 7];
    expect(preLinkageValues(smSuite, la1, seed, js)).toEqual(js.map((j) => preLinkageValue(smSuite, la1, seed, j)));
  });
});

describe('linkage values of many chains', () => {
  const VALUE = 9;
  const chain = (n: number): ChainPair => ({
    la1Id: Uint8Array.of(n >> 8, n),
    seed1: advanceLinkageSeed(smSuite, la1, seed, n % 40),
    la2Id: Uint8Array.of(n, 77),
    seed2: advanceLinkageSeed(smSuite, la2, seed, n % 37),
  });
  const chains = (count: number): ChainPair[] => Array.from({ length: count }, (_, n) => chain(n));

  it.each([
    ['steps: ', () => linkageValues(smSuite, [chain(1)], -1, 20)],
    ['steps: ', () => linkageValues(smSuite, [chain(1)], 4097, 20)],
    ['jCount: ', () => linkageValues(smSuite, [chain(1)], 0, 257)],
    ['jCount: ', () => linkageValues(smSuite, [chain(1)], 0, 0.5)],
    ['la1Id: 2 bytes expected', () => linkageValues(smSuite, [chain(1), { ...chain(2), la1Id: seed }], 0, 1)],
    ['seed1: 16 bytes expected', () => linkageValues(smSuite, [{ ...chain(2), seed1: la1 }], 0, 1)],
    ['la2Id: 2 bytes expected', () => linkageValues(nistSuite, [{ ...chain(2), la2Id: seed }], 0, 1)],
    ['seed2: 16 bytes expected', () => linkageValues(nistSuite, [{ ...chain(2), seed2: la1 }], 0, 1)],
    ['seed2: 16 bytes expected', () => linkageValues(smSuite, [{ ...chain(2), seed2: undefined }], 0, 1)],
    ['la2Id: 2 bytes expected', () => linkageValues(smSuite, [{ ...chain(2), la2Id: undefined }], 0, 1)],
  ])('are refused: %s', (message, call) => {
    expect(call).toThrow(message);
  });

  it.each([smSuite, nistSuite])('are those of each chain alone, $name', (suite) => {
    const [first, second] = [chain(3), chain(8)];
    const values = linkageValues(suite, [first, second], 2, 5);
    expect(values.length).toBe(2 * 5 * VALUE);
    [first, second].forEach((one, n) => {
      for (let j = 0; j < 5; j++) {
        const [plv1, plv2] = [
          preLinkageValue(suite, one.la1Id, advanceLinkageSeed(suite, one.la1Id, one.seed1, 2), j),
          preLinkageValue(suite, one.la2Id, advanceLinkageSeed(suite, one.la2Id, one.seed2, 2), j),
        ];
        const at = (n * 5 + j) * VALUE;
        expect(hex(values.subarray(at, at + VALUE))).toBe(hex(linkageValue(plv1, plv2)));
      }
    });
  });

  it.each([smSuite, nistSuite])('are the pre-linkage values where there is one LA, among pairs too, $name', (suite) => {
    const alone = ({ la1Id, seed1 }: LinkageChain): LinkageChain => ({ la1Id, seed1 });
    const mixed = [
      alone(chain(3)),
      chain(4),
      alone(chain(300)),
      chain(5),
      alone({ ...chain(9), la1Id: chain(3).la1Id }),
    ];
    const values = linkageValues(suite, mixed, 2, 5);
    expect(values.length).toBe(5 * 5 * VALUE);
    let single = 0;
    mixed.forEach((one, n) => {
      const part = values.subarray(n * 5 * VALUE, (n + 1) * 5 * VALUE);
      if (one.la2Id !== undefined) return expect(hex(part)).toBe(hex(linkageValues(suite, [one], 2, 5)));
      const seed2 = advanceLinkageSeed(suite, one.la1Id, one.seed1, 2);
      const expected = [0, 1, 2, 3, 4].map((j) => hex(preLinkageValue(suite, one.la1Id, seed2, j))).join('');
      single += 1;
      return expect(hex(part)).toBe(expected);
    });
    expect(single).toBe(3);
  });

  it.each([
    [0, 0, 20],
    [1, 0, 0],
    [1, 4096, 1],
    [2, 3, 256],
    [3, 1, 20],
    [107, 0, 256],
    [7282, 0, 0],
    [2500, 1, 20],
  ])('are the same by the engine and one by one: %d chains, %d steps, %d values', (count, steps, jCount) => {
    const all = chains(count);
    const expected = linkageValuesBy(smSuite, all, steps, jCount);
    expect(expected.length).toBe(count * jCount * VALUE);
    expect(Buffer.from(engine.linkageValues(all, steps, jCount)).equals(expected)).toBe(true);
    expect(Buffer.from(linkageValues(smSuite, all, steps, jCount)).equals(expected)).toBe(true);
  });

  it('are the same by the engine and one by one for any ids and seeds', () => {
    const exactly = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    const any = fc.record({ la1Id: exactly(2), seed1: exactly(16), la2Id: exactly(2), seed2: exactly(16) });
    let met = 0;
    fc.assert(
      fc.property(fc.array(any, { maxLength: 5 }), fc.nat({ max: 4 }), fc.nat({ max: 9 }), (all, steps, jCount) => {
        met += all.length * jCount;
        expect(engine.linkageValues(all, steps, jCount)).toEqual(linkageValuesBy(smSuite, all, steps, jCount));
      }),
      { numRuns: 400 },
    );
    expect(met).toBeGreaterThan(1_000);
  });

  it('leave nothing in the memory of the engine', () => {
    const before = engineMemory();
    engine.linkageValues(chains(1_500), 2, 20);
    expect(engineMemory().equals(before)).toBe(true);
  });
});

describe('pre-linkage values of many seeds', () => {
  const laId = Uint8Array.of(7, 9);
  const seedsOf = (count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, n) => Uint8Array.from({ length: 16 }, (__, k) => n * 31 + k * 7 + (n >> 8)));

  it.each<[string, () => unknown]>([
    ['laId: 2 bytes expected', () => preLinkageValuesOfMany(smSuite, seedsOf(1)[0]!, seedsOf(1), 1)],
    ['seed: 16 bytes expected', () => preLinkageValuesOfMany(smSuite, laId, [...seedsOf(3), laId], 1)],
    ['seed: 16 bytes expected', () => preLinkageValuesOfMany(nistSuite, laId, [laId], 1)],
    ['jCount: ', () => preLinkageValuesOfMany(smSuite, laId, seedsOf(1), 257)],
    ['jCount: ', () => preLinkageValuesOfMany(smSuite, laId, seedsOf(1), -1)],
  ])('are refused: %s', (message, call) => expect(call).toThrow(message));

  it.each([
    [0, 20],
    [1, 20],
    [3, 1],
    [4, 20],
    [5, 0],
    [7, 256],
    [2_003, 20],
  ])('are by the engine what they are one by one, of %d seeds and %d indices', (count, jCount) => {
    const before = engineMemory();
    const expected = preLinkageValuesOfManyBy(smSuite, laId, seedsOf(count), jCount);
    expect(Buffer.from(engine.preLinkageValuesOfMany(laId, seedsOf(count), jCount)).equals(expected)).toBe(true);
    expect(engineMemory().equals(before)).toBe(true);
    expect(Buffer.from(preLinkageValuesOfMany(smSuite, laId, seedsOf(count), jCount)).equals(expected)).toBe(true);
  });

  it.each([smSuite, nistSuite])('are those of each seed and index, with $name', (suite) => {
    const seeds = seedsOf(3);
    const values = preLinkageValuesOfMany(suite, laId, seeds, 4);
    expect(values.length).toBe(3 * 4 * 9);
    for (let n = 0; n < 12; n++) {
      const one = preLinkageValue(suite, laId, seeds[n >> 2]!, n & 3);
      expect(values.slice(n * 9, (n + 1) * 9)).toEqual(one);
    }
  });
});

describe('CAMP lv.txt', () => {
  const [v] = campVectors('lv.txt') as [Map<string, Uint8Array[]>];
  const last = (start: string): Uint8Array =>
    valueOf(
      v,
      [...v.keys()].find((name) => name.startsWith(start))!,
    );
  const seeds = [last('ls1(0) ='), last('ls2(0) =')] as const;
  it.each([
    [0, 8, 'lv(0,8)', '688acf70e25ec01f32'],
    [1, 6, 'lv(1,6)', '38479fda0b161a5357'],
  ])('gives i = %d, j = %d: %s', (i, j, _, lv) => {
    const plv = ([la1, la2] as const).map((la, n) =>
      preLinkageValue(nistSuite, la, advanceLinkageSeed(nistSuite, la, seeds[n]!, i), j),
    );
    expect(hex(linkageValue(plv[0]!, plv[1]!))).toBe(lv);
    expect(hex(last(`lv(${String(i)},j) = plv1`))).toBe(lv);
  });
});

describe.each(seedCases)('derived/linkage.json, $alg', (v) => {
  it.each(v.rows)('gives seeds, pre-linkage values and linkage value of i = $i, j = $j', (row) => {
    const suite = suiteOf(v.alg);
    const ls1 = advanceLinkageSeed(suite, fromHex(v.la1), fromHex(v.ls1_0), row.i);
    const ls2 = advanceLinkageSeed(suite, fromHex(v.la2), fromHex(v.ls2_0), row.i);
    expect([hex(ls1), hex(ls2)]).toEqual([row.ls1, row.ls2]);
    const plv1 = preLinkageValue(suite, fromHex(v.la1), ls1, row.j);
    const plv2 = preLinkageValue(suite, fromHex(v.la2), ls2, row.j);
    expect([hex(plv1), hex(plv2), hex(linkageValue(plv1, plv2))]).toEqual([row.plv1, row.plv2, row.lv]);
  });
});

describe.each(groupCases)('group linkage, derived/linkage.json, $group', (v) => {
  it('gives both group values, the linkage value and the encrypted index', () => {
    const suite = suiteOf(v.group);
    const [j, k] = [Number(`0x${v.j}`), Number(`0x${v.k}`)];
    const gplv1 = groupPreLinkageValue(suite, la1, fromHex(v.gs1_0), j);
    const gplv2 = groupPreLinkageValue(suite, la2, fromHex(v.gs2_0), j);
    expect([hex(gplv1), hex(gplv2), hex(linkageValue(gplv1, gplv2))]).toEqual([v.gplv1, v.gplv2, v.glv]);
    expect(hex(encryptedGroupIndex(suite, fromHex(v.ik), k, j))).toBe(v.ei);
  });
});

describe('CAMP glv.txt', () => {
  const [gs1, gs2] = [fromHex('6b71a7eb5755f16e89981d2189a6daea'), fromHex('cc4db977f595ad233f0f4e65408d9a9c')];
  const indexKey = fromHex('1502d9ab6786bf68fba9f210373bf221');
  it.each([
    [0, 0x4840ed22, '66d7fd69915a3c9e0c', '0a256959a3769a93f43f825d0790719b'],
    [1, 0x548f7017, 'c4052ffb0ae61aaf37', '429eec49ec98d09b80b6acd7e431cbb3'],
  ])('gives glv(%d, j) and ei(j, k)', (i, j, glv, ei) => {
    const gplv = (
      [
        [la1, gs1],
        [la2, gs2],
      ] as const
    ).map(([la, first]) => groupPreLinkageValue(nistSuite, la, advanceLinkageSeed(nistSuite, la, first, i), j));
    expect(hex(linkageValue(gplv[0]!, gplv[1]!))).toBe(glv);
    expect(hex(encryptedGroupIndex(nistSuite, indexKey, 0x5a6709ea, j))).toBe(ei);
  });
});
