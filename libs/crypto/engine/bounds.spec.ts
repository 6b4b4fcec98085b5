/**
 * Every product and every carry that the engine does keeps the bounds that the comments of assembly/field.ts state: shown by
 * an engine that looks before and after each of them, over long chains of point operations and over whole calls.
 */
import { baseTimesByOpenSsl, hardScalars, modN, randomScalars, requireSame, scalar } from '../src/sm2.fixture.js';
import { type Change, engineVariant } from './variant.fixture.js';

interface Watched {
  place(): number;
  desk(): number;
  faults(): number;
  checks(): number;
  leastTop(): bigint;
  mostTop(): bigint;
  startAtBase(point: number): void;
  doublePoint(to: number, p: number): void;
  addAffine(to: number, p: number, q: number): void;
  addAffineComplete(to: number, p: number, q: number): void;
  addAffineVariable(to: number, p: number, q: number): void;
  addPoint(to: number, p: number, q: number): void;
  addComplete(to: number, p: number, q: number): void;
  affineOfPoint(to: number, p: number): bigint;
  compress(bytes: number, q: number): void;
  baseTimes(k: number, to: number): number;
  pointTimes(point: number, k: number, to: number): number;
  basePlusMany(point: number, ks: number, count: number, to: number): number;
  signerOf(key: number, signer: number): number;
  sign(signer: number, digest: number, to: number): number;
  decompressPoint(bytes: number, to: number): number;
  verify(publicKey: number, digest: number, signature: number): number;
  knownKeyOf(publicKey: number, tables: number): number;
  verifyKnown(tables: number, digest: number, signature: number): number;
  pointsPlusBase(points: number, ks: number, count: number, to: number): number;
  wrapKeys(points: number, ks: number, texts: number, count: number, to: number): number;
  windowsOf(publicKey: number, windows: number): number;
  windowsBytes(): number;
  verifyAll(windows: number, digests: number, signatures: number, count: number, verdicts: number): void;
}

const WATCH: readonly Change[] = [
  { file: 'field.ts', from: 'export function multiply(', to: 'function plainMultiply(' },
  { file: 'field.ts', from: 'export function square(', to: 'function plainSquare(' },
  { file: 'field.ts', from: 'const t = c >> 24;', to: 'const t = c >> 24;\n  noteTop(t);' },
  {
    file: 'field.ts',
    from: 'store<i64>(to, c & 0xffffff, 64);',
    to: 'store<i64>(to, c & 0xffffff, 64);\n  checkClean(to);',
  },
  {
    file: 'field.ts',
    to: `
      let faultsMet: i32 = 0;
      let checksMade: i32 = 0;
      let least: i64 = 0;
      let most: i64 = 0;
      export function faults(): i32 { return faultsMet; }
      export function checks(): i32 { return checksMade; }
      export function leastTop(): i64 { return least; }
      export function mostTop(): i64 { return most; }
      function noteTop(t: i64): void {
        if (t < least) least = t;
        if (t > most) most = t;
      }
      /** Whether all limbs but the last are in (−low·B/100, high·B/100). */
      function isWithin(a: usize, low: i64, high: i64): bool {
        for (let at: usize = 0; at < 64; at += 8) {
          const limb = load<i64>(a + at) * 100;
          if (limb <= -(low << 29) || limb >= high << 29) return false;
        }
        return true;
      }
      function checkClean(a: usize): void {
        checksMade++;
        const top = load<i64>(a, 64);
        if (!isWithin(a, 4, 104) || top <= -0x1000000 || top >= 0x1fffffe) faultsMet++;
      }
      export function multiply(to: usize, a: usize, b: usize): void {
        const isFit = (isWithin(a, 312, 312) && isWithin(b, 108, 108)) || (isWithin(a, 108, 108) && isWithin(b, 312, 312));
        if (!isFit) faultsMet++;
        plainMultiply(to, a, b);
        checkClean(to);
      }
      export function square(to: usize, a: usize): void {
        if (!isWithin(a, 108, 108)) faultsMet++;
        plainSquare(to, a);
        checkClean(to);
      }`,
  },
  {
    file: 'engine.ts',
    to: `
      import { G } from './base';
      import { pointOfAffine } from './point';
      export { faults, checks, leastTop, mostTop } from './field';
      export { addAffine, addAffineComplete, addAffineVariable, addComplete, addPoint, doublePoint } from './point';
      export { affineOfPoint, compress } from './point';
      const PLACE: usize = memory.data(4096, 16);
      export function place(): usize { return PLACE; }
      export function startAtBase(point: usize): void { pointOfAffine(point, G); }`,
  },
];

