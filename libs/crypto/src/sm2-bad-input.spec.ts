/**
 * Every function of the face against every bad value of every argument: an error that names the argument, never an answer;
 * and afterwards the implementation still knows the vector of the standard.
 */
import { concat, fromHex, hex } from './bytes.js';
import type { Sm2, Sm2WrappedKey } from './sm2-face.js';
import { N, Oracle, P, scalar, sm2Implementations, tagged, text } from './sm2.fixture.js';
import { jsonVectors } from './vectors.fixture.js';

const standard = jsonVectors<{
  sm2_sign: Record<'d' | 'Px' | 'Py' | 'id_ascii' | 'msg_ascii' | 'e' | 'k' | 'r' | 's', string>;
  sm2_enc: Record<'d' | 'k' | 'msg_ascii' | 'C1' | 'C2' | 'C3', string>;
}>('sm/sm-standard.json');

const three = scalar(3n);
const point = Oracle.BASE.multiply(5n).toBytes(true);
const [x, y] = [scalar(Oracle.BASE.x), scalar(Oracle.BASE.y)];
const id = text('1234567812345678');
const message = text('message');
const digest = new Uint8Array(32).fill(7);
const key16 = new Uint8Array(16).fill(9);
const signature = new Uint8Array(64).fill(1);
const wrapped: Sm2WrappedKey = { v: point, c: new Uint8Array(16), t: new Uint8Array(32) };

/** The first abscissa from `x` on that has a point, or that has none. */
function abscissaFrom(start: bigint, hasPoint: boolean): bigint {
  for (let at = start; ; at++) {
    let has = true;
    try {
      Oracle.fromBytes(tagged(2, at));
    } catch {
      has = false;
    }
    if (has === hasPoint) return at;
  }
}

const notBytes: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', '01'.repeat(16)],
  ['an array of numbers', Array.from({ length: 32 }, () => 1)],
  ['an ArrayBuffer', new ArrayBuffer(32)],
  ['a bigint', 5n],
];
const lengthsBut = (length: number): [string, unknown][] =>
  [0, 1, length - 1, length + 1, 2 * length].map((bad) => [`${String(bad)} bytes`, new Uint8Array(bad).fill(1)]);
const badLengths = (length: number): [string, unknown][] => [...notBytes, ...lengthsBut(length)];
const badScalars: [string, unknown][] = [
  ...badLengths(32),
  ['zero', scalar(0n)],
  ['n', scalar(N)],
  ['n + 1', scalar(N + 1n)],
  ['p', scalar(P)],
  ['2^256 − 1', new Uint8Array(32).fill(255)],
];
const signingScalars: [string, unknown][] = [...badScalars, ['n − 1', scalar(N - 1n)]];
const foreign = tagged(2, abscissaFrom(1n, false));
const beyond = abscissaFrom(0n, true);
const badPoints: [string, unknown][] = [
  ...badLengths(33),
  ['infinity: all zero', new Uint8Array(33)],
  ['infinity in one byte', Uint8Array.of(0)],
  ['an abscissa off the curve', foreign],
  ['an abscissa off the curve, odd', concat(Uint8Array.of(3), foreign.subarray(1))],
  ['x = p', tagged(2, P)],
  ['an x above p that is on the curve mod p', tagged(2, P + beyond)],
  ['x = 2^256 − 1', concat(Uint8Array.of(3), new Uint8Array(32).fill(255))],
  ['a tag of 0', concat(Uint8Array.of(0), point.subarray(1))],
  ['a tag of 4', concat(Uint8Array.of(4), point.subarray(1))],
  ['a tag of 0x82', concat(Uint8Array.of(0x82), point.subarray(1))],
];
const badWords: [string, unknown][] = [
  ['−1', -1],
  ['2^32', 2 ** 32],
  ['a half', 0.5],
  ['not a number', Number.NaN],
  ['undefined', undefined],
  ['a string', '1'],
];
const badCounts: [string, unknown][] = [...badWords, ['zero', 0], ['257', 257]];
const badMarks: [string, unknown][] = [...badWords, ['1', 1], ['2^31', 2 ** 31]];
const longIds: [string, unknown][] = [...notBytes, ['8192 bytes', new Uint8Array(8192)]];
const badTexts: [string, unknown][] = [
  ...notBytes,
  ['no bytes', new Uint8Array(0)],
  ['65537 bytes', new Uint8Array(65537)],
];

