/** RFC 6962 2.1 and 2.1.3, over SM3; the expected values come of the recursive definition, which is written out here. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  append,
  consistencyRanges,
  emptyFrontier,
  emptyRoot,
  foldNodes,
  inclusionRanges,
  isConsistent,
  isIncluded,
  leafHash,
  nodesOf,
  type EntryRange,
  type Frontier,
} from './merkle-tree.js';

// The hash of the definition is OpenSSL's, not ours.
const sm3 = (...parts: Uint8Array[]): Uint8Array => {
  const hash = createHash('sm3');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const split = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

/** MTH, PATH, PROOF and SUBPROOF as RFC 6962 defines them. */
function mth(d: readonly Uint8Array[]): Uint8Array {
  if (d.length === 0) return sm3();
  if (d.length === 1) return sm3(Uint8Array.of(0), d[0] as Uint8Array);
  const k = split(d.length);
  return sm3(Uint8Array.of(1), mth(d.slice(0, k)), mth(d.slice(k)));
}
function path(m: number, d: readonly Uint8Array[]): Uint8Array[] {
  if (d.length === 1) return [];
  const k = split(d.length);
  return m < k ? [...path(m, d.slice(0, k)), mth(d.slice(k))] : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}
function subproof(m: number, d: readonly Uint8Array[], isComplete: boolean): Uint8Array[] {
  if (m === d.length) return isComplete ? [] : [mth(d)];
  const k = split(d.length);
  if (m <= k) return [...subproof(m, d.slice(0, k), isComplete), mth(d.slice(k))];
  return [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}
const proof = (m: number, d: readonly Uint8Array[]): Uint8Array[] => (m === 0 ? [] : subproof(m, d, true));

const MOST = 40;
const entries = Array.from({ length: MOST }, (_, n) => Buffer.from(`entry ${n}`.repeat(n % 3)));
const roots = Array.from({ length: MOST + 1 }, (_, n) => mth(entries.slice(0, n)));
const tree = (size: number) => ({ size, root: roots[size] as Uint8Array });

const nodes = new Map<string, Uint8Array>();
const frontiers: Frontier[] = [emptyFrontier];
for (const entry of entries) {
  const { frontier, completed } = append(frontiers.at(-1) as Frontier, leafHash(entry));
  for (const { level, index, hash } of completed) nodes.set(`${level}/${index}`, hash);
  frontiers.push(frontier);
}
const hashOf = (range: EntryRange): Uint8Array =>
  foldNodes(nodesOf(range).map(({ level, index }) => nodes.get(`${level}/${index}`) as Uint8Array));
const inclusion = (index: number, size: number): Uint8Array[] => inclusionRanges(index, size).map(hashOf);
const consistency = (first: number, second: number): Uint8Array[] => consistencyRanges(first, second).map(hashOf);

function* flipped(bytes: readonly Uint8Array[]): Generator<Uint8Array[]> {
  for (const [at, one] of bytes.entries()) {
    for (let bit = 0; bit < one.length * 8; bit++) {
      const bent = one.slice();
      bent[bit >> 3] = (bent[bit >> 3] as number) ^ (1 << (bit & 7));
      yield bytes.map((other, n) => (n === at ? bent : other));
    }
  }
}

describe('the tree', () => {
  it('of nothing, of one and of many entries has the root of the definition, at each step of its growth', () => {
    expect(hex(emptyRoot())).toBe(hex(sm3()));
    for (let size = 0; size <= MOST; size++) {
      expect(hex(foldNodes(frontiers[size]?.hashes ?? []))).toBe(hex(roots[size] as Uint8Array));
      expect(frontiers[size]?.hashes.map(hex)).toEqual(
        nodesOf({ start: 0, end: size }).map(({ level, index }) => hex(nodes.get(`${level}/${index}`) as Uint8Array)),
      );
    }
  });

  it('tells a leaf from a node', () => {
    const [a, b] = [leafHash(entries[0] as Buffer), leafHash(entries[1] as Buffer)];
    expect(hex(leafHash(Buffer.concat([a, b])))).not.toBe(hex(roots[2] as Uint8Array));
  });

  it('refuses a frontier that is not of its size', () => {
    expect(() => append({ size: 1, hashes: [] }, leafHash(entries[0] as Buffer))).toThrow('frontier');
  });
});

describe('the example of RFC 6962 2.1.3: seven entries', () => {
  const d = entries.slice(0, 7);
  const part = (start: number, end: number): string => hex(mth(d.slice(start, end)));

  it.each([
    [
      0,
      [
        [1, 2],
        [2, 4],
        [4, 7],
      ],
    ],
    [
      3,
      [
        [2, 3],
        [0, 2],
        [4, 7],
      ],
    ],
    [
      4,
      [
        [5, 6],
        [6, 7],
        [0, 4],
      ],
    ],
    [
      6,
      [
        [4, 6],
        [0, 4],
      ],
    ],
  ])('d%i is proved by the nodes that it names', (index, expected) => {
    expect(inclusion(index, 7).map(hex)).toEqual(expected.map(([start, end]) => part(start as number, end as number)));
  });

  it.each([
    [
      3,
      [
        [2, 3],
        [3, 4],
        [0, 2],
        [4, 7],
      ],
    ],
    [4, [[4, 7]]],
    [
      6,
      [
        [4, 6],
        [6, 7],
        [0, 4],
      ],
    ],
  ])('that the tree of %i is its beginning is proved by the nodes that it names', (first, expected) => {
    const wanted = expected.map(([start, end]) => part(start as number, end as number));
    expect(consistency(first, 7).map(hex)).toEqual(wanted);
  });
});

describe('proofs', () => {
  it('of inclusion are those of the definition and hold, for every entry of every tree', () => {
    let held = 0;
    for (let size = 1; size <= MOST; size++) {
      for (let index = 0; index < size; index++) {
        const made = inclusion(index, size);
        expect(made.map(hex)).toEqual(path(index, entries.slice(0, size)).map(hex));
        if (isIncluded(leafHash(entries[index] as Buffer), index, tree(size), made)) held++;
      }
    }
    expect(held).toBe((MOST * (MOST + 1)) / 2);
  });

  it('of consistency are those of the definition and hold, for every two trees', () => {
    let held = 0;
    for (let second = 0; second <= MOST; second++) {
      for (let first = 0; first <= second; first++) {
        const made = consistency(first, second);
        expect(made.map(hex)).toEqual(proof(first, entries.slice(0, second)).map(hex));
        if (isConsistent(tree(first), tree(second), made)) held++;
      }
    }
    expect(held).toBe(((MOST + 1) * (MOST + 2)) / 2);
  });

  it('of inclusion hold for no flipped bit of leaf, root or path', () => {
    let tried = 0;
    for (const [index, size] of [
      [0, 1],
      [2, 7],
      [6, 7],
      [12, 13],
      [5, 16],
    ] as const) {
      const leaf = leafHash(entries[index] as Buffer);
      for (const [bentLeaf, bentRoot, ...bentPath] of flipped([leaf, tree(size).root, ...inclusion(index, size)])) {
        const bent = { size, root: bentRoot as Uint8Array };
        expect(isIncluded(bentLeaf as Uint8Array, index, bent, bentPath)).toBe(false);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(4000);
  });

  it('of inclusion hold at no other index', () => {
    for (let size = 2; size <= 20; size++) {
      for (let index = 0; index < size; index++) {
        const leaf = leafHash(entries[index] as Buffer);
        for (let other = -1; other <= size; other++) {
          const isHere = isIncluded(leaf, other, tree(size), inclusion(index, size));
          if (other !== index) expect(isHere).toBe(false);
        }
      }
    }
    expect(isIncluded(leafHash(entries[1] as Buffer), 0.5, tree(2), inclusion(1, 2))).toBe(false);
  });

  it('of inclusion hold in no other tree, and under another size only where the entry’s place is the same', () => {
    let [refusedSizes, samePlace] = [0, 0];
    for (let size = 1; size <= 20; size++) {
      for (let index = 0; index < size; index++) {
        const leaf = leafHash(entries[index] as Buffer);
        const made = inclusion(index, size);
        for (let other = 0; other <= 20; other++) {
          if (other === size) continue;
          expect(isIncluded(leaf, index, tree(other), made)).toBe(false);
          if (!isIncluded(leaf, index, { size: other, root: tree(size).root }, made)) refusedSizes++;
          else {
            const turns = (n: number) => inclusionRanges(index, n).map(({ end }) => end <= index);
            expect(turns(other)).toEqual(turns(size));
            samePlace++;
          }
        }
      }
    }
    expect([refusedSizes > 2000, samePlace > 100]).toEqual([true, true]);
  });

  it('of inclusion have the length of their place: nothing less, nothing more', () => {
    const leaf = leafHash(entries[4] as Buffer);
    const made = inclusion(4, 11);
    expect(isIncluded(leaf, 4, tree(11), made)).toBe(true);
    expect(isIncluded(leaf, 4, tree(11), made.slice(1))).toBe(false);
    expect(isIncluded(leaf, 4, tree(11), made.slice(0, -1))).toBe(false);
    expect(isIncluded(leaf, 4, tree(11), [...made, leaf])).toBe(false);
  });

  it('of consistency hold for no flipped bit of either root or of the path', () => {
    let tried = 0;
    for (const [first, second] of [
      [3, 7],
      [4, 7],
      [6, 7],
      [7, 7],
      [8, 13],
      [1, 2],
    ] as const) {
      for (const [a, b, ...bent] of flipped([tree(first).root, tree(second).root, ...consistency(first, second)])) {
        const [older, newer] = [
          { size: first, root: a as Uint8Array },
          { size: second, root: b as Uint8Array },
        ];
        expect(isConsistent(older, newer, bent)).toBe(false);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(4000);
  });

  it('of consistency hold for no other tree, whatever size it claims, and for none that is longer or shorter', () => {
    let tried = 0;
    for (let second = 1; second <= 16; second++) {
      for (let first = 1; first <= second; first++) {
        const made = consistency(first, second);
        for (let other = 1; other <= 20; other++) {
          if (other !== first) expect(isConsistent(tree(other), tree(second), made)).toBe(false);
          if (other !== second) expect(isConsistent(tree(first), tree(other), made)).toBe(false);
          tried += 2;
        }
        expect(isConsistent(tree(first), tree(second), [...made, roots[1] as Uint8Array])).toBe(false);
        if (made.length > 0) expect(isConsistent(tree(first), tree(second), made.slice(1))).toBe(false);
      }
    }
    expect(tried).toBeGreaterThan(5000);
  });

  it('of consistency take nothing for the beginning of everything only when it is the empty tree', () => {
    expect(isConsistent({ size: 0, root: roots[1] as Uint8Array }, tree(5), [])).toBe(false);
    expect(isConsistent(tree(0), tree(5), [roots[1] as Uint8Array])).toBe(false);
  });

  it('find a tree in which one earlier entry is another', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MOST - 1 }), fc.nat(), fc.nat(), (first, at, more) => {
        const second = first + 1 + (more % (MOST - first));
        const rewritten = entries.slice(0, second).map((entry, n) => (n === at % first ? Buffer.from('other') : entry));
        const newer = { size: second, root: mth(rewritten) };
        expect(isConsistent(tree(first), newer, proof(first, rewritten))).toBe(false);
        found++;
      }),
      { numRuns: 200 },
    );
    expect(found).toBe(200);
  });

  it('are not made for what is not there', () => {
    expect(() => inclusionRanges(7, 7)).toThrow('index');
    expect(() => consistencyRanges(8, 7)).toThrow('first');
  });

  it('divide trees at powers of two, to the largest', () => {
    for (let level = 1; level < 32; level++) {
      const size = 2 ** level;
      expect(nodesOf({ start: 0, end: size })).toEqual([{ level, index: 0 }]);
      expect(nodesOf({ start: 0, end: size + 1 })).toEqual([
        { level, index: 0 },
        { level: 0, index: size },
      ]);
      expect(nodesOf({ start: 0, end: size - 1 })).toHaveLength(level);
      expect(inclusionRanges(size, size + 1)).toEqual([{ start: 0, end: size }]);
    }
  });
});
