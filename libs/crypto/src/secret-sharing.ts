/**
 * A secret in n shares of which any m give it back and fewer tell nothing (A. Shamir, How to share a secret, CACM 22 (1979)),
 * byte by byte over GF(2^8) with the polynomial of AES, x^8 + x^4 + x^3 + x + 1. Share number x is the value at x; the secret
 * stands at 0. Shares carry no proof of being right: who joins them must know it otherwise.
 */
import { requireBytes, requireInteger } from './argument.js';
import type { Random } from './random.js';

export interface SecretShare {
  /** 1 … 255, the place of the share. */
  readonly number: number;
  /** As long as the secret. */
  readonly value: Uint8Array;
}

/** The product in the field, by shifts and masks: no table and no branch that a secret would choose. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) {
    product ^= -((b >>> bit) & 1) & a;
    a = ((a << 1) ^ (-(a >>> 7) & 0x11b)) & 0x1ff;
  }
  return product & 0xff;
}

/** a^254, which is 1/a for every a but 0. */
function inverse(a: number): number {
  let power = 1;
  for (let bit = 7; bit >= 0; bit--) {
    power = times(power, power);
    if (bit > 0) power = times(power, a);
  }
  return power;
}

/**
 * `count` shares, numbered from 1, of a secret of 1 … 1024 bytes; any `threshold` of them join to it. Refuses (RangeError)
 * unless 1 ≤ threshold ≤ count ≤ 255. With a threshold of 1 each share is the secret itself.
 */
export function splitSecret(
  secret: Uint8Array,
  { threshold, count }: { threshold: number; count: number },
  random: Random,
): SecretShare[] {
  requireBytes('secret', secret);
  requireInteger('secret.length', secret.length, 1, 1024);
  requireInteger('count', count, 1, 255);
  requireInteger('threshold', threshold, 1, count);
  const coefficients = Array.from({ length: threshold - 1 }, () => random.bytes(secret.length));
  const shares = Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    value: secret.map((byte, at) => {
      // Horner from the highest coefficient down to the secret.
      let value = 0;
      for (const coefficient of coefficients) value = times(value ^ (coefficient[at] as number), index + 1);
      return value ^ byte;
    }),
  }));
  for (const coefficient of coefficients) coefficient.fill(0);
  return shares;
}

/**
 * The secret of as many shares as its threshold was; of fewer, or of shares of two secrets, some other bytes. Refuses
 * (RangeError) no shares, a number twice, and shares of different lengths.
 */
export function joinSecret(shares: readonly SecretShare[]): Uint8Array {
  requireInteger('shares.length', shares.length, 1, 255);
  const [first] = shares as [SecretShare];
  for (const { number, value } of shares) {
    requireInteger('share.number', number, 1, 255);
    requireBytes('share.value', value, first.value.length);
  }
  if (new Set(shares.map(({ number }) => number)).size !== shares.length)
    throw new RangeError('shares: one number stands there twice');
  const secret = new Uint8Array(first.value.length);
  for (const { number, value } of shares) {
    // Lagrange at 0: the product of x / (x − own) over the other numbers; minus is plus in this field.
    let weight = 1;
    for (const other of shares)
      if (other.number !== number) weight = times(weight, times(other.number, inverse(other.number ^ number)));
    for (let at = 0; at < secret.length; at++) secret[at] = (secret[at] as number) ^ times(value[at] as number, weight);
  }
  return secret;
}
