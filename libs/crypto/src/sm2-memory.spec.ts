/**
 * What a secret leaves in the engine's memory: nothing. Two ways to look: the secret and what follows from it, in every form
 * that the engine gives numbers, must not be found; and where the memory differs after two secrets, public results explain it.
 */
import { concat, integerOf } from './bytes.js';
import { hmacSm3 } from './reference/sm3.js';
import * as engine from './engine/sm2.js';
import { desk, DESK_AT, engineCalls } from './engine/instance.js';
import { engineMemory } from './engine/memory.fixture.js';
import { inverseMod, modN, modP, N, Oracle, P, randomScalar, scalar, text } from './sm2.fixture.js';

const id = text('1234567812345678');
const message = text('message');
const digest = new Uint8Array(32).fill(0x3c);
const B = 1n << 29n;

/** The words that a number is given in the engine: as bytes, as words, and as limbs of 29 and of 30 bits. */
function formsOf(value: bigint): Buffer[] {
  const bigEndian = Buffer.from(scalar(value));
  const limbs = (bits: bigint): Buffer =>
    Buffer.concat(
      Array.from({ length: 9 }, (_, i) => {
        const limb = Buffer.alloc(8);
        limb.writeBigInt64LE(i === 8 ? value >> (8n * bits) : (value >> (BigInt(i) * bits)) & ((1n << bits) - 1n));
        return limb;
      }),
    );
  return [bigEndian, Buffer.from(bigEndian).reverse(), limbs(29n), limbs(30n)];
}

/** Whether 8 bytes of one of the forms stand anywhere, 16 of limbs: a part of a secret is a secret too. */
function isAnywhere(memory: Buffer, value: bigint): boolean {
  return formsOf(value).some((form) => {
    const width = form.length === 32 ? 8 : 16;
    for (let at = 0; at + width <= form.length; at += width) {
      if (memory.includes(form.subarray(at, at + width))) return true;
    }
    return false;
  });
}

/** All that is as secret as a scalar: its negative, which odd digits use, its Montgomery form, what a signer divides by. */
function kinOf(secret: bigint): bigint[] {
  const one = modN(secret + 1n);
  const R = 1n << 256n;
  return [secret, N - secret, modN(secret * R), one, inverseMod(one, N), modN(inverseMod(one, N) * R)];
}

/** The nonce that signing draws, and its halves. */
function nonceOf(d: bigint, e: Uint8Array): bigint[] {
  const half = (n: number): Uint8Array => hmacSm3(scalar(d), Uint8Array.of(n), e);
  const [high, low] = [half(1), half(2)];
  return [modN(integerOf(concat(high, low))), integerOf(high), integerOf(low)];
}

/** The 96 bytes of a signer, as the engine prepares them; they are wiped again. */
function signerBytesOf(d: bigint): Buffer {
  const { signerOf } = engineCalls<{ signerOf(key: number, signer: number): number }>();
  desk.set(scalar(d), 0);
  expect(signerOf(DESK_AT, DESK_AT + 32)).toBe(1);
  const signer = Buffer.from(desk.slice(32, 128));
  desk.fill(0, 0, 128);
  return signer;
}

const point = engine.sm2PublicKey(scalar(0x1234567n));
const key16Of = (secret: bigint): Uint8Array => scalar(secret).subarray(16);
const manyMessages = Array.from({ length: 70 }, (_, n) => Uint8Array.of(n));

