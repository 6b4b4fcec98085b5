/** The field of the engine against BigInt, at the bounds that its comments promise and at every step of real work. */
import { inverseMod, modP, N, P, randomScalars } from '../src/sm2.fixture.js';
import { type Change, engineVariant } from './variant.fixture.js';

type Three = (to: number, a: number, b: number) => void;
type Two = (to: number, a: number) => void;

interface Field {
  place(): number;
  multiply: Three;
  square: Two;
  carry: Two;
  triple: Two;
  add: Three;
  subtract: Three;
  double: Two;
  doubleLess: Three;
  subtractCarried: Three;
  subtractDouble: Three;
  subtractFourfold: Three;
  subtractEightfold: Three;
  wordsOfLimbs: Two;
  elementOfWords: Two;
  wordsOfElement: Two;
  invertModP: Two;
  invertModN: Two;
}

const OPEN: Change = {
  file: 'engine.ts',
  to: `
    import { INVERSE_OF_N, INVERSE_OF_P, invert } from './inverse';
    export { add, carry, double, doubleLess, multiply, square, subtract, subtractCarried, triple } from './field';
    export { subtractDouble, subtractEightfold, subtractFourfold } from './field';
    export { elementOfWords, wordsOfElement, wordsOfLimbs } from './field-words';
    const PLACE: usize = memory.data(4096, 16);
    export function place(): usize { return PLACE; }
    export function invertModP(to: usize, a: usize): void { invert(to, a, INVERSE_OF_P); }
    export function invertModN(to: usize, a: usize): void { invert(to, a, INVERSE_OF_N); }`,
};

const B = 1n << 29n;
const R = 1n << 261n;
const R_INVERSE = inverseMod(R, P);
/** The last limb has the bits from 232 on, of which a number below 2^256 has 24. */
const TOP = 1n << 24n;
const hundredths = (share: bigint): bigint => (B * share) / 100n;

let field: Field & { memory: Uint8Array };
let view: DataView;
let at: { to: number; a: number; b: number };

beforeAll(async () => {
  field = await engineVariant<Field>([OPEN]);
  view = new DataView(field.memory.buffer);
  const place = field.place();
  at = { to: place, a: place + 80, b: place + 160 };
}, 120_000);

const valueOf = (limbs: readonly bigint[]): bigint => limbs.reduceRight((sum, limb) => (sum << 29n) + limb, 0n);
function put(place: number, limbs: readonly bigint[]): void {
  limbs.forEach((limb, i) => view.setBigInt64(place + 8 * i, limb, true));
}
const take = (place: number): bigint[] => Array.from({ length: 9 }, (_, i) => view.getBigInt64(place + 8 * i, true));
function putWords(place: number, value: bigint): void {
  for (let i = 0; i < 4; i++) view.setBigUint64(place + 8 * i, (value >> BigInt(64 * i)) & 0xffffffffffffffffn, true);
}
const takeWords = (place: number): bigint =>
  [3, 2, 1, 0].reduce((sum, i) => (sum << 64n) + view.getBigUint64(place + 8 * i, true), 0n);

/** Says what is wrong with an element that ought to be clean, and stand for `value` mod p. */
function requireClean(limbs: readonly bigint[], value: bigint, of: unknown): void {
  const wrong =
    modP(valueOf(limbs)) !== modP(value) ||
    valueOf(limbs) <= -P ||
    valueOf(limbs) >= 2n * P ||
    limbs.slice(0, 8).some((limb) => limb <= -hundredths(4n) || limb >= B + hundredths(4n));
  if (wrong) throw new Error(`${limbs.join()} for ${JSON.stringify(of, (_, v: unknown) => String(v))}`);
}

/** Every pattern of signs that a row of nine limbs is likely to go wrong with, at `size`, with a top limb of `top`. */
function extremes(size: bigint, top: bigint): bigint[][] {
  const rows: bigint[][] = [];
  for (const patternOf of [
    () => 1n,
    () => -1n,
    (i: number) => (i % 2 === 0 ? 1n : -1n),
    (i: number) => (i % 2 === 0 ? -1n : 1n),
    (i: number) => (i < 4 ? 1n : -1n),
    (i: number) => (i < 4 ? -1n : 1n),
    (i: number) => (i === 0 ? -1n : 1n),
    (i: number) => (i === 7 ? -1n : 1n),
    (i: number) => (i % 3 === 0 ? 0n : 1n),
    () => 0n,
  ]) {
    for (const last of [top, -top, 0n, 1n, -1n]) {
      rows.push([...Array.from({ length: 8 }, (_, i) => patternOf(i) * size), last]);
    }
  }
  return rows;
}

/** Rows whose limbs are anything up to `size`. */
function anyRows(count: number, size: bigint, top: bigint): bigint[][] {
  return randomScalars(count).map((bits, n) =>
    Array.from({ length: 9 }, (_, i) => {
      const bound = i === 8 ? top : size;
      const share = (bits >> BigInt(28 * i)) & 0xfffffffn;
      // Every other row stands at the edge in about half of its limbs.
      if (n % 2 === 0 && share % 2n === 0n) return share % 4n === 0n ? bound : -bound;
      return (share * (2n * bound + 1n)) / 0x10000000n - bound;
    }),
  );
}

