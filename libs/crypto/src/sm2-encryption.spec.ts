/** Encryption by both implementations over many keys, scalars and texts, against OpenSSL's products and SM3. */
import { createHash } from 'node:crypto';
import { concat, hex } from './bytes.js';
import {
  baseTimesByOpenSsl,
  baseTimesMostlyBy,
  coordinatesByOpenSsl,
  hardScalars,
  modN,
  N,
  randomScalar,
  randomScalars,
  requireSame,
  scalar,
  sm2Implementations,
  tagged,
} from './sm2.fixture.js';

const hash = (...parts: Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash('sm3')
      .update(concat(...parts))
      .digest(),
  );

/** C1, C2 and C3 one after the other, in hexadecimal, by GB/T 32918.4-2016 6.1; undefined where the mask is all zero. */
function encryptedBy(timesBase: (k: bigint) => string, d: bigint, k: bigint, text: Uint8Array): string | undefined {
  const xy = coordinatesByOpenSsl(Buffer.from(timesBase(modN(k * d)), 'hex')) as string;
  const [x, y] = [Buffer.from(xy.slice(0, 64), 'hex'), Buffer.from(xy.slice(64), 'hex')];
  const blocks: Uint8Array[] = [];
  for (let n = 1; blocks.length * 32 < text.length; n++) blocks.push(hash(x, y, Uint8Array.of(0, 0, n >> 8, n)));
  const mask = concat(...blocks).subarray(0, text.length);
  if (mask.every((byte) => byte === 0)) return undefined;
  return timesBase(k) + hex(text.map((byte, i) => byte ^ (mask[i] as number))) + hex(hash(x, text, y));
}

/** The first scalars under which the mask of one byte for the key 77 is zero: one in 256. */
function scalarsOfZeroMask(count: number): bigint[] {
  const found: bigint[] = [];
  for (let k = 1n; found.length < count; k++) {
    if (encryptedBy(baseTimesByOpenSsl, 77n, k, Uint8Array.of(1)) === undefined) found.push(k);
  }
  return found;
}
const masked = scalarsOfZeroMask(2);

const textOf = (n: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => n * 31 + i * 7);