/** A call with all arguments good, and for each argument its place, its name in the message and its bad values. */
interface Row {
  readonly name: string;
  readonly call: (sm2: Sm2, args: never[]) => unknown;
  readonly good: readonly unknown[];
  readonly bad: readonly [place: number, name: string, values: [string, unknown][]][];
}
function row<Args extends unknown[]>(
  name: string,
  call: (sm2: Sm2, ...args: Args) => unknown,
  good: Args,
  bad: Row['bad'],
): Row {
  return { name, call: (sm2, args) => call(sm2, ...(args as unknown as Args)), good, bad };
}

const rows: readonly Row[] = [
  row('isSm2Scalar', (sm2, bytes: Uint8Array) => sm2.isSm2Scalar(bytes), [three], [[0, 'bytes', notBytes]]),
  row('isSm2PublicKey', (sm2, bytes: Uint8Array) => sm2.isSm2PublicKey(bytes), [point], [[0, 'bytes', notBytes]]),
  row(
    'sm2AddScalars',
    (sm2, a: Uint8Array, b: Uint8Array) => sm2.sm2AddScalars(a, b),
    [three, three],
    [
      [0, 'a', badScalars],
      [1, 'b', badScalars],
      [1, 'a, b', [['a sum of zero', scalar(N - 3n)]]],
    ],
  ),
  row(
    'sm2MultiplyAddScalars',
    (sm2, a: Uint8Array, b: Uint8Array, c: Uint8Array) => sm2.sm2MultiplyAddScalars(a, b, c),
    [three, three, three],
    [
      [0, 'a', badScalars],
      [1, 'b', badScalars],
      [2, 'c', badScalars.filter(([what]) => what !== 'zero')],
      [2, 'c', [0, 31, 33, 64].map((length) => [`${String(length)} zeros`, new Uint8Array(length)])],
    ],
  ),
  row('sm2PublicKey', (sm2, d: Uint8Array) => sm2.sm2PublicKey(d), [three], [[0, 'privateKey', badScalars]]),
  row('sm2DecompressPoint', (sm2, p: Uint8Array) => sm2.sm2DecompressPoint(p), [point], [[0, 'compressed', badPoints]]),
  row(
    'sm2CompressPoint',
    (sm2, x: Uint8Array, y: Uint8Array) => sm2.sm2CompressPoint(x, y),
    [x, y],
    [
      [0, 'x', badLengths(32)],
      [1, 'y', badLengths(32)],
      ...[0, 1].map(
        (place) =>
          [
            place,
            'x, y',
            [
              ['zero', scalar(0n)],
              ['p', scalar(P)],
              ['3', three],
              ['2^256 − 1', new Uint8Array(32).fill(255)],
            ],
          ] as Row['bad'][number],
      ),
    ],
  ),
  row(
    'sm2AddBaseMany',
    (sm2, p: Uint8Array, k: Uint8Array) => sm2.sm2AddBaseMany(p, [three, k]),
    [point, three],
    [
      [0, 'point', badPoints],
      [1, 'scalar', badScalars],
      [1, 'point + scalar·G', [['a sum at infinity', scalar(N - 5n)]]],
    ],
  ),
  row(
    'sm2AddBaseMany of 70',
    (sm2, p: Uint8Array, k: Uint8Array) => sm2.sm2AddBaseMany(p, [...Array.from({ length: 69 }, () => three), k]),
    [point, three],
    [
      [0, 'point', badPoints],
      [1, 'scalar', badScalars],
      [1, 'point + scalar·G', [['a sum at infinity', scalar(N - 5n)]]],
    ],
  ),
  row(
    'sm2AddBaseEach of 70',
    (sm2, p: Uint8Array, k: Uint8Array) =>
      sm2.sm2AddBaseEach([{ point: p, scalar: k }, ...Array.from({ length: 69 }, () => ({ point, scalar: three }))]),
    [point, three],
    [
      [0, 'point', badPoints],
      [1, 'scalar', badScalars],
      [1, 'point + scalar·G', [['a sum at infinity', scalar(N - 5n)]]],
    ],
  ),
  row(
    'sm2Multiply',
    (sm2, p: Uint8Array, k: Uint8Array) => sm2.sm2Multiply(p, k),
    [point, three],
    [
      [0, 'point', badPoints],
      [1, 'scalar', badScalars],
    ],
  ),
  row(
    'sm2AddPoints',
    (sm2, a: Uint8Array, b: Uint8Array) => sm2.sm2AddPoints(a, b),
    [point, point],
    [
      [0, 'a', badPoints],
      [1, 'b', badPoints],
      [1, 'a + b', [['a sum at infinity', concat(Uint8Array.of(point[0]! ^ 1), point.subarray(1))]]],
    ],
  ),
  row(
    'sm2Expansion',
    (sm2, k: Uint8Array, mark: number, i: number, first: number, count: number) =>
      sm2.sm2Expansion(k, mark, i, first, count),
    [key16, 0, 1, 2, 3],
    [
      [0, 'key16', badLengths(16)],
      [1, 'mark', badMarks],
      [2, 'i', badWords],
      [3, 'j', [...badWords, ['2^32 − 3, of which the fourth', 2 ** 32 - 2]]],
      [4, 'count', badCounts],
    ],
  ),
  row(
    'sm2CocoonKeys',
    (sm2, p: Uint8Array, k: Uint8Array, mark: number, i: number, count: number) =>
      sm2.sm2CocoonKeys(p, k, mark, [7, i], count),
    [point, key16, 0, 1, 3],
    [
      [0, 'point', badPoints],
      [1, 'key16', badLengths(16)],
      [2, 'mark', badMarks],
      [3, 'i', badWords],
      [4, 'count', badCounts],
    ],
  ),
  row(
    'sm2SignDigestUnsafe',
    (sm2, d: Uint8Array, e: Uint8Array, k: Uint8Array) => sm2.sm2SignDigestUnsafe(d, e, k),
    [three, digest, three],
    [
      [0, 'privateKey', signingScalars],
      [1, 'digest', badLengths(32)],
      [2, 'nonce', badScalars],
    ],
  ),
  row(
    'sm2SignerFor',
    (sm2, d: Uint8Array, p: Uint8Array, anyId: Uint8Array, m: Uint8Array) => sm2.sm2SignerFor(d, p)(anyId, m),
    [three, point, id, message],
    [
      [0, 'privateKey', signingScalars],
      [1, 'publicKey', badPoints.filter(([what]) => what !== 'undefined')],
      [2, 'id', longIds],
      [3, 'message', notBytes],
    ],
  ),
  row(
    'sm2SignerFor(…), its second signature',
    (sm2, anyId: Uint8Array, m: Uint8Array) => {
      const signer = sm2.sm2SignerFor(three);
      signer(id, message);
      return signer(anyId, m);
    },
    [id, message],
    [
      [0, 'id', longIds],
      [1, 'message', notBytes],
    ],
  ),
  row(
    'sm2SignerFor(…).all',
    (sm2, anyId: Uint8Array, m: Uint8Array) => sm2.sm2SignerFor(three).all(anyId, [message, m]),
    [id, message],
    [
      [0, 'id', longIds],
      [1, 'message', notBytes],
    ],
  ),
  row(
    'sm2Verify',
    (sm2, p: Uint8Array, anyId: Uint8Array, m: Uint8Array, s: Uint8Array) => sm2.sm2Verify(p, anyId, m, s),
    [point, id, message, signature],
    [
      [0, 'publicKey', badPoints],
      [1, 'id', longIds],
      [2, 'message', notBytes],
      [3, 'signature', badLengths(64)],
    ],
  ),
  row(
    'sm2VerifyDigest',
    (sm2, p: Uint8Array, e: Uint8Array, s: Uint8Array) => sm2.sm2VerifyDigest(p, e, s),
    [point, digest, signature],
    [
      [0, 'publicKey', badPoints],
      [1, 'digest', badLengths(32)],
      [2, 'signature', badLengths(64)],
    ],
  ),
  row(
    'sm2VerifierFor',
    (sm2, p: Uint8Array, anyId: Uint8Array, m: Uint8Array, s: Uint8Array) => {
      const verifier = sm2.sm2VerifierFor(p);
      verifier(id, message, signature);
      return verifier(anyId, m, s);
    },
    [point, id, message, signature],
    [
      [0, 'publicKey', badPoints],
      [1, 'id', longIds],
      [2, 'message', notBytes],
      [3, 'signature', badLengths(64)],
    ],
  ),
  row(
    'sm2VerifierFor(…).all of 40',
    (sm2, p: Uint8Array, anyId: Uint8Array, m: Uint8Array, s: Uint8Array) =>
      sm2
        .sm2VerifierFor(p)
        .all(anyId, [{ message: m, signature: s }, ...Array.from({ length: 39 }, () => ({ message, signature }))]),
    [point, id, message, signature],
    [
      [0, 'publicKey', badPoints],
      [1, 'id', longIds],
      [2, 'message', notBytes],
      [3, 'signature', badLengths(64)],
    ],
  ),
  row(
    'sm2WrapManyUnsafe of 50',
    (sm2, p: Uint8Array, key: Uint8Array, k: Uint8Array) =>
      sm2.sm2WrapManyUnsafe([
        { publicKey: p, key, scalar: k },
        ...Array.from({ length: 49 }, () => ({ publicKey: point, key: key16, scalar: three })),
      ]),
    [point, key16, three],
    [
      [0, 'publicKey', badPoints],
      [1, 'key', badLengths(16)],
      [2, 'scalar', badScalars],
    ],
  ),
  row(
    'sm2EncryptUnsafe',
    (sm2, p: Uint8Array, m: Uint8Array, k: Uint8Array) => sm2.sm2EncryptUnsafe(p, m, k),
    [point, message, three],
    [
      [0, 'publicKey', badPoints],
      [1, 'plaintext', badTexts],
      [2, 'nonce', badScalars],
    ],
  ),
  row(
    'sm2Decrypt',
    (sm2, d: Uint8Array, v: Uint8Array, c: Uint8Array, t: Uint8Array) => sm2.sm2Decrypt(d, { v, c, t }),
    [three, wrapped.v, wrapped.c, wrapped.t],
    [
      [0, 'privateKey', badScalars],
      [1, 'wrapped.v', badLengths(33)],
      [2, 'wrapped.c', badTexts],
      [3, 'wrapped.t', badLengths(32)],
    ],
  ),
];