const loose = (): bigint[][] => [
  ...extremes(hundredths(312n) - 1n, 6n * TOP),
  ...anyRows(90, hundredths(312n) - 1n, 6n * TOP),
];
const differences = (): bigint[][] => [
  ...extremes(hundredths(108n) - 1n, 3n * TOP - 9n),
  ...anyRows(90, hundredths(108n) - 1n, 3n * TOP - 9n),
];
/** Clean ones: their limbs at the edges, their value between −p and 2p. */
const clean = (): bigint[][] =>
  [
    ...extremes(hundredths(4n) - 1n, 2n * TOP - 3n),
    ...extremes(hundredths(4n) - 1n, TOP - 2n),
    ...anyRows(30, hundredths(4n) - 1n, TOP - 2n),
    ...anyRows(30, hundredths(4n) - 1n, TOP - 2n).map((row) => row.map((limb, i) => (i < 8 ? limb + B : limb))),
  ].filter((row) => valueOf(row) > -P && valueOf(row) < 2n * P);

describe('the field of the engine', () => {
  it('multiplies any loose factor by any difference, in either order, without overflow', () => {
    let met = 0;
    const others = differences();
    for (const a of loose()) {
      for (const b of others) {
        const product = valueOf(a) * valueOf(b) * R_INVERSE;
        put(at.a, a);
        put(at.b, b);
        field.multiply(at.to, at.a, at.b);
        requireClean(take(at.to), product, { a, b });
        field.multiply(at.b, at.b, at.a);
        requireClean(take(at.b), product, { b, a });
        met++;
      }
    }
    expect(met).toBeGreaterThan(15_000);
  });

  it('is right even when the limb above all others is at the bound too', () => {
    let met = 0;
    for (const a of extremes(hundredths(312n) - 1n, hundredths(312n) - 1n)) {
      for (const b of extremes(hundredths(108n) - 1n, hundredths(108n) - 1n)) {
        put(at.a, a);
        put(at.b, b);
        field.multiply(at.to, at.a, at.b);
        expect(modP(valueOf(take(at.to)))).toBe(modP(valueOf(a) * valueOf(b) * R_INVERSE));
        met++;
      }
    }
    expect(met).toBe(2_500);
  });

  it('squares any difference', () => {
    let met = 0;
    for (const a of [...differences(), ...anyRows(5_000, hundredths(108n) - 1n, 3n * TOP - 9n)]) {
      put(at.a, a);
      field.square(at.to, at.a);
      requireClean(take(at.to), valueOf(a) * valueOf(a) * R_INVERSE, { a });
      met++;
    }
    expect(met).toBeGreaterThan(5_000);
  });

  it('carries what is loose, and 3a, a − b, a − 2b, a − 4b of clean ones', () => {
    let met = 0;
    for (const a of loose()) {
      put(at.a, a);
      field.carry(at.to, at.a);
      requireClean(take(at.to), valueOf(a), { a });
    }
    const all = clean();
    for (const a of all) {
      put(at.a, a);
      field.triple(at.to, at.a);
      requireClean(take(at.to), 3n * valueOf(a), { a });
      for (const b of all) {
        put(at.b, b);
        field.subtractCarried(at.to, at.a, at.b);
        requireClean(take(at.to), valueOf(a) - valueOf(b), { a, b });
        field.subtractDouble(at.to, at.a, at.b);
        requireClean(take(at.to), valueOf(a) - 2n * valueOf(b), { a, b });
        field.subtractFourfold(at.to, at.a, at.b);
        requireClean(take(at.to), valueOf(a) - 4n * valueOf(b), { a, b });
        met++;
      }
    }
    expect(met).toBeGreaterThan(5_000);
  });

  it('carries a − 8b, where b is a square of a product: at most 1.1·p', () => {
    let met = 0;
    for (const a of clean().filter((row) => valueOf(row) < P + P / 2n)) {
      for (const b of clean().filter((row) => valueOf(row) > -P / 10n && valueOf(row) < (11n * P) / 10n)) {
        put(at.a, a);
        put(at.b, b);
        field.subtractEightfold(at.to, at.a, at.b);
        requireClean(take(at.to), valueOf(a) - 8n * valueOf(b), { a, b });
        met++;
      }
    }
    expect(met).toBeGreaterThan(1_500);
  });

  it('gives every element its one number below p', () => {
    const multiplesOfP = [-2n, -1n, 0n, 1n, 2n].flatMap((f) => [-1n, 0n, 1n].map((by) => f * P + by));
    const split = (value: bigint): bigint[] =>
      Array.from({ length: 9 }, (_, i) => (i === 8 ? value >> 232n : (value >> BigInt(29 * i)) & (B - 1n)));
    let met = 0;
    for (const row of [...multiplesOfP.map(split), ...loose(), ...clean(), ...differences()]) {
      put(at.a, row);
      field.wordsOfLimbs(at.to, at.a);
      expect(takeWords(at.to)).toBe(modP(valueOf(row)));
      met++;
    }
    expect(met).toBeGreaterThan(400);
  });

  it('brings numbers into Montgomery form and back, and inverts modulo p and n', () => {
    const edges = [0n, 1n, 2n, 3n, (P + 1n) / 2n, P - 1n, P - 2n, N - 1n, N - 2n, (N + 1n) / 2n, 1n << 255n, TOP, B];
    let met = 0;
    for (const value of [...edges, ...randomScalars(10_000)]) {
      putWords(at.a, value % P);
      field.elementOfWords(at.to, at.a);
      if (modP(valueOf(take(at.to))) !== modP(value * R)) throw new Error(value.toString(16));
      field.wordsOfElement(at.b, at.to);
      if (takeWords(at.b) !== value % P) throw new Error(value.toString(16));
      for (const [invert, m] of [
        [field.invertModP, P],
        [field.invertModN, N],
      ] as const) {
        putWords(at.a, value % m);
        invert(at.a, at.a);
        const wanted = value % m === 0n ? 0n : 1n;
        if ((takeWords(at.a) * value) % m !== wanted || takeWords(at.a) >= m) throw new Error(value.toString(16));
      }
      met++;
    }
    expect(met).toBeGreaterThanOrEqual(10_000);
  });
});
