/** For specs: both implementations of SM2, oracles that share no code with them, and scalars that are hard to get right. */
import { createECDH, ECDH, randomBytes } from 'node:crypto';
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { bytes32, concat, hex, integerOf } from './bytes.js';
import * as engine from './engine/sm2.js';
import * as reference from './reference/sm2.js';
import type { Sm2 } from './sm2-face.js';
import { smSuite, type Suite } from './suite.js';
import { jsonVectors } from './vectors.fixture.js';

export interface Sm2Implementation {
  readonly name: string;
  readonly sm2: Sm2;
  /** How many random scalars a property is given: the reference takes a hundred times as long. */
  readonly randomScalars: number;
  /** Of the hard scalars it is given every n-th. */
  readonly everyHardScalar: number;
}

export const sm2Implementations: readonly Sm2Implementation[] = [
  { name: 'the engine', sm2: engine, randomScalars: 10_000, everyHardScalar: 1 },
  { name: 'the reference', sm2: reference, randomScalars: 60, everyHardScalar: 61 },
];

/** The SM suite over one implementation of SM2. */
export function smSuiteOver({ name, sm2 }: Sm2Implementation): Suite & { readonly by: string } {
  return {
    ...smSuite,
    by: `sm by ${name}`,
    isScalar: sm2.isSm2Scalar,
    addScalars: sm2.sm2AddScalars,
    multiplyAddScalars: sm2.sm2MultiplyAddScalars,
    publicKey: sm2.sm2PublicKey,
    addBase: (point, scalar) => sm2.sm2AddBaseMany(point, [scalar])[0] as Uint8Array,
    addBaseMany: sm2.sm2AddBaseMany,
    addBaseEach: sm2.sm2AddBaseEach,
    multiply: sm2.sm2Multiply,
    addPoints: sm2.sm2AddPoints,
    expansion: sm2.sm2Expansion,
    cocoonKeys: sm2.sm2CocoonKeys,
  };
}

const numbers = jsonVectors<{ curve: Record<'p' | 'a' | 'b' | 'n' | 'Gx' | 'Gy', string> }>(
  'sm/sm-standard.json',
).curve;

/** The curve once more, from the numbers in the vector file: an oracle that shares no constant with the code. */
export const Oracle = weierstrass({
  p: BigInt(numbers.p),
  a: BigInt(numbers.a),
  b: BigInt(numbers.b),
  n: BigInt(numbers.n),
  Gx: BigInt(numbers.Gx),
  Gy: BigInt(numbers.Gy),
  h: 1n,
});
export const P = BigInt(numbers.p);
export const N = BigInt(numbers.n);

/** 32 bytes of a number below 2^256. */
export const scalar = bytes32;
export const modN = (value: bigint): bigint => ((value % N) + N) % N;
export const modP = (value: bigint): bigint => ((value % P) + P) % P;
export const text = (ascii: string): Uint8Array => new TextEncoder().encode(ascii);
export const tagged = (tag: number, x: bigint): Uint8Array => concat(Uint8Array.of(tag), scalar(x));

/** 1/a mod m for a prime m. */
export function inverseMod(a: bigint, m: bigint): bigint {
  let [r0, r1, t0, t1] = [m, ((a % m) + m) % m, 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1];
  }
  return ((t0 % m) + m) % m;
}

const ecdh = createECDH('SM2');

/** k·G by OpenSSL, compressed, in hexadecimal. */
export function baseTimesByOpenSsl(k: bigint): string {
  ecdh.setPrivateKey(scalar(k));
  return ecdh.getPublicKey('hex', 'compressed');
}

/** x of k·G by OpenSSL. */
export const abscissaOf = (k: bigint): bigint => BigInt(`0x${baseTimesByOpenSsl(modN(k)).slice(2)}`);

/**
 * k·G as an implementation has it, in hexadecimal, and for one k in eight by OpenSSL: ten times as fast. For specs of all that
 * is not k·G, which has a spec of its own.
 */
