/**
 * Numbers modulo n, the order of the curve: words below n (see words.ts), worked on as eight 32-bit digits. Products are
 * Montgomery's with R = 2^256. A signature takes two of them: they are plain loops. No branch depends on a value.
 */
import { INVERSE_OF_N, invert } from './inverse';
import { copyWordsIf, isBelow, WORDS_BYTES } from './words';

/** n as words. */
export const N: usize = memory.data<u64>([
  0x53bbf40939d54123, 0x7203df6b21c6052b, 0xffffffffffffffff, 0xfffffffeffffffff,
]);
/** −1/n mod 2^32. */
const FACTOR: u64 = 0x72350975;
/** R² mod n. */
const R2: usize = memory.data<u64>([0x901192af7c114f20, 0x3464504ade6fa2fa, 0x620fc84c3affe0d4, 0x1eb5e412a22b3d3b]);

const product: usize = memory.data(80, 8);
const difference: usize = memory.data(32, 8);
const rest: usize = memory.data(32, 8);

/** to = a − n·(top:a ≥ n), for top:a below 2n; `top` is the ninth digit. */
function reduceOnce(to: usize, a: usize, top: i64): void {
  let c: i64 = 0;
  for (let at: usize = 0; at < 32; at += 4) {
    c = (c >> 32) + <i64>load<u32>(a + at) - <i64>load<u32>(N + at);
    store<u32>(difference + at, <u32>c);
  }
  const isBelowN = ((c >> 32) + top) >> 63;
  if (to !== a) memory.copy(to, a, WORDS_BYTES);
  copyWordsIf(to, difference, ~isBelowN);
}

/** to = a·b/R mod n, for a, b below 2^256 of which one is below n. */
export function multiplyScalars(to: usize, a: usize, b: usize): void {
  memory.fill(product, 0, 80);
  for (let i: usize = 0; i < 32; i += 4) {
    const digit = <u64>load<u32>(b + i);
    let c: u64 = 0;
    for (let at: usize = 0; at < 32; at += 4) {
      c = (c >> 32) + <u64>load<u32>(product + at) + <u64>load<u32>(a + at) * digit;
      store<u32>(product + at, <u32>c);
    }
    c = (c >> 32) + <u64>load<u32>(product, 32);
    store<u32>(product, <u32>c, 32);
    const top = c >> 32;
    const q = (<u64>load<u32>(product) * FACTOR) & 0xffffffff;
    c = <u64>load<u32>(product) + q * <u64>load<u32>(N);
    for (let at: usize = 4; at < 32; at += 4) {
      c = (c >> 32) + <u64>load<u32>(product + at) + q * <u64>load<u32>(N + at);
      store<u32>(product + at - 4, <u32>c);
    }
    c = (c >> 32) + <u64>load<u32>(product, 32);
    store<u32>(product, <u32>c, 28);
    store<u32>(product, <u32>((c >> 32) + top), 32);
  }
  reduceOnce(to, product, <i64>load<u32>(product, 32));
}

/** to = a·R mod n, for a below 2^256. */
export function toMontgomeryScalar(to: usize, a: usize): void {
  multiplyScalars(to, a, R2);
}

/** to = a mod n, for a below 2^256. */
export function reduceScalar(to: usize, a: usize): void {
  reduceOnce(to, a, 0);
}

/** to = (high·2^256 + low) mod n, for any 512 bits. `to` is neither. */
export function reduceWide(to: usize, high: usize, low: usize): void {
  multiplyScalars(to, high, R2);
  reduceScalar(rest, low);
  addScalars(to, to, rest);
  memory.fill(rest, 0, WORDS_BYTES);
}

/** to = a + b mod n. */
export function addScalars(to: usize, a: usize, b: usize): void {
  let c: u64 = 0;
  for (let at: usize = 0; at < 32; at += 4) {
    c = (c >> 32) + <u64>load<u32>(a + at) + <u64>load<u32>(b + at);
    store<u32>(to + at, <u32>c);
  }
  reduceOnce(to, to, <i64>(c >> 32));
}

/** to = a − b mod n. */
export function subtractScalars(to: usize, a: usize, b: usize): void {
  let c: i64 = 0;
  for (let at: usize = 0; at < 32; at += 4) {
    c = (c >> 32) + <i64>load<u32>(a + at) - <i64>load<u32>(b + at);
    store<u32>(to + at, <u32>c);
  }
  const isNegative = c >> 63;
  let sum: i64 = 0;
  for (let at: usize = 0; at < 32; at += 4) {
    sum = (sum >> 32) + <i64>load<u32>(to + at) + ((<i64>load<u32>(N + at)) & isNegative);
    store<u32>(to + at, <u32>sum);
  }
}

/** to = R/a mod n, a below n and not zero: a factor that a single product divides by. */
export function invertScalar(to: usize, a: usize): void {
  invert(to, a, INVERSE_OF_N);
  multiplyScalars(to, to, R2);
}

/** −1 for a number in [1, n−1], else 0. */
export function isScalar(a: usize): i64 {
  const any = load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24);
  return isBelow(a, N) & -(<i64>((any | (0 - any)) >> 63));
}

/** Forgets what the last operation left behind. */
export function wipeScalars(): void {
  memory.fill(product, 0, 80);
  memory.fill(difference, 0, WORDS_BYTES);
}
