/**
 * Butterfly keys (IEEE 1609.2.1-2022 9.3; YD/T 3957-2021 Annex H): from one pair of caterpillar keys come any number of
 * cocoon keys, one for each period i and index j, and the issuer blinds each once more. SM and NIST differ in the suite only.
 */
import { requireInteger } from './argument.js';
import { requireScalarOf, type Suite } from './suite.js';

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

/** The first word of x: 0^32 for signing, 1^32 for encryption. */
const marks: Record<ExpansionPurpose, number> = { signing: 0, encryption: 0xffffffff };

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
  return suite.expansion(key16, marks[purpose], i, j, 1)[0] as Uint8Array;
}

/**
 * The cocoon keys B = A + f_S(i,j)·G and Q = P + f_E(i,j)·G of j = 0 … jCount−1 (at most 256), in that order.
 * Refuses caterpillar keys that are no points, and a key at infinity.
 */
export function expandCocoonKeys(suite: Suite, caterpillar: CaterpillarKeys, i: number, jCount: number): CocoonKeys[] {
  return expandCocoonPeriods(suite, caterpillar, [i], jCount);
}

/** As `expandCocoonKeys` for each i, one after the other, which costs less than period by period. */
export function expandCocoonPeriods(
  suite: Suite,
  caterpillar: CaterpillarKeys,
  periods: readonly number[],
  jCount: number,
): CocoonKeys[] {
  requireInteger('jCount', jCount, 1, MOST_KEYS_A_PERIOD);
  const { signingKey, signingExpansion, encryptionKey, encryptionExpansion } = caterpillar;
  const signing = suite.cocoonKeys(signingKey, signingExpansion, marks.signing, periods, jCount);
  const encryption = suite.cocoonKeys(encryptionKey, encryptionExpansion, marks.encryption, periods, jCount);
  return signing.map((key, n) => ({
    i: periods[Math.floor(n / jCount)] as number,
    j: n % jCount,
    signingKey: key,
    encryptionKey: encryption[n] as Uint8Array,
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
  return blindCocoonKeys(suite, [{ cocoonKey, c }])[0] as Uint8Array;
}

/** A cocoon key, 33 bytes, and the c that blinds it, 32 bytes in [1, n−1]. */
export interface KeyToBlind {
  readonly cocoonKey: Uint8Array;
  readonly c: Uint8Array;
}

/** As `blindCocoonKey` for many, in their order; one that is refused refuses all. */
export function blindCocoonKeys(suite: Suite, items: readonly KeyToBlind[]): Uint8Array[] {
  const blinded = suite.addBaseEach(items.map(({ cocoonKey, c }) => ({ point: cocoonKey, scalar: c })));
  for (const [n, key] of blinded.entries()) {
    if (haveOneAbscissa(key, (items[n] as KeyToBlind).cocoonKey)) throw new RangeError('c: S is ±B');
  }
  return blinded;
}

/** Compressed points with one abscissa are each other or each other's negative. */
function haveOneAbscissa(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 1; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** s = b + c mod n, the private key of S: 32 bytes. Refuses c = 0 and s = 0. The device then checks s·G = S. */
export function rebuildPrivateKey(suite: Suite, cocoonPrivate: Uint8Array, c: Uint8Array): Uint8Array {
  return addScalars(suite, 'cocoonPrivate', cocoonPrivate, c);
}

function addScalars(suite: Suite, argument: string, a: Uint8Array, c: Uint8Array): Uint8Array {
  requireScalarOf(suite, argument, a);
  requireScalarOf(suite, 'c', c);
  try {
    return suite.addScalars(a, c);
  } catch (error) {
    // Both are scalars, so that one refusal is left.
    throw new RangeError(`${argument}: the sum is zero`, { cause: error });
  }
}