type Call = (secret: bigint) => readonly bigint[] | void;
const scalarsCalls: [string, Call][] = [
  ['isSm2Scalar', (secret) => void engine.isSm2Scalar(scalar(secret))],
  ['sm2PublicKey', (secret) => void engine.sm2PublicKey(scalar(secret))],
  ['sm2AddScalars', (secret) => integersOf(engine.sm2AddScalars(scalar(secret), scalar(5n)))],
  [
    'sm2MultiplyAddScalars',
    (secret) => integersOf(engine.sm2MultiplyAddScalars(scalar(secret), scalar(5n), scalar(9n))),
  ],
  [
    'sm2MultiplyAddScalars, c',
    (secret) => integersOf(engine.sm2MultiplyAddScalars(scalar(5n), scalar(9n), scalar(secret))),
  ],
  ['sm2Multiply', (secret) => void engine.sm2Multiply(point, scalar(secret))],
  ['sm2AddBaseMany of one', (secret) => void engine.sm2AddBaseMany(point, [scalar(secret)])],
  [
    'sm2AddBaseMany of 64',
    (secret) => {
      const secrets = Array.from({ length: 64 }, (_, n) => modN(secret + (BigInt(n) << 200n)));
      engine.sm2AddBaseMany(point, secrets.map(scalar));
      return secrets;
    },
  ],
  [
    'sm2AddBaseEach of 64',
    (secret) => {
      const secrets = Array.from({ length: 64 }, (_, n) => modN(secret + (BigInt(n) << 200n)));
      engine.sm2AddBaseEach(secrets.map((one) => ({ point, scalar: scalar(one) })));
      return secrets;
    },
  ],
  ['sm2AddBaseEach with one that is no scalar', (secret) => refused(() => engine.sm2AddBaseEach(withBad(secret)))],
  ['sm2SignDigestUnsafe, the key', (secret) => void engine.sm2SignDigestUnsafe(scalar(secret), digest, scalar(77n))],
  ['sm2SignDigestUnsafe, the nonce', (secret) => void engine.sm2SignDigestUnsafe(scalar(77n), digest, scalar(secret))],
  ['sm2SignerFor', (secret) => void engine.sm2SignerFor(scalar(secret))],
  ['a signature', (secret) => void engine.sm2SignerFor(scalar(secret))(id, message)],
  ['signatures, all', (secret) => void engine.sm2SignerFor(scalar(secret)).all(id, manyMessages)],
  ['sm2EncryptUnsafe, the scalar', (secret) => void engine.sm2EncryptUnsafe(point, message, scalar(secret))],
  [
    'sm2WrapManyUnsafe of 64, the scalars',
    (secret) => {
      const secrets = Array.from({ length: 64 }, (_, n) => modN(secret + (BigInt(n) << 200n)));
      engine.sm2WrapManyUnsafe(
        secrets.map((one) => ({ publicKey: point, key: digest.subarray(16), scalar: scalar(one) })),
      );
      return secrets;
    },
  ],
  [
    'sm2WrapManyUnsafe, the keys and what the shared points are',
    (secret) => {
      const items = Array.from({ length: 64 }, (_, n) => ({
        publicKey: point,
        key: key16Of(secret),
        scalar: scalar(BigInt(n + 1001)),
      }));
      engine.sm2WrapManyUnsafe(items);
      const { x, y } = Oracle.BASE.multiply(1001n * 0x1234567n).toAffine();
      return [x, y, modP(x << 261n)];
    },
  ],
  [
    'sm2WrapManyUnsafe with one that is no scalar',
    (secret) => refused(() => engine.sm2WrapManyUnsafe(withBad(secret))),
  ],
  [
    'sm2Decrypt',
    (secret) => {
      const sealed = engine.sm2EncryptUnsafe(engine.sm2PublicKey(scalar(secret)), message, scalar(77n))!;
      expect(engine.sm2Decrypt(scalar(secret), sealed)).toEqual(message);
    },
  ],
  [
    'sm2Decrypt of what does not open',
    (secret) => void engine.sm2Decrypt(scalar(secret), { v: point, c: new Uint8Array(16), t: new Uint8Array(32) }),
  ],
  ['sm2Expansion', (secret) => integersOf(...engine.sm2Expansion(key16Of(secret), 0, 1, 2, 70))],
];

/** Two items, of which the second has no scalar. */
const withBad = (secret: bigint) =>
  [secret, N].map((one) => ({ point, publicKey: point, key: digest.subarray(16), scalar: scalar(one) }));

function refused(call: () => unknown): void {
  expect(call).toThrow('scalar: not in [1, n−1]');
}

function integersOf(...bytes: Uint8Array[]): bigint[] {
  return bytes.map(integerOf);
}

