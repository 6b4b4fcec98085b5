/**
 * Butterfly keys (IEEE 1609.2.1-2022 9.3; YD/T 3957-2021 Annex H): from one pair of caterpillar keys come any number of
 * cocoon keys, one for each period i and index j, and the issuer blinds each once more. SM and NIST differ in the suite only.
 */
import { requireInteger, requireScalar } from './argument.js';
import { bytes32, concat, integerOf, uint32, xor } from './bytes.js';
import type { Suite } from './suite.js';

export type ExpansionPurpose = 'signing' | 'encryption';

/** What a device gives its registration authority: two public keys and two expansion keys. */
export interface CaterpillarKeys {
  /** A, 33 bytes. */
  signingKey: Uint8Array;
  /** k_S, 16 bytes. */
  signingExpansion: Uint8Array;
  /** P, 33 bytes. */
  encryptionKey: Uint8Array;
  /** k_E, 16 bytes. */
  encryptionExpansion: Uint8Array;
}

/** The public cocoon keys of one (i, j). */
export interface CocoonKeys {
  i: number;
  j: number;
  /** B, 33 bytes. */
  signingKey: Uint8Array;
  /** Q, 33 bytes. */
  encryptionKey: Uint8Array;
}

/** More cocoon keys a period than any profile asks for (jMax is one byte in IEEE 1609.2.1 CRL entries). */
const MOST_KEYS_A_PERIOD = 256;

/**
 * f(i, j), 32 bytes in [1, n−1], for a 16-byte expansion key; i and j are 32-bit.
 *
 * x is 0^32 ‖ i ‖ j ‖ 0^32 for signing and 1^32 ‖ i ‖ j ‖ 0^32 for encryption; f is the 384-bit integer of
 * E(x+1)⊕(x+1) ‖ E(x+2)⊕(x+2) ‖ E(x+3)⊕(x+3), mod n. With SM4 the layout of x is ours by analogy: Annex H of
 * YD/T 3957-2021 is not public there.
 */
export function expansionScalar(
  suite: Suite,
  key16: Uint8Array,
  purpose: ExpansionPurpose,
  i: number,
  j: number,
): Uint8Array {
  return expand(suite, suite.blockCipher(key16), purpose, i, j);
}

function expand(
  suite: Suite,
  encrypt: (block: Uint8Array) => Uint8Array,
  purpose: ExpansionPurpose,
  i: number,
  j: number,
): Uint8Array {
  requireInteger('i', i, 0, 0xffffffff);
  requireInteger('j', j, 0, 0xffffffff);
  const head = uint32(purpose === 'signing' ? 0 : 0xffffffff);
  const blocks = [1, 2, 3].map((t) => {
    const x = concat(head, uint32(i), uint32(j), uint32(t));
    return xor(encrypt(x), x);
  });
  const f = integerOf(concat(...blocks)) % suite.order;
  // One key in 2^256 has such an f; its cocoon key would be the caterpillar key itself.
  if (f === 0n) throw new RangeError('key16: f(i, j) is zero');
  return bytes32(f);
}

/**
 * The cocoon keys B = A + f_S(i,j)·G and Q = P + f_E(i,j)·G of j = 0 … jCount−1 (at most 256), in that order.
 * Refuses caterpillar keys that are no points, and a key at infinity.
 */
export function expandCocoonKeys(suite: Suite, caterpillar: CaterpillarKeys, i: number, jCount: number): CocoonKeys[] {
  requireInteger('jCount', jCount, 1, MOST_KEYS_A_PERIOD);
  const indices = Array.from({ length: jCount }, (_, j) => j);
  const side = (point: Uint8Array, key: Uint8Array, purpose: ExpansionPurpose): Uint8Array[] => {
    const encrypt = suite.blockCipher(key);
    const scalars = indices.map((j) => expand(suite, encrypt, purpose, i, j));
    return suite.addBaseMany(point, scalars);
  };
  const signing = side(caterpillar.signingKey, caterpillar.signingExpansion, 'signing');
  const encryption = side(caterpillar.encryptionKey, caterpillar.encryptionExpansion, 'encryption');
  return indices.map((j) => ({
    i,
    j,
    signingKey: signing[j] as Uint8Array,
    encryptionKey: encryption[j] as Uint8Array,
  }));
}

/** b = a + f(i, j) mod n, the device's half: 32 bytes. Refuses a sum of zero, where the cocoon key would be at infinity. */
export function cocoonPrivateKey(
  suite: Suite,
  caterpillarPrivate: Uint8Array,
  expansionKey: Uint8Array,
  purpose: ExpansionPurpose,
  i: number,
  j: number,
): Uint8Array {
  const f = expansionScalar(suite, expansionKey, purpose, i, j);
  return addScalars(suite, 'caterpillarPrivate', caterpillarPrivate, f);
}

/**
 * S = B + c·G, the key of the certificate, 33 bytes. Refuses c outside [1, n−1], S at infinity, and S = ±B: whoever knows
 * the cocoon key would know the certificate by it (IEEE 1609.2.1-2022 9.3.4.1).
 */
export function blindCocoonKey(suite: Suite, cocoonKey: Uint8Array, c: Uint8Array): Uint8Array {
  const blinded = suite.addBase(cocoonKey, c);
  // Compressed points with one abscissa are each other or each other's negative.
  if (blinded.subarray(1).every((byte, n) => byte === cocoonKey[n + 1])) throw new RangeError('c: S is ±B');
  return blinded;
}

/** s = b + c mod n, the private key of S: 32 bytes. Refuses c = 0 and s = 0. The device then checks s·G = S. */
export function rebuildPrivateKey(suite: Suite, cocoonPrivate: Uint8Array, c: Uint8Array): Uint8Array {
  return addScalars(suite, 'cocoonPrivate', cocoonPrivate, c);
}

function addScalars(suite: Suite, argument: string, a: Uint8Array, c: Uint8Array): Uint8Array {
  const sum = (requireScalar(argument, a, suite.order) + requireScalar('c', c, suite.order)) % suite.order;
  if (sum === 0n) throw new RangeError(`${argument}: the sum is zero`);
  return bytes32(sum);
}
