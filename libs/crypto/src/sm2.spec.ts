import { createECDH } from 'node:crypto';
import fc from 'fast-check';
import { concat, fromHex, hex, integerOf } from './bytes.js';
import * as engine from './engine/sm2.js';
import { systemRandom } from './random.js';
import * as reference from './reference/sm2.js';
import * as chosen from './sm2.js';
import { DEFAULT_SM2_ID, newSm2PrivateKey, SM2_ORDER, sm2Digest, sm2Wrap } from './sm2.js';
import { Oracle, P as PRIME, scalar, sm2Implementations, text } from './sm2.fixture.js';
import { hmacSm3, sm3 } from './sm3.js';
import { jsonVectors, rawVector, scriptedRandom } from './vectors.fixture.js';

const standard = jsonVectors<{
  sm2_sign: Record<'d' | 'Px' | 'Py' | 'id_ascii' | 'msg_ascii' | 'Z' | 'e' | 'k' | 'r' | 's', string>;
}>('sm/sm-standard.json');
const zero = scalar(0n);
const one = scalar(1n);
const order = scalar(SM2_ORDER);
const orderLessOne = scalar(SM2_ORDER - 1n);
const privateKey = fromHex(standard.sm2_sign.d);
const publicKey = chosen.sm2PublicKey(privateKey);
const scalars = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => {
  const value = integerOf(bytes);
  return value > 0n && value < SM2_ORDER - 1n;
});