describe('the memory of the engine', () => {
  it('is searched by a search that finds: a scalar laid there, in each of its forms', () => {
    const secret = randomScalar();
    for (const form of formsOf(secret)) {
      const memory = engineMemory();
      expect(isAnywhere(memory, secret)).toBe(false);
      form.copy(memory, 0x30008);
      expect(isAnywhere(memory, secret)).toBe(true);
    }
  });

  it.each(scalarsCalls)('keeps neither the secret nor what is as secret after %s', (_, call) => {
    const secret = randomScalar();
    const results = call(secret) ?? [];
    const memory = engineMemory();
    for (const value of [...kinOf(secret), ...results.slice(0, 4)]) expect(isAnywhere(memory, value)).toBe(false);
    expect(memory.includes(Buffer.from(key16Of(secret)))).toBe(false);
  });

  it('keeps no nonce and nothing of a prepared key after signing', () => {
    const d = randomScalar();
    const signer = engine.sm2SignerFor(scalar(d));
    const kept = engineMemory();
    expect(engine.sm2SignDigestUnsafe(scalar(d), digest, scalar(nonceOf(d, digest)[0]!))).toHaveLength(64);
    for (const value of nonceOf(d, digest)) expect(isAnywhere(engineMemory(), value)).toBe(false);
    const signerBytes = signerBytesOf(d);
    signer(id, message);
    const afterOne = engineMemory();
    signer.all(id, manyMessages);
    for (const memory of [kept, afterOne, engineMemory()]) {
      for (const value of kinOf(d)) expect(isAnywhere(memory, value)).toBe(false);
      for (let at = 0; at < 96; at += 8) expect(memory.includes(signerBytes.subarray(at, at + 8))).toBe(false);
    }
  });

  it.each([
    ['sm2EncryptUnsafe', (plain: Uint8Array) => engine.sm2EncryptUnsafe(point, plain, scalar(randomScalar()))],
    [
      'sm2Decrypt',
      (plain: Uint8Array) => {
        const sealed = engine.sm2EncryptUnsafe(engine.sm2PublicKey(scalar(99n)), plain, scalar(randomScalar()))!;
        expect(engine.sm2Decrypt(scalar(99n), sealed)).toEqual(plain);
      },
    ],
  ])('keeps nothing of a text, its mask and the shared point after %s', (_, call) => {
    for (const length of [16, 1000, 65_536]) {
      const plain = concat(...Array.from({ length: Math.ceil(length / 32) }, () => scalar(randomScalar()))).subarray(
        0,
        length,
      );
      call(plain);
      const memory = engineMemory();
      for (let at = 0; at + 8 <= Math.min(length, 512); at += 8) {
        expect(memory.includes(Buffer.from(plain.subarray(at, at + 8)))).toBe(false);
      }
      expect(memory.includes(Buffer.from(plain.subarray(length - 8)))).toBe(false);
    }
  });

  it('keeps no f(i, j) and no expansion key after sm2CocoonKeys', () => {
    for (const count of [1, 20, 64, 256]) {
      const key16 = key16Of(randomScalar());
      const expanded = engine.sm2Expansion(key16, 0, 1, 0, count).map(integerOf);
      engine.sm2CocoonKeys(point, key16, 0, [1, 2, 3], count);
      const memory = engineMemory();
      expect(memory.includes(Buffer.from(key16))).toBe(false);
      for (const f of expanded.slice(0, 3)) expect(isAnywhere(memory, f)).toBe(false);
    }
  });
});

const R_INVERSE = inverseMod(1n << 261n, P);

/** Whether a word at `at` is one of the limbs of an element that stands for one of these numbers. */
function isLimbOf(memory: Buffer, at: number, values: ReadonlySet<bigint>): boolean {
  for (let i = 0; i < 9; i++) {
    let value = 0n;
    for (let limb = 8; limb >= 0; limb--) value = value * B + memory.readBigInt64LE(at - 8 * i + 8 * limb);
    if (values.has(modP(value * R_INVERSE)) || values.has(modP(value))) return true;
  }
  return false;
}

/** How many words differ outside the desk that no public number explains. */
function unexplained(one: Buffer, other: Buffer, publicNumbers: readonly (readonly bigint[])[]): number {
  const sets = publicNumbers.map((numbers) => new Set(numbers.flatMap((n) => [n, modP(-n)])));
  const words = publicNumbers.map((numbers) => {
    const all = new Set<bigint>();
    for (const n of numbers) for (let i = 0n; i < 256n; i += 64n) all.add((n >> i) & 0xffffffffffffffffn);
    return all;
  });
  let count = 0;
  const deskAt = desk.byteOffset;
  for (let at = 0; at < one.length; at += 8) {
    if (at >= deskAt && at < deskAt + desk.length) continue;
    if (one.readBigUInt64LE(at) === other.readBigUInt64LE(at)) continue;
    const isKnown = [one, other].every(
      (memory, n) => words[n]!.has(memory.readBigUInt64LE(at)) || isLimbOf(memory, at, sets[n]!),
    );
    if (!isKnown) count++;
  }
  return count;
}

