/**
 * Signing and verifying by both implementations over many keys, nonces and digests. The answers come from OpenSSL's k·G and
 * HMAC-SM3 and the equations of GB/T 32918.2-2016 in BigInt.
 */
import { createHash, createHmac } from 'node:crypto';
import { concat, hex, integerOf } from './bytes.js';
import type { Sm2 } from './sm2-face.js';
import {
  abscissaOf,
  baseTimesMostlyBy,
  hardScalars,
  inverseMod,
  modN,
  N,
  randomScalar,
  randomScalars,
  requireSame,
  scalar,
  sm2Implementations,
  text,
} from './sm2.fixture.js';

const id = text('1234567812345678');
const CURVE = Buffer.from(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  'hex',
);
const hash = (...parts: Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash('sm3')
      .update(concat(...parts))
      .digest(),
  );

/** Z of the default ID, and e of a message under it. */
function digestsOf(sm2: Sm2, publicKey: Uint8Array): (message: Uint8Array) => Uint8Array {
  const { x, y } = sm2.sm2DecompressPoint(publicKey);
  const z = hash(Uint8Array.of(0, 128), id, CURVE, x, y);
  return (message) => hash(z, message);
}

/** (r, s) for a nonce, in hexadecimal; undefined where the standard asks for another. */
function signatureBy(timesBase: (k: bigint) => string, d: bigint, e: bigint, k: bigint): string | undefined {
  const r = modN(e + BigInt(`0x${timesBase(k).slice(2)}`));
  const s = modN(inverseMod(1n + d, N) * (k - r * d));
  return r === 0n || r + k === N || s === 0n ? undefined : hex(concat(scalar(r), scalar(s)));
}

/** The nonce of the first attempt. */
function nonceOf(d: bigint, digest: Uint8Array): bigint {
  const half = (n: number): Uint8Array => createHmac('sm3', scalar(d)).update(Uint8Array.of(n)).update(digest).digest();
  return modN(integerOf(concat(half(1), half(2))));
}

const keysFor = (count: number): bigint[] => [
  1n,
  2n,
  69n,
  N - 2n,
  N - 3n,
  N / 2n,
  ...randomScalars(Math.min(count, 10)),
];
const messageOf = (n: number): Uint8Array => text(`message ${String(n)} `.repeat(n % 7));

describe.each(sm2Implementations)('signing by $name', ({ sm2, randomScalars: count, everyHardScalar }) => {
  const hard = hardScalars(everyHardScalar);
  const timesBase = baseTimesMostlyBy(sm2);

  it('keeps the equations for hard and random keys, nonces and digests', () => {
    const nonces = [...hard, ...randomScalars(count)];
    const keys = [...randomScalars(nonces.length / 2), ...hard];
    const digests = [0n, 1n, N - 1n, N, N + 1n, 2n ** 256n - 1n, ...nonces];
    nonces.forEach((k, i) => {
      const [d, e] = [keys.at(-1 - i) ?? 5n, digests[(i * 3) % digests.length] as bigint];
      if (d === N - 1n) return;
      const made = sm2.sm2SignDigestUnsafe(scalar(d), scalar(e), scalar(k));
      requireSame(made === undefined ? 'undefined' : made, signatureBy(timesBase, d, e, k) ?? 'undefined', d, e, k);
    });
    expect(nonces.length).toBeGreaterThanOrEqual(count + (count === 10_000 ? 1_000 : 30));
  }, 180_000);

  it('draws the nonce from key and digest, verifies what it signed and nothing next to it', () => {
    const met = { signed: 0, refused: 0 };
    const keys = keysFor(count);
    for (const d of keys) {
      const publicKey = sm2.sm2PublicKey(scalar(d));
      const [signer, verifier] = [sm2.sm2SignerFor(scalar(d)), sm2.sm2VerifierFor(publicKey)];
      const digestOf = digestsOf(sm2, publicKey);
      for (let n = 0; n < Math.ceil(count / keys.length); n++) {
        const message = messageOf(n);
        const digest = digestOf(message);
        const signature = signer(id, message);
        requireSame(signature, signatureBy(timesBase, d, integerOf(digest), nonceOf(d, digest)) ?? '', d, String(n));
        const bent = signature.slice();
        bent[n % 64]! ^= 1 << (n % 8);
        const isKept =
          verifier(id, message, signature) &&
          sm2.sm2VerifyDigest(publicKey, digest, signature) &&
          !verifier(id, message, bent) &&
          !sm2.sm2VerifyDigest(publicKey, digest, bent);
        if (!isKept) throw new Error(`${d.toString(16)}, ${String(n)}`);
        met.signed++;
      }
    }
    expect(met.signed).toBeGreaterThanOrEqual(count);
  }, 180_000);

  it('signs for hard keys, whose inverse of 1 + d is hard too', () => {
    let met = 0;
    for (const d of [...hard, ...hard.map((value) => modN(inverseMod(value, N) - 1n))]) {
      if (d === 0n || d === N - 1n) continue;
      const message = text(d.toString());
      const publicKey = sm2.sm2PublicKey(scalar(d));
      const signature = sm2.sm2SignerFor(scalar(d), publicKey)(id, message);
      const digest = digestsOf(sm2, publicKey)(message);
      if (met % 4 === 0)
        requireSame(signature, signatureBy(timesBase, d, integerOf(digest), nonceOf(d, digest)) ?? '', d);
      if (!sm2.sm2Verify(publicKey, id, message, signature)) throw new Error(d.toString(16));
      met++;
    }
    expect(met).toBeGreaterThan(hard.length);
  }, 180_000);

  it.each([1, 2, 63, 64, 65, 1024, 1025])('signs %d messages at once with the same bytes as one by one', (size) => {
    const signer = sm2.sm2SignerFor(scalar(randomScalar()));
    const messages = Array.from({ length: size }, (_, n) => (n % 9 === 3 ? messageOf(3) : messageOf(n)));
    const together = signer.all(id, messages);
    expect(together).toHaveLength(size);
    messages.forEach((message, n) => requireSame(together[n] as Uint8Array, hex(signer(id, message)), String(n)));
    expect(signer.all(id, [])).toEqual([]);
  });
});