describe.each(sm2Implementations)('SM2 keys by $name', ({ sm2 }) => {
  const { isSm2PublicKey, sm2AddScalars, sm2CompressPoint, sm2DecompressPoint, sm2PublicKey, sm2Verify } = sm2;
  const { sm2AddBaseMany, sm2SignerFor, sm2VerifierFor } = sm2;

  it.each([
    ['zero', zero],
    ['the order', order],
    ['2^256−1', new Uint8Array(32).fill(255)],
    ['31 bytes', new Uint8Array(31).fill(1)],
    ['33 bytes', new Uint8Array(33).fill(1)],
  ])('refuses %s as a private key', (_, key) => {
    expect(() => sm2PublicKey(key)).toThrow('privateKey: ');
    expect(() => sm2SignerFor(key)).toThrow('privateKey: ');
    expect(() => sm2AddScalars(key, one)).toThrow('a: ');
    expect(() => sm2AddScalars(one, key)).toThrow('b: ');
    expect(() => sm2AddBaseMany(publicKey, [key])).toThrow('scalar: ');
  });

  it('refuses n−1 for signing, though it has a public key', () => {
    expect(() => sm2SignerFor(orderLessOne)).toThrow('privateKey: n−1 cannot sign');
    expect(hex(sm2PublicKey(orderLessOne)).slice(2)).toBe(hex(sm2PublicKey(one)).slice(2));
  });

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['infinity in one byte', Uint8Array.of(0)],
    ['all zero', new Uint8Array(33)],
    ['a tag of 4', concat(Uint8Array.of(4), publicKey.subarray(1))],
    ['a tag of 0', concat(Uint8Array.of(0), publicKey.subarray(1))],
    ['an uncompressed point', concat(Uint8Array.of(4), new Uint8Array(64))],
    ['a trailing byte', concat(publicKey, Uint8Array.of(0))],
    ['x = p', concat(Uint8Array.of(2), scalar(PRIME))],
    ['x above p that is on the curve mod p', concat(Uint8Array.of(2), scalar(firstAbscissa() + PRIME))],
    ['an x off the curve', concat(Uint8Array.of(2), scalar(firstForeignAbscissa()))],
  ])('refuses %s as a public key', (_, key) => {
    expect(isSm2PublicKey(key)).toBe(false);
    expect(() => sm2DecompressPoint(key)).toThrow('compressed: ');
    expect(() => sm2AddBaseMany(key, [one])).toThrow('point: ');
    expect(() => sm2Digest(key, DEFAULT_SM2_ID, one)).toThrow('publicKey: ');
    expect(() => sm2Verify(key, DEFAULT_SM2_ID, one, new Uint8Array(64))).toThrow('publicKey: ');
    expect(() => sm2VerifierFor(key)).toThrow('publicKey: ');
    expect(() => sm2Wrap(key, new Uint8Array(16), systemRandom)).toThrow('publicKey: ');
  });

  function firstAbscissa(): bigint {
    let x = 1n;
    while (!isSm2PublicKey(concat(Uint8Array.of(2), scalar(x)))) x++;
    return x;
  }
  function firstForeignAbscissa(): bigint {
    let x = 1n;
    while (isSm2PublicKey(concat(Uint8Array.of(2), scalar(x)))) x++;
    return x;
  }

  it('refuses coordinates off the curve, too long or not below p', () => {
    const { x, y } = sm2DecompressPoint(publicKey);
    expect(() => sm2CompressPoint(x, x)).toThrow('x, y: ');
    expect(() => sm2CompressPoint(zero, zero)).toThrow('x, y: ');
    expect(() => sm2CompressPoint(scalar(PRIME), y)).toThrow('x, y: ');
    // A point whose y is 1, so that y + p has 32 bytes too.
    const low = fromHex('9c17043effe1a805a74a9a5e70b9d659705d3242094a566dc016f49311178d1f');
    expect(sm2CompressPoint(low, one)).toEqual(concat(Uint8Array.of(3), low));
    expect(() => sm2CompressPoint(low, scalar(PRIME + 1n))).toThrow('x, y: ');
    expect(() => sm2CompressPoint(x.subarray(1), y)).toThrow('x: 32 bytes expected');
    expect(() => sm2CompressPoint(x, concat(y, y))).toThrow('y: 32 bytes expected');
  });

  it('refuses sums that are zero or at infinity', () => {
    expect(() => sm2AddScalars(one, orderLessOne)).toThrow('the sum is zero');
    expect(() => sm2AddBaseMany(sm2PublicKey(one), [orderLessOne])).toThrow('the point at infinity');
  });

  it('adds across the doubling P + G = 2·G', () => {
    expect(sm2AddBaseMany(sm2PublicKey(one), [one])).toEqual([sm2PublicKey(scalar(2n))]);
  });

  it('agrees with the curve from the vector file and with OpenSSL on k·G and P + k·G', () => {
    let met = 0;
    fc.assert(
      fc.property(scalars, scalars, (d, k) => {
        const openssl = createECDH('SM2');
        openssl.setPrivateKey(d);
        const point = sm2PublicKey(d);
        expect(hex(point)).toBe(openssl.getPublicKey('hex', 'compressed'));
        const sum = Oracle.BASE.multiply(integerOf(d)).add(Oracle.BASE.multiply(integerOf(k)));
        expect(hex(sm2AddBaseMany(point, [k])[0]!)).toBe(sum.toHex(true));
        const { x, y } = sm2DecompressPoint(point);
        expect(hex(sm2CompressPoint(x, y))).toBe(hex(point));
        met++;
      }),
      { numRuns: 60 },
    );
    expect(met).toBeGreaterThanOrEqual(60);
  });
});