/** Everything that GB/T 32918.5-2017 prints: one signature, one encryption. */
function requireVectors(sm2: Sm2): void {
  const v = standard.sm2_sign;
  const key = sm2.sm2PublicKey(fromHex(v.d));
  expect(hex(sm2.sm2CompressPoint(fromHex(v.Px), fromHex(v.Py)))).toBe(hex(key));
  expect(hex(sm2.sm2SignDigestUnsafe(fromHex(v.d), fromHex(v.e), fromHex(v.k))!)).toBe(v.r + v.s);
  expect(sm2.sm2Verify(key, text(v.id_ascii), text(v.msg_ascii), fromHex(v.r + v.s))).toBe(true);
}
function requireEncryption(sm2: Sm2): void {
  const v = standard.sm2_enc;
  const sealed = sm2.sm2EncryptUnsafe(sm2.sm2PublicKey(fromHex(v.d)), text(v.msg_ascii), fromHex(v.k))!;
  expect(hex(sealed.c) + hex(sealed.t)).toBe(v.C2 + v.C3);
  expect(sm2.sm2Decrypt(fromHex(v.d), sealed)).toEqual(text(v.msg_ascii));
}

describe.each(sm2Implementations)('bad input to SM2 by $name', ({ sm2 }) => {
  it.each(rows)('$name takes what is good', ({ call, good }) => {
    expect(() => call(sm2, good as never[])).not.toThrow();
  });

  it.each(rows)('$name refuses every bad argument by its name, and the next call is right', ({ call, good, bad }) => {
    let met = 0;
    for (const [place, name, values] of bad) {
      for (const [what, value] of values) {
        const args = good.map((argument, n) => (n === place ? value : argument));
        let refusal: unknown = `${name} as ${what}: no refusal`;
        try {
          call(sm2, args as never[]);
        } catch (error) {
          refusal = error;
        }
        if (!(refusal instanceof TypeError || refusal instanceof RangeError)) throw new Error(String(refusal));
        const [named] = /^[^:]+/.exec(refusal.message) as RegExpExecArray;
        if (named !== name && named !== `${name}.length` && named !== `${name}s`) {
          throw new Error(`${name} as ${what}: ${refusal.message}`, { cause: refusal });
        }
        requireVectors(sm2);
        met++;
      }
      requireEncryption(sm2);
    }
    expect(met).toBe(bad.reduce((sum, [, , values]) => sum + values.length, 0));
  });

  it('answers no, and does not throw, where badness is an answer', () => {
    for (const [, value] of badScalars.slice(notBytes.length)) expect(sm2.isSm2Scalar(value as Uint8Array)).toBe(false);
    for (const [, value] of badPoints.slice(notBytes.length)) {
      expect(sm2.isSm2PublicKey(value as Uint8Array)).toBe(false);
      if ((value as Uint8Array).length !== 33) continue;
      expect(sm2.sm2Decrypt(three, { ...wrapped, v: value as Uint8Array })).toBeUndefined();
    }
    expect([scalar(1n), scalar(N - 1n)].map(sm2.isSm2Scalar)).toEqual([true, true]);
  });

  it('does not repeat a secret in what it says', () => {
    const secret = scalar(N + 0x5ec2e7n);
    for (const call of [
      () => sm2.sm2PublicKey(secret),
      () => sm2.sm2SignerFor(secret),
      () => sm2.sm2Multiply(point, secret),
    ]) {
      expect(call).toThrow(/^(?!.*5ec2e7)(?!.*fffffffe).*not in \[1, n−1\]/);
    }
  });
});