export function baseTimesMostlyBy(sm2: Sm2): (k: bigint) => string {
  let calls = 0;
  return (k) => (calls++ % 8 === 0 ? baseTimesByOpenSsl(k) : hex(sm2.sm2PublicKey(scalar(k))));
}

/** x ‖ y of a compressed point by OpenSSL, in hexadecimal; undefined for what is no point. */
export function coordinatesByOpenSsl(compressed: Uint8Array): string | undefined {
  try {
    return (ECDH.convertKey(compressed, 'SM2', undefined, 'hex', 'uncompressed') as string).slice(2);
  } catch {
    return undefined;
  }
}

/** Numbers in [1, n−1], each as likely as any other. */
export function randomScalars(count: number): bigint[] {
  const bytes = new Uint8Array(randomBytes(40 * count));
  return Array.from({ length: count }, (_, i) => (integerOf(bytes.subarray(40 * i, 40 * i + 40)) % (N - 1n)) + 1n);
}

/** One number in [1, n−1]. */
export const randomScalar = (): bigint => randomScalars(1)[0] as bigint;

/**
 * Numbers in [1, n−1] that lie at the borders of what the implementations do: small and large ones, runs of zeros and of
 * ones, single digits of windows of 5, 7 and 8 bits, rows of one extreme digit, what lies next to n, n/2, p − n, 2^256 − n.
 */
export function hardScalars(every = 1): bigint[] {
  const found = new Set<bigint>();
  const add = (value: bigint): void => {
    if (value > 0n && value < N) found.add(value);
  };
  const addAround = (value: bigint, far: bigint): void => {
    for (let i = -far; i <= far; i++) add(value + i);
  };
  addAround(0n, 140n);
  addAround(N, 140n);
  addAround(N / 2n, 9n);
  addAround(P - N, 9n);
  addAround((1n << 256n) - N, 9n);
  addAround((1n << 256n) - P, 9n);
  for (let bit = 0n; bit < 256n; bit++) {
    addAround(1n << bit, 1n);
    addAround(N - (1n << bit), 1n);
    for (const length of [13n, 64n, 129n]) add(((1n << length) - 1n) << bit);
  }
  for (const [width, digits] of [
    [5n, [1n, 15n, 16n, 17n, 31n]],
    [7n, [1n, 63n, 64n, 65n, 127n]],
    [8n, [1n, 127n, 128n, 129n, 255n]],
  ] as const) {
    for (const digit of digits) {
      for (let at = 0n; at < 256n; at += width) addAround(digit << at, 1n);
      for (const sign of [1n, -1n]) {
        let row = 0n;
        let alternating = 0n;
        for (let at = 0n, turn = 1n; at < 250n; at += width, turn = -turn) {
          row += (sign * digit) << at;
          alternating += (turn * digit) << at;
        }
        addAround(modN(row), 2n);
        addAround(modN(sign * alternating), 2n);
      }
    }
  }
  for (const byte of ['00', '01', '55', 'aa', '80', '7f', 'fe', 'ff']) {
    for (const other of ['00', 'ff', '55', '81']) {
      add(BigInt(`0x${(byte + other).repeat(16)}`));
      add(BigInt(`0x${byte.repeat(16)}${other.repeat(16)}`));
      add(BigInt(`0x${byte.repeat(4)}${other.repeat(28)}`));
    }
  }
  return [...found].filter((_, i) => i % every === 0);
}

/** Throws with the numbers that did it: faster than an `expect` for each of many thousands. */
export function requireSame(got: Uint8Array | string, wanted: string, ...by: readonly (bigint | string)[]): void {
  const bytes = typeof got === 'string' ? got : hex(got);
  if (bytes === wanted) return;
  const inputs = by.map((input) => (typeof input === 'bigint' ? input.toString(16) : input)).join(', ');
  throw new Error(`${bytes} instead of ${wanted} for ${inputs}`);
}