describe.each(sm2Implementations)('verifying by $name', ({ sm2, randomScalars: count, everyHardScalar }) => {
  it('says yes to what the equations give for hard and random s and t, and no to what is next to it', () => {
    const hard = hardScalars(everyHardScalar);
    const timesBase = baseTimesMostlyBy(sm2);
    const values = [...hard, ...randomScalars(count)];
    const keys = keysFor(count).map((d) => ({ d, publicKey: sm2.sm2PublicKey(scalar(d)) }));
    const met = { good: 0, infinity: 0 };
    values.forEach((s, i) => {
      const { d, publicKey } = keys[i % keys.length] as (typeof keys)[number];
      const t = values[(i * 7 + 1) % values.length] as bigint;
      const [r, sum] = [modN(t - s), modN(s + t * d)];
      if (r === 0n) return;
      const e = sum === 0n ? r : modN(r - BigInt(`0x${timesBase(sum).slice(2)}`));
      const signature = concat(scalar(r), scalar(s));
      const isGood = sm2.sm2VerifyDigest(publicKey, scalar(e), signature);
      const others = [
        [scalar(modN(e + 1n)), signature],
        [scalar(e), concat(scalar(r), scalar(modN(s + 1n)))],
        [scalar(e), concat(scalar(N - r), scalar(s))],
      ] as const;
      const isOtherGood = others.some(
        ([digest, other], n) => n === i % 3 && sm2.sm2VerifyDigest(publicKey, digest, other),
      );
      if (isGood !== (sum !== 0n) || isOtherGood) throw new Error([d, s, t].map((n) => n.toString(16)).join());
      // e and e + n are one number for the equation.
      if (e + N < 2n ** 256n) expect(sm2.sm2VerifyDigest(publicKey, scalar(e + N), signature)).toBe(isGood);
      met[isGood ? 'good' : 'infinity']++;
    });
    expect(met.good).toBeGreaterThanOrEqual(count + (count === 10_000 ? 1_000 : 30));
  }, 180_000);

  it('says of many together what it says of each, in batches of every size around the borders', () => {
    const d = randomScalar();
    const verifier = sm2.sm2VerifierFor(sm2.sm2PublicKey(scalar(d)));
    const sign = sm2.sm2SignerFor(scalar(d));
    const bad = [0n, N, 2n ** 256n - 1n];
    const met = { good: 0, bad: 0 };
    for (const size of count === 10_000 ? [1, 31, 32, 33, 255, 256, 257, 600] : [1, 33]) {
      const signed = Array.from({ length: size }, (_, n) => {
        const message = Uint8Array.of(n >> 8, n, size);
        const signature = sign(id, message);
        if (n % 5 === 1) signature[n % 64]! ^= 1 << (n % 8);
        if (n % 11 === 7) signature.set(scalar(bad[n % 3] as bigint), n % 2 === 0 ? 0 : 32);
        // r + s = n
        if (n % 13 === 9) signature.set(scalar(N - integerOf(signature.subarray(0, 32))), 32);
        return { message, signature };
      });
      const verdicts = verifier.all(id, signed);
      expect(verdicts).toEqual(signed.map(({ message, signature }) => verifier(id, message, signature)));
      for (const verdict of verdicts) met[verdict ? 'good' : 'bad']++;
    }
    expect(met.good).toBeGreaterThan(count === 10_000 ? 800 : 15);
    expect(met.bad).toBeGreaterThan(count === 10_000 ? 300 : 5);
    expect(verifier.all(id, [])).toEqual([]);
    const other = Array.from({ length: 40 }, () => ({ message: text('any'), signature: sign(id, text('any')) }));
    expect(verifier.all(text('another'), other)).toEqual(other.map(() => false));
  }, 120_000);

  it('says no to every pair of r and s of which one is 0, n, n + 1 or 2^256 − 1', () => {
    const d = randomScalar();
    const publicKey = sm2.sm2PublicKey(scalar(d));
    const verifier = sm2.sm2VerifierFor(publicKey);
    const bad = [0n, N, N + 1n, N + 9n, 2n ** 256n - 1n];
    let met = 0;
    for (const one of bad) {
      for (const other of [...bad, 1n, 9n, N - 1n, randomScalar()]) {
        for (const [r, s] of [
          [one, other],
          [other, one],
        ] as const) {
          const signature = concat(scalar(r), scalar(s));
          // The e that fits the equations, were r and s taken mod n.
          const sum = modN(s + (r + s) * d);
          const e = sum === 0n ? 0n : modN(r - abscissaOf(sum));
          expect(sm2.sm2VerifyDigest(publicKey, scalar(e), signature)).toBe(false);
          expect(verifier(id, text('any'), signature)).toBe(false);
          met++;
        }
      }
    }
    expect(met).toBe(90);
  });

  it('says no to r + s = n, whatever e', () => {
    const d = randomScalar();
    const publicKey = sm2.sm2PublicKey(scalar(d));
    for (const s of [1n, 2n, N - 1n, randomScalar()]) {
      const r = N - s;
      // t = 0: the sum would be s·G.
      const e = modN(r - abscissaOf(s));
      expect(sm2.sm2VerifyDigest(publicKey, scalar(e), concat(scalar(r), scalar(s)))).toBe(false);
    }
  });
});
