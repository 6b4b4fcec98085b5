/**
 * f(i, j) of butterfly keys (IEEE 1609.2.1-2022 9.3; YD/T 3957-2021 Annex H) by any block cipher and order: the 384-bit integer
 * of E(x+1)⊕(x+1) ‖ E(x+2)⊕(x+2) ‖ E(x+3)⊕(x+3), mod n, for x = mark ‖ i ‖ j ‖ 0^32.
 */
import { requireInteger } from './argument.js';
import { bytes32, concat, integerOf, uint32, xor } from './bytes.js';

/** More than a period has: jMax is one byte in IEEE 1609.2.1. */
const MOST_EXPANSIONS = 256;

/** Refuses a first word of x that is not 0 (signing) or 2^32 − 1 (encryption), and i, j or a count out of range. */
export function requireExpansion(mark: number, i: number, first: number, count: number): void {
  if (mark !== 0 && mark !== 0xffffffff) throw new RangeError('mark: neither 0 nor 2^32−1');
  requireInteger('i', i, 0, 0xffffffff);
  requireInteger('count', count, 1, MOST_EXPANSIONS);
  requireInteger('j', first, 0, 0xffffffff - count + 1);
}

/** f(i, j) for j = first … first + count − 1, 32 bytes in [1, n−1] each. `encrypt` has the 16-byte expansion key. */
export function expansionBy(
  encrypt: (block: Uint8Array) => Uint8Array,
  order: bigint,
  mark: number,
  i: number,
  first: number,
  count: number,
): Uint8Array[] {
  requireExpansion(mark, i, first, count);
  return Array.from({ length: count }, (_, n) => {
    const blocks = [1, 2, 3].map((t) => {
      const x = concat(uint32(mark), uint32(i), uint32(first + n), uint32(t));
      return xor(encrypt(x), x);
    });
    const f = integerOf(concat(...blocks)) % order;
    // One key in 2^256 has such an f; its cocoon key would be the caterpillar key itself.
    if (f === 0n) throw new RangeError('key16: f(i, j) is zero');
    return bytes32(f);
  });
}