describe('after two secrets the memory of the engine differs in public results alone', () => {
  const coordinates = (compressed: Uint8Array): bigint[] => {
    const { x, y } = engine.sm2DecompressPoint(compressed);
    return [integerOf(x), integerOf(y)];
  };
  const halves = (signature: Uint8Array): bigint[] =>
    [signature.subarray(0, 32), signature.subarray(32)].map(integerOf);
  const afterwards = (call: (secret: bigint) => bigint[]): [Buffer, bigint[]] => {
    const numbers = call(randomScalar());
    return [engineMemory(), numbers];
  };

  it.each<[string, (secret: bigint) => Uint8Array]>([
    ['k·G', (secret) => engine.sm2PublicKey(scalar(secret))],
    ['k·P', (secret) => engine.sm2Multiply(point, scalar(secret))],
    ['P + k·G', (secret) => engine.sm2AddBaseMany(point, [scalar(secret)])[0]!],
  ])('%s', (_, product) => {
    // The coordinates come from a call before, since they are taken from the same memory.
    const call = (secret: bigint): bigint[] => {
      const numbers = coordinates(product(secret));
      engine.sm2DecompressPoint(point);
      product(secret);
      return numbers;
    };
    const [one, numbers] = afterwards(call);
    const [other, otherNumbers] = afterwards(call);
    expect(unexplained(one, other, [numbers, otherNumbers])).toBe(0);
    // The search can find: with the public numbers unknown, something is left.
    expect(unexplained(one, other, [[], []])).toBeGreaterThan(0);
  });

  it('P + k·G for 64 scalars', () => {
    const call = (secret: bigint): bigint[] => {
      const secrets = Array.from({ length: 64 }, (_, n) => scalar(modN(secret * BigInt(n + 1))));
      const numbers = engine.sm2AddBaseMany(point, secrets).flatMap(coordinates);
      engine.sm2DecompressPoint(point);
      engine.sm2AddBaseMany(point, secrets);
      return numbers;
    };
    const [one, numbers] = afterwards(call);
    const [other, otherNumbers] = afterwards(call);
    expect(unexplained(one, other, [numbers, otherNumbers])).toBe(0);
    expect(unexplained(one, other, [[], []])).toBeGreaterThan(1_000);
  });

  it.each<[string, (secret: bigint) => Uint8Array[]]>([
    [
      'a signature by a nonce',
      (secret) => [engine.sm2SignDigestUnsafe(scalar(secret), digest, scalar(modN(secret * 3n)))!],
    ],
    ['a signature', (secret) => [engine.sm2SignerFor(scalar(secret), point)(id, message)]],
    ['70 signatures', (secret) => engine.sm2SignerFor(scalar(secret), point).all(id, manyMessages)],
  ])('%s', (_, sign) => {
    const call = (secret: bigint): bigint[] => sign(secret).flatMap(halves);
    const [one, numbers] = afterwards(call);
    const [other, otherNumbers] = afterwards(call);
    expect(unexplained(one, other, [numbers, otherNumbers])).toBe(0);
    expect(unexplained(one, other, [[], []])).toBeGreaterThan(0);
  });

  it('sums and products of scalars, expansions and what was decrypted: nothing differs at all', () => {
    const sealed = engine.sm2EncryptUnsafe(point, message, scalar(3n))!;
    const calls: ((secret: bigint) => unknown)[] = [
      (secret) => engine.sm2AddScalars(scalar(secret), scalar(5n)),
      (secret) => engine.sm2MultiplyAddScalars(scalar(secret), scalar(modN(3n * secret)), scalar(secret)),
      (secret) => engine.sm2Expansion(key16Of(secret), 0, 3, 0, 20),
      (secret) => engine.sm2Decrypt(scalar(secret), sealed),
    ];
    for (const call of calls) {
      call(randomScalar());
      const one = engineMemory();
      call(randomScalar());
      expect(engineMemory().equals(one)).toBe(true);
    }
  });
});
