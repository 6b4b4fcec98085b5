/**
 * Numbers of 256 bits as they come from outside and as tables keep them: four 64-bit words, the lowest first (32 bytes);
 * and their bytes in the order of the standards, the highest first.
 */

export const WORDS_BYTES: usize = 32;

/** words = the number of 32 bytes, highest first. */
export function wordsOfBytes(words: usize, bytes: usize): void {
  for (let at: usize = 0; at < 32; at += 8) store<u64>(words + at, bswap<u64>(load<u64>(bytes + 24 - at)));
}

/** bytes = the 32 bytes of a number, highest first. */
export function bytesOfWords(bytes: usize, words: usize): void {
  for (let at: usize = 0; at < 32; at += 8) store<u64>(bytes + 24 - at, bswap<u64>(load<u64>(words + at)));
}

/** −1 when a < b, else 0. */
export function isBelow(a: usize, b: usize): i64 {
  let c: i64 = 0;
  for (let at: usize = 0; at < 32; at += 4) c = (c >> 32) + <i64>load<u32>(a + at) - <i64>load<u32>(b + at);
  return c >> 63;
}

/** −1 when all words are zero, else 0. */
export function isZeroWords(a: usize): i64 {
  const any = load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24);
  // The top bit of any | −any is set for every value but zero.
  return <i64>((any | (0 - any)) >> 63) - 1;
}

/** −1 when a and b are one number, else 0. */
export function isSameWords(a: usize, b: usize): i64 {
  let any: u64 = 0;
  for (let at: usize = 0; at < 32; at += 8) any |= load<u64>(a + at) ^ load<u64>(b + at);
  return <i64>((any | (0 - any)) >> 63) - 1;
}

/** to = a for mask −1, stays for mask 0. */
export function copyWordsIf(to: usize, a: usize, mask: i64): void {
  for (let at: usize = 0; at < 32; at += 8) {
    const old = load<u64>(to + at);
    store<u64>(to + at, old ^ ((old ^ load<u64>(a + at)) & (<u64>mask)));
  }
}