let engine: Watched & { memory: Uint8Array };
let desk: number;

beforeAll(async () => {
  engine = await engineVariant<Watched>(WATCH);
  desk = engine.desk();
}, 120_000);

const lay = (at: number, bytes: Uint8Array): number => {
  engine.memory.set(bytes, desk + at);
  return desk + at;
};
const take = (at: number, length: number): Uint8Array => engine.memory.slice(desk + at, desk + at + length);

describe('the bounds of the field', () => {
  it('are watched: a limb that is too large is noticed', () => {
    const at = engine.place();
    engine.startAtBase(at);
    const before = engine.faults();
    new DataView(engine.memory.buffer).setBigInt64(at, 4n << 29n, true);
    engine.doublePoint(at, at);
    expect(engine.faults()).toBeGreaterThan(before);
  });

  it('hold through 12 000 operations on points, whose sums stay right', () => {
    const at = engine.place();
    const [sum, other, affine, bytes] = [at, at + 216, at + 432, at + 640];
    const before = engine.faults();
    const checksBefore = engine.checks();
    const met = { operations: 0, sums: 0 };
    engine.startAtBase(sum);
    engine.startAtBase(other);
    engine.doublePoint(other, other);
    engine.affineOfPoint(affine, other);
    let [k, kOther, kAffine] = [1n, 2n, 2n];
    randomScalars(200).forEach((dice) => {
      for (let i = 0; i < 60; i++) {
        switch (Number((dice >> BigInt(4 * i)) & 15n) % 7) {
          case 0:
            engine.doublePoint(sum, sum);
            k = modN(2n * k);
            break;
          case 1:
            if (k === kAffine || k === modN(-kAffine)) break;
            engine.addAffine(sum, sum, affine);
            k = modN(k + kAffine);
            break;
          case 2:
            engine.addAffineComplete(sum, sum, affine);
            k = modN(k + kAffine);
            break;
          case 3:
            engine.addAffineVariable(sum, sum, affine);
            k = modN(k + kAffine);
            break;
          case 4:
            if (k === kOther || k === modN(-kOther)) break;
            engine.addPoint(other, sum, other);
            kOther = modN(k + kOther);
            break;
          case 5:
            engine.addComplete(sum, sum, other);
            k = modN(k + kOther);
            break;
          default:
            engine.doublePoint(other, other);
            kOther = modN(2n * kOther);
        }
        met.operations++;
      }
      if (k === 0n || kOther === 0n) throw new Error('infinity by chance');
      engine.affineOfPoint(affine, sum);
      engine.compress(bytes, affine);
      kAffine = k;
      requireSame(engine.memory.slice(bytes, bytes + 33), baseTimesByOpenSsl(k), k);
      met.sums++;
    });
    expect(met).toEqual({ operations: 12_000, sums: 200 });
    expect(engine.checks() - checksBefore).toBeGreaterThan(100_000);
    expect(engine.faults() - before).toBe(0);
  });

  it('hold in k·G, k·P, P + k·G, signing and both verifications, for hard and random scalars', () => {
    const before = engine.faults();
    const checksBefore = engine.checks();
    const scalars = [...hardScalars(4), ...randomScalars(250)].map(scalar);
    expect(scalars.length).toBeGreaterThan(800);
    for (const k of scalars) {
      engine.baseTimes(lay(0, k), desk + 32);
      const point = take(32, 33);
      engine.pointTimes(lay(32, point), lay(0, k), desk + 96);
      if (engine.signerOf(lay(0, k), desk + 32) !== 1) continue;
      engine.sign(desk + 32, lay(0, k), desk + 128);
      const signature = take(128, 64);
      expect(engine.decompressPoint(lay(0, point), desk + 64)).toBe(1);
      expect(engine.verify(desk + 64, lay(128, k), lay(192, signature))).toBe(1);
    }
    for (const k of scalars.slice(-16)) {
      engine.baseTimes(lay(0, k), desk + 32);
      engine.signerOf(lay(0, k), desk + 96);
      engine.sign(desk + 96, lay(0, k), desk + 224);
      expect(engine.knownKeyOf(desk + 32, desk + 512)).toBe(1);
      expect(engine.verifyKnown(desk + 512, lay(0, k), desk + 224)).toBe(1);
    }
    for (let from = 0; from + 64 <= scalars.length; from += 64) {
      scalars.slice(from, from + 64).forEach((k, n) => lay(64 + 32 * n, k));
      engine.baseTimes(lay(0, scalar(7n)), desk + 32);
      engine.basePlusMany(desk + 32, desk + 64, 64, desk + 0x2000);
    }
    expect(engine.checks() - checksBefore).toBeGreaterThan(5_000_000);
    expect(engine.faults() - before).toBe(0);
  });

  it('hold side by side: P + k·G and k·P with a P for each k, and verifications under one key', () => {
    const before = engine.faults();
    const checksBefore = engine.checks();
    const scalars = [...hardScalars(9), ...randomScalars(100)].map(scalar);
    const [ks, points, texts, to] = [0, 0x2000, 0x4100, 0x5200];
    let met = 0;
    for (let from = 0; from + 128 <= scalars.length; from += 128) {
      scalars.slice(from, from + 128).forEach((k, n) => {
        engine.baseTimes(lay(ks + 32 * n, k), desk + points + 33 * n);
        lay(ks + 32 * n, scalars[(from + 7 * n) % scalars.length] as Uint8Array);
      });
      expect(engine.wrapKeys(desk + points, desk + ks, desk + texts, 128, desk + to)).toBe(1);
      expect([0, 1]).toContain(engine.pointsPlusBase(desk + points, desk + ks, 128, desk + to));
      met += 128;
    }
    expect(met).toBeGreaterThan(300);
    const key = scalars.at(-1) as Uint8Array;
    const [digests, signatures] = [engine.windowsBytes(), engine.windowsBytes() + 0x2000];
    engine.baseTimes(lay(0, key), desk + 32);
    engine.signerOf(lay(0, key), desk + 96);
    scalars
      .slice(0, 200)
      .forEach((e, n) => engine.sign(desk + 96, lay(digests + 32 * n, e), desk + signatures + 64 * n));
    engine.memory.copyWithin(desk + 0x3f000, desk + 32, desk + 65);
    expect(engine.windowsOf(desk + 0x3f000, desk)).toBe(1);
    engine.verifyAll(desk, desk + digests, desk + signatures, 200, desk + 0x3f000);
    expect(take(0x3f000, 200)).toEqual(new Uint8Array(200).fill(1));
    expect(engine.checks() - checksBefore).toBeGreaterThan(1_000_000);
    expect(engine.faults() - before).toBe(0);
  });

  it('hold with room: what is folded never counts more than ten times p', () => {
    expect(engine.leastTop()).toBeGreaterThanOrEqual(-10n);
    expect(engine.leastTop()).toBeLessThan(-4n);
    expect(engine.mostTop()).toBeLessThanOrEqual(10n);
  });
});
