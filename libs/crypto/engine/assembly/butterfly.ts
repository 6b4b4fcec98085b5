/**
 * The expansion of butterfly keys (IEEE 1609.2.1-2022 9.3; YD/T 3957-2021 Annex H) with SM4: f(i, j) is the 384-bit number
 * E(x+1)⊕(x+1) ‖ E(x+2)⊕(x+2) ‖ E(x+3)⊕(x+3), mod n, for x = purpose ‖ i ‖ j ‖ 0^32.
 */
import { reduceWide } from './scalar';
import { SM4_KEY_BYTES, sm4Four, sm4Key } from './sm4';
import { isZeroWords, wordsOfBytes } from './words';

const keys: usize = memory.data(512, 16);
const x: usize = memory.data(64, 16);
const encrypted: usize = memory.data(64, 16);
const high: usize = memory.data(32, 8);
const low: usize = memory.data(32, 8);

/** scalars = f(i, j) as words for j = first … first + count − 1; false when one of them is zero. `purpose` is 0 or 2^32 − 1. */
export function expansionScalars(scalars: usize, key: usize, purpose: u32, i: u32, first: u32, count: i32): bool {
  sm4Key(key, keys);
  let isGood = true;
  for (let n = 0; n < count; n++) {
    for (let block: usize = 0; block < 4; block++) {
      const at = x + 16 * block;
      store<u32>(at, purpose);
      store<u32>(at, bswap(i), 4);
      store<u32>(at, bswap(first + n), 8);
      store<u32>(at, bswap(<u32>block + 1), 12);
    }
    sm4Four(keys, x, encrypted);
    for (let at: usize = 0; at < 48; at += 16) {
      v128.store(encrypted + at, v128.xor(v128.load(encrypted + at), v128.load(x + at)));
    }
    store<u64>(high, bswap(load<u64>(encrypted, 8)));
    store<u64>(high, bswap(load<u64>(encrypted)), 8);
    wordsOfBytes(low, encrypted + 16);
    const to = scalars + 32 * <usize>n;
    reduceWide(to, high, low);
    if (isZeroWords(to) !== 0) isGood = false;
  }
  memory.fill(keys, 0, SM4_KEY_BYTES);
  memory.fill(encrypted, 0, 64);
  memory.fill(high, 0, 32);
  memory.fill(low, 0, 32);
  return isGood;
}