describe.each(sm2Implementations)('encryption by $name', ({ sm2, randomScalars: count, everyHardScalar }) => {
  const timesBase = baseTimesMostlyBy(sm2);

  it('is that of the standard for hard and random scalars and keys, and opens again', () => {
    const hard = hardScalars(everyHardScalar);
    const keys = [1n, 2n, N - 1n, ...randomScalars(9)].map((d) => ({ d, point: sm2.sm2PublicKey(scalar(d)) }));
    const scalars = [...hard, ...randomScalars(count)];
    const met = { opened: 0, masked: 0 };
    scalars.forEach((k, i) => {
      const { d, point } = keys[i % keys.length] as (typeof keys)[number];
      const text = textOf(i, i % 5 === 0 ? 1 + (i % 130) : 16);
      const wanted = encryptedBy(timesBase, d, k, text);
      const made = sm2.sm2EncryptUnsafe(point, text, scalar(k));
      requireSame(
        made === undefined ? 'undefined' : concat(made.v, made.c, made.t),
        wanted ?? 'undefined',
        d,
        k,
        String(i),
      );
      if (made === undefined) {
        met.masked++;
        return;
      }
      requireSame(sm2.sm2Decrypt(scalar(d), made) ?? 'undefined', hex(text), d, k);
      met.opened++;
    });
    expect(met.opened).toBeGreaterThanOrEqual(count + (count === 10_000 ? 1_000 : 30));
  }, 180_000);

  it('gives many keys the bytes that it gives one by one, in batches of every size around the borders', () => {
    const hard = hardScalars(everyHardScalar).filter((_, i) => i % 3 === 0);
    // The last addition of k·P doubles for 6 and n − 6, and of a row of digits 1 every one adds what it has.
    const scalars = [1n, 2n, 6n, N - 6n, N - 1n, ...hard, ...randomScalars(Math.min(count, 500))];
    const keys = [1n, N - 1n, 6n, ...randomScalars(9)].map((d) => ({ d, point: sm2.sm2PublicKey(scalar(d)) }));
    const sizes = [1, 47, 48, 49, 255, 256, 257, 64];
    let met = 0;
    for (let batch = 0, at = 0; at < scalars.length; batch++) {
      const items = scalars.slice(at, (at += sizes[batch % sizes.length] as number)).map((k, i) => {
        const { d, point } = keys[(i + batch) % keys.length] as (typeof keys)[number];
        return { d, k, publicKey: point, key: textOf(i, 16), scalar: scalar(k) };
      });
      const wrapped = sm2.sm2WrapManyUnsafe(items);
      expect(wrapped).toHaveLength(items.length);
      items.forEach(({ d, k, publicKey, key }, i) => {
        const { v, c, t } = wrapped[i]!;
        const one = sm2.sm2EncryptUnsafe(publicKey, key, scalar(k))!;
        requireSame(concat(v, c, t), hex(concat(one.v, one.c, one.t)), d, k, String(i));
        if (i % 40 === 0) requireSame(concat(v, c, t), encryptedBy(timesBase, d, k, key)!, d, k, String(i));
        met++;
      });
    }
    expect(met).toBe(scalars.length);
    expect(met).toBeGreaterThan(count === 10_000 ? 1_000 : 30);
    expect(sm2.sm2WrapManyUnsafe([])).toEqual([]);
  }, 180_000);

  it('opens for hard private keys', () => {
    let met = 0;
    for (const d of hardScalars(everyHardScalar).filter((_, i) => i % 3 === 0)) {
      const sealed = sm2.sm2EncryptUnsafe(sm2.sm2PublicKey(scalar(d)), textOf(3, 16), scalar(randomScalar()))!;
      requireSame(sm2.sm2Decrypt(scalar(d), sealed) ?? 'undefined', hex(textOf(3, 16)), d);
      met++;
    }
    expect(met).toBeGreaterThan(everyHardScalar === 1 ? 800 : 10);
  });

  it.each([1, 31, 32, 33, 63, 64, 65, 255, 256, 8192, 65_535, 65_536])('takes a text of %d bytes', (length) => {
    const [d, k] = randomScalars(2) as [bigint, bigint];
    const text = textOf(5, length);
    // One scalar in 256 masks a single byte with zero: then another is taken, as the standard says.
    let made = sm2.sm2EncryptUnsafe(sm2.sm2PublicKey(scalar(d)), text, scalar(k));
    let used = k;
    while (made === undefined) made = sm2.sm2EncryptUnsafe(sm2.sm2PublicKey(scalar(d)), text, scalar(++used));
    requireSame(concat(made.v, made.c, made.t), encryptedBy(timesBase, d, used, text) ?? '', d, used);
    expect(sm2.sm2Decrypt(scalar(d), made)).toEqual(text);
  });

  it('does not open with any one bit of C1, C2 or C3 turned', () => {
    const d = randomScalar();
    const text = textOf(8, 20);
    const sealed = sm2.sm2EncryptUnsafe(sm2.sm2PublicKey(scalar(d)), text, scalar(randomScalar()))!;
    let met = 0;
    for (const part of ['v', 'c', 't'] as const) {
      for (let bit = 0; bit < 8 * sealed[part].length; bit += count === 10_000 ? 1 : 9) {
        const bent = sealed[part].slice();
        bent[bit >> 3]! ^= 1 << (bit & 7);
        expect(sm2.sm2Decrypt(scalar(d), { ...sealed, [part]: bent })).toBeUndefined();
        met++;
      }
    }
    expect(met).toBeGreaterThan(70);
    expect(sm2.sm2Decrypt(scalar(d), sealed)).toEqual(text);
  });

  it('does not open C3 of all zeros or of all ones, a C1 with x ≥ p, or the parts of two texts', () => {
    const d = randomScalar();
    const point = sm2.sm2PublicKey(scalar(d));
    const one = sm2.sm2EncryptUnsafe(point, textOf(1, 16), scalar(randomScalar()))!;
    const other = sm2.sm2EncryptUnsafe(point, textOf(2, 16), scalar(randomScalar()))!;
    for (const bent of [
      { ...one, t: new Uint8Array(32) },
      { ...one, t: new Uint8Array(32).fill(255) },
      { ...one, v: tagged(2, 2n ** 256n - 1n) },
      { ...one, v: other.v },
      { ...one, c: other.c },
      { ...one, t: other.t },
      { ...one, c: one.c.subarray(1) },
      { ...one, c: concat(one.c, Uint8Array.of(0)) },
    ]) {
      expect(sm2.sm2Decrypt(scalar(d), bent)).toBeUndefined();
    }
  });

  it('asks for another scalar exactly where the mask is all zero, and opens no such text', () => {
    const point = sm2.sm2PublicKey(scalar(77n));
    const text = Uint8Array.of(0x5a);
    for (const k of masked) {
      for (const [near, isMasked] of [
        [k - 1n, false],
        [k, true],
        [k + 1n, false],
      ] as const) {
        expect(sm2.sm2EncryptUnsafe(point, text, scalar(near)) === undefined).toBe(isMasked);
      }
      // Under an all-zero mask C2 is the text itself; C3 is made to fit, so that the mask alone can refuse.
      const xy = coordinatesByOpenSsl(Buffer.from(baseTimesByOpenSsl(k * 77n), 'hex')) as string;
      const [x, y] = [Buffer.from(xy.slice(0, 64), 'hex'), Buffer.from(xy.slice(64), 'hex')];
      const v = new Uint8Array(Buffer.from(baseTimesByOpenSsl(k), 'hex'));
      expect(sm2.sm2Decrypt(scalar(77n), { v, c: text, t: hash(x, text, y) })).toBeUndefined();
    }
  });
});