describe.each(sm2Implementations)('SM2 signatures by $name', ({ sm2 }) => {
  const { isSm2PublicKey, sm2CompressPoint, sm2DecompressPoint, sm2PublicKey, sm2SignDigestUnsafe, sm2SignerFor } = sm2;
  const { sm2VerifierFor, sm2Verify, sm2VerifyDigest } = sm2;
  const sm2Sign = (key: Uint8Array, anyId: Uint8Array, anyMessage: Uint8Array): Uint8Array =>
    sm2SignerFor(key)(anyId, anyMessage);

  const v = standard.sm2_sign;
  const id = text(v.id_ascii);
  const message = text(v.msg_ascii);
  const signature = fromHex(v.r + v.s);
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];

  it.each([
    ['r = 0', concat(zero, s)],
    ['s = 0', concat(r, zero)],
    ['r = n', concat(order, s)],
    ['s = n', concat(r, order)],
    ['r = 2^256−1', concat(new Uint8Array(32).fill(255), s)],
    ['s = s + n where that fits', concat(one, scalar(SM2_ORDER + 1n))],
    ['r + s = n', concat(r, scalar(SM2_ORDER - integerOf(r)))],
    ['r and s exchanged', concat(s, r)],
    ['s replaced by n − s', concat(r, scalar(SM2_ORDER - integerOf(s)))],
    ['all zero', new Uint8Array(64)],
  ])('does not verify with %s', (_, bad) => {
    expect(sm2Verify(publicKey, id, message, bad)).toBe(false);
    expect(sm2VerifierFor(publicKey)(id, message, bad)).toBe(false);
  });

  it('does not verify another message, ID or key, or with any one bit turned', () => {
    expect(sm2Verify(publicKey, id, text('message digesu'), signature)).toBe(false);
    expect(sm2Verify(publicKey, text('1234567812345679'), message, signature)).toBe(false);
    expect(sm2Verify(publicKey, new Uint8Array(0), message, signature)).toBe(false);
    expect(sm2Verify(sm2PublicKey(one), id, message, signature)).toBe(false);
    const verifier = sm2VerifierFor(publicKey);
    for (let bit = 0; bit < 512; bit += 7) {
      const bent = signature.slice();
      bent[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifier(id, message, bent)).toBe(false);
    }
  });

  describe('with an e made to fit, so that one check alone can refuse', () => {
    const mod = (value: bigint): bigint => ((value % SM2_ORDER) + SM2_ORDER) % SM2_ORDER;
    const P = Oracle.fromBytes(publicKey);
    const x = (s0: bigint, t: bigint): bigint => Oracle.BASE.multiplyUnsafe(s0).add(P.multiplyUnsafe(t)).toAffine().x;
    /** An e for which r ‖ s passes every equation. */
    const fitting = (r0: bigint, s0: bigint): Uint8Array => scalar(mod(r0 - x(mod(s0), mod(r0 + s0))));
    const isGood = (e: Uint8Array, r0: bigint, s0: bigint): boolean =>
      sm2VerifyDigest(publicKey, e, concat(scalar(r0), scalar(s0)));

    it.each([
      ['r = 0', 0n, 9n],
      ['s = 0', 9n, 0n],
      ['r + s = n', SM2_ORDER - 9n, 9n],
      ['r = n + 5', SM2_ORDER + 5n, 9n],
      ['s = n + 5', 9n, SM2_ORDER + 5n],
    ])('does not verify %s', (_, r0, s0) => {
      expect(isGood(fitting(r0, s0), r0, s0)).toBe(false);
    });

    it('verifies r = 5, s = 9, and n − 5, n − 9', () => {
      expect(isGood(fitting(5n, 9n), 5n, 9n)).toBe(true);
      expect(isGood(fitting(SM2_ORDER - 5n, SM2_ORDER - 9n), SM2_ORDER - 5n, SM2_ORDER - 9n)).toBe(true);
      expect(() => sm2VerifyDigest(publicKey, new Uint8Array(31), new Uint8Array(64))).toThrow('digest: ');
    });

    it('takes an e of n and above mod n, even where r is less than it', () => {
      // An abscissa n + r − e just below n, for r = 5 and a small e that is larger.
      let e = 6n;
      while (!isSm2PublicKey(concat(Uint8Array.of(2), scalar(SM2_ORDER + 5n - e)))) e++;
      const R = Oracle.fromBytes(concat(Uint8Array.of(2), scalar(SM2_ORDER + 5n - e)));
      const key = R.add(Oracle.BASE.multiply(9n).negate()).multiply(Oracle.Fn.inv(14n)).toBytes(true);
      const good = concat(scalar(5n), scalar(9n));
      expect(sm2VerifyDigest(key, scalar(e), good)).toBe(true);
      expect(sm2VerifyDigest(key, scalar(e + SM2_ORDER), good)).toBe(true);
      expect(sm2VerifyDigest(key, scalar(e + 1n + SM2_ORDER), good)).toBe(false);
    });

    it('does not take for the abscissa what is it mod 2^256', () => {
      // r − e + n leaves 256 bits and would be x(s·G + t·P) without its top bit.
      const e = mod(5n - x(9n, 14n) - (1n << 256n) + SM2_ORDER);
      expect(mod(5n - e) + SM2_ORDER).toBe(x(9n, 14n) + (1n << 256n));
      expect(isGood(scalar(e), 5n, 9n)).toBe(false);
    });

    it('verifies a point whose x lies between n and p, where x mod n is not x', () => {
      let abscissa = SM2_ORDER;
      while (!isSm2PublicKey(concat(Uint8Array.of(2), scalar(abscissa)))) abscissa++;
      const R = Oracle.fromBytes(concat(Uint8Array.of(2), scalar(abscissa)));
      const [s0, t] = [9n, 14n];
      const key = R.add(Oracle.BASE.multiply(s0).negate()).multiply(Oracle.Fn.inv(t));
      const e = scalar(mod(t - s0 - abscissa));
      expect(sm2VerifyDigest(key.toBytes(true), e, concat(scalar(t - s0), scalar(s0)))).toBe(true);
      expect(sm2VerifyDigest(key.toBytes(true), e, concat(scalar(t - s0), scalar(s0 + 1n)))).toBe(false);
    });
  });

  it('does not verify when the point comes out at infinity', () => {
    // s·G + t·P = O for P = d·G and s = −t·d: then r = t − s, and no x can be asked for.
    const d = integerOf(privateKey);
    const t = 5n;
    const sBad = (((-t * d) % SM2_ORDER) + SM2_ORDER) % SM2_ORDER;
    const rBad = (((t - sBad) % SM2_ORDER) + SM2_ORDER) % SM2_ORDER;
    expect(sm2Verify(publicKey, id, message, concat(scalar(rBad), scalar(sBad)))).toBe(false);
    expect(sm2VerifierFor(publicKey)(id, message, concat(scalar(rBad), scalar(sBad)))).toBe(false);
  });

  it('throws on a signature of wrong length and an ID that ENTL cannot count', () => {
    expect(() => sm2Verify(publicKey, id, message, signature.subarray(1))).toThrow('signature: 64 bytes expected');
    expect(() => sm2Sign(privateKey, new Uint8Array(8192), message)).toThrow('id: longer than 8191 bytes');
    expect(
      sm2Verify(publicKey, new Uint8Array(8191), message, sm2Sign(privateKey, new Uint8Array(8191), message)),
    ).toBe(true);
  });

  it('asks for another nonce when r = 0 or r + k = n, and refuses a nonce out of range', () => {
    const k = 7n;
    const x = Oracle.BASE.multiply(k).toAffine().x;
    const mod = (value: bigint): bigint => ((value % SM2_ORDER) + SM2_ORDER) % SM2_ORDER;
    expect(sm2SignDigestUnsafe(privateKey, scalar(mod(-x)), scalar(k))).toBeUndefined();
    expect(sm2SignDigestUnsafe(privateKey, scalar(mod(-x - k)), scalar(k))).toBeUndefined();
    expect(() => sm2SignDigestUnsafe(privateKey, one, zero)).toThrow('nonce: ');
    expect(() => sm2SignDigestUnsafe(privateKey, one, order)).toThrow('nonce: ');
  });

  it('asks for another nonce when s = 0', () => {
    // s = 0 when k = r·d: choose r, then k = r·d and e = r − x(k·G).
    const d = integerOf(privateKey);
    const rWanted = 11n;
    const k = (rWanted * d) % SM2_ORDER;
    const x = Oracle.BASE.multiply(k).toAffine().x;
    const e = (((rWanted - x) % SM2_ORDER) + SM2_ORDER) % SM2_ORDER;
    expect(sm2SignDigestUnsafe(privateKey, scalar(e), scalar(k))).toBeUndefined();
  });

  it('gives GB/T 32918.5-2017 A.2: key, e, signature', () => {
    expect(hex(sm2DecompressPoint(publicKey).x)).toBe(v.Px);
    expect(hex(sm2DecompressPoint(publicKey).y)).toBe(v.Py);
    expect(hex(sm2Digest(publicKey, id, message))).toBe(v.e);
    expect(hex(sm2SignDigestUnsafe(privateKey, fromHex(v.e), fromHex(v.k))!)).toBe(v.r + v.s);
    expect(sm2Verify(publicKey, id, message, signature)).toBe(true);
  });

  it('verifies YD/T 3957-2021 D.2, whose ID is SM3 of the signer certificate', () => {
    const d2 =
      jsonVectors<Record<'d' | 'X' | 'Y' | 'signer_cert_sm3_used_as_ID' | 'tbs' | 'e' | 'r' | 's', string>>(
        'ydt/sm2-sign-d2.json',
      );
    const key = sm2CompressPoint(fromHex(d2.X), fromHex(d2.Y));
    const certificateHash = fromHex(d2.signer_cert_sm3_used_as_ID);
    expect(hex(sm2PublicKey(fromHex(d2.d)))).toBe(hex(key));
    expect(hex(sm2Digest(key, certificateHash, fromHex(d2.tbs)))).toBe(d2.e);
    expect(sm2Verify(key, DEFAULT_SM2_ID, fromHex(d2.tbs), fromHex(d2.r + d2.s))).toBe(false);
    expect(sm2Verify(key, certificateHash, fromHex(d2.tbs), fromHex(d2.r + d2.s))).toBe(true);
  });

  const roots = jsonVectors<{ certs: Record<'file' | 'hex' | 'sm3' | 'tbs' | 'pub' | 'r' | 's' | 'e', string>[] }>(
    'ydt/chinese-root-certs.json',
  ).certs;
  it.each(roots)('verifies the real self-signed certificate $file', (root) => {
    const raw = rawVector(`ydt/${root.file}`);
    expect(hex(raw)).toBe(root.hex);
    expect(hex(sm3(raw))).toBe(root.sm3);
    const key = fromHex(root.pub);
    expect(hex(sm2Digest(key, DEFAULT_SM2_ID, fromHex(root.tbs)))).toBe(root.e);
    expect(sm2Verify(key, sm3(raw), fromHex(root.tbs), fromHex(root.r + root.s))).toBe(false);
    expect(sm2Verify(key, DEFAULT_SM2_ID, fromHex(root.tbs), fromHex(root.r + root.s))).toBe(true);
  });

  it('verifies each link of derived/ccsa-chain-spdu.json', () => {
    const chain = jsonVectors<
      Record<'root_cert' | 'pca_cert' | 'pc_cert' | 'tbsData' | 'spdu_with_digest', string> & {
        keys: Record<'root' | 'pca' | 'pc', string>;
      }
    >('derived/ccsa-chain-spdu.json');
    const [root, pca, pc] = [chain.root_cert, chain.pca_cert, chain.pc_cert].map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    // version, type and issuer take 5 bytes when self-signed and 13 otherwise; the signature the last 66 with its two tags.
    const signed = (certificate: Uint8Array, from: number): [Uint8Array, Uint8Array] => [
      certificate.subarray(from, -66),
      certificate.subarray(-64),
    ];
    const keyOf = (name: 'root' | 'pca' | 'pc'): Uint8Array => sm2PublicKey(fromHex(chain.keys[name]));
    expect(sm2Verify(keyOf('root'), DEFAULT_SM2_ID, ...signed(root, 5))).toBe(true);
    expect(sm2Verify(keyOf('root'), sm3(root), ...signed(pca, 13))).toBe(true);
    expect(sm2Verify(keyOf('pca'), sm3(pca), ...signed(pc, 13))).toBe(true);
    expect(sm2Verify(keyOf('pca'), sm3(root), ...signed(pc, 13))).toBe(false);
    const spdu = fromHex(chain.spdu_with_digest);
    expect(sm2Verify(keyOf('pc'), sm3(pc), fromHex(chain.tbsData), spdu.subarray(-64))).toBe(true);
  });

  it('ends a signer when its private key is zeroed', () => {
    const own = privateKey.slice();
    const signer = sm2SignerFor(own);
    expect(signer(id, message)).toHaveLength(64);
    own.fill(0);
    expect(() => signer(id, message)).toThrow('privateKey: not in [1, n−1]');
  });

  it('signs the same bytes for the same input and uses another nonce for each other input', () => {
    const first = sm2Sign(privateKey, id, message);
    expect(hex(sm2Sign(privateKey, id, message))).toBe(hex(first));
    expect(hex(sm2SignerFor(privateKey)(id, message))).toBe(hex(first));
    expect(hex(sm2SignerFor(privateKey, publicKey)(id, message))).toBe(hex(first));
    const digest = sm2Digest(publicKey, id, message);
    const half = (key: Uint8Array, n: number, e: Uint8Array): Uint8Array => hmacSm3(key, Uint8Array.of(n), e);
    const nonceOf = (key: Uint8Array, e: Uint8Array): bigint =>
      integerOf(concat(half(key, 1, e), half(key, 2, e))) % SM2_ORDER;
    const nonces = [nonceOf(privateKey, digest), nonceOf(one, digest), nonceOf(privateKey, one), nonceOf(one, one)];
    expect(new Set(nonces).size).toBe(4);
    expect(hex(sm2SignDigestUnsafe(privateKey, digest, scalar(nonces[0]!))!)).toBe(hex(first));
  });

  it('verifies what it signed, for random keys, IDs and messages; one bit more and it does not', () => {
    let met = 0;
    fc.assert(
      fc.property(
        scalars,
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 90 }),
        (d, anyId, anyMessage) => {
          const key = sm2PublicKey(d);
          const made = sm2Sign(d, anyId, anyMessage);
          expect(sm2Verify(key, anyId, anyMessage, made)).toBe(true);
          expect(sm2VerifierFor(key)(anyId, anyMessage, made)).toBe(true);
          expect(sm2Verify(key, anyId, concat(anyMessage, one), made)).toBe(false);
          met++;
        },
      ),
      { numRuns: 25 },
    );
    expect(met).toBeGreaterThanOrEqual(25);
  }, 30_000);
});

describe('SM2 for everybody else', () => {
  it('refuses a source of randomness that is stuck at zero or above the order', () => {
    const stuck = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) });
    expect(() => newSm2PrivateKey(stuck(0))).toThrow('random: ');
    expect(() => newSm2PrivateKey(stuck(255))).toThrow('random: ');
  });

  it('passes over draws of zero, n−1 and n', () => {
    expect(newSm2PrivateKey(scriptedRandom(zero, order, orderLessOne, one))).toEqual(one);
    expect(integerOf(newSm2PrivateKey(scriptedRandom(scalar(SM2_ORDER - 2n))))).toBe(SM2_ORDER - 2n);
  });

  it('is, function by function, the one that ENGINE chooses', () => {
    const wanted = process.env['ENGINE'] === 'reference' ? reference : engine;
    expect(Object.keys(wanted).length).toBeGreaterThan(18);
    expect(chosen).toMatchObject({ ...wanted });
  });

  it('signs and adds by it', () => {
    const signature = chosen.sm2Sign(privateKey, DEFAULT_SM2_ID, one);
    expect(hex(signature)).toBe(hex(chosen.sm2SignerFor(privateKey)(DEFAULT_SM2_ID, one)));
    expect(() => chosen.sm2Sign(orderLessOne, DEFAULT_SM2_ID, one)).toThrow('privateKey: n−1 cannot sign');
    expect(chosen.sm2AddBase(publicKey, one)).toEqual(chosen.sm2AddBaseMany(publicKey, [one])[0]);
  });

  it('refuses what is no point where a digest is made and a key wrapped', () => {
    for (const bad of [new Uint8Array(33), publicKey.subarray(1), concat(Uint8Array.of(4), publicKey.subarray(1))]) {
      expect(() => sm2Digest(bad, DEFAULT_SM2_ID, one)).toThrow('publicKey: ');
      expect(() => sm2Wrap(bad, new Uint8Array(16), systemRandom)).toThrow('publicKey: ');
    }
  });
});
