/** From field elements to numbers and back: the one spelling that a value of the field has. */
import { carry, copyIf, FIELD_BYTES, multiply } from './field';
import { isZeroWords, WORDS_BYTES } from './words';

const MASK: i64 = 0x1fffffff;

/** p as words, and as limbs. */
export const P: usize = memory.data<u64>([
  0xffffffffffffffff, 0xffffffff00000000, 0xffffffffffffffff, 0xfffffffeffffffff,
]);
const P_LIMBS: usize = memory.data<i64>([
  0x1fffffff, 0x1fffffff, 0x3f, 0x1ffffe00, 0x1fffffff, 0x1fffffff, 0x1fffffff, 0x1fdfffff, 0xffffff,
]);
const MINUS_P_LIMBS: usize = memory.data<i64>([
  -0x1fffffff, -0x1fffffff, -0x3f, -0x1ffffe00, -0x1fffffff, -0x1fffffff, -0x1fffffff, -0x1fdfffff, -0xffffff,
]);
/** R² mod p, which brings a number into Montgomery form. */
const R2: usize = memory.data<i64>([0xc00, 0x4000, 0x1fff0000, 0x17ffff, 0x400000, 0x2000000, 0, 1, 0x10]);
/** The number 1 outside Montgomery form, which leads out of it. */
const UNIT: usize = memory.data<i64>([1, 0, 0, 0, 0, 0, 0, 0, 0]);

const limbs: usize = memory.data(72, 8);
const reduced: usize = memory.data(72, 8);
const number: usize = memory.data(32, 8);

/** to = the limbs of a number below 2^256, as it stands. */
export function limbsOfWords(to: usize, words: usize): void {
  const w0 = load<u64>(words);
  const w1 = load<u64>(words, 8);
  const w2 = load<u64>(words, 16);
  const w3 = load<u64>(words, 24);
  store<u64>(to, w0 & MASK);
  store<u64>(to, (w0 >> 29) & MASK, 8);
  store<u64>(to, ((w0 >> 58) | (w1 << 6)) & MASK, 16);
  store<u64>(to, (w1 >> 23) & MASK, 24);
  store<u64>(to, ((w1 >> 52) | (w2 << 12)) & MASK, 32);
  store<u64>(to, (w2 >> 17) & MASK, 40);
  store<u64>(to, ((w2 >> 46) | (w3 << 18)) & MASK, 48);
  store<u64>(to, (w3 >> 11) & MASK, 56);
  store<u64>(to, w3 >> 40, 64);
}

/** to = a + b, carried from below without folding; the last limb keeps the sign. */
function addSettled(to: usize, a: usize, b: usize): void {
  let c = load<i64>(a) + load<i64>(b);
  store<i64>(to, c & MASK);
  c = (c >> 29) + load<i64>(a, 8) + load<i64>(b, 8);
  store<i64>(to, c & MASK, 8);
  c = (c >> 29) + load<i64>(a, 16) + load<i64>(b, 16);
  store<i64>(to, c & MASK, 16);
  c = (c >> 29) + load<i64>(a, 24) + load<i64>(b, 24);
  store<i64>(to, c & MASK, 24);
  c = (c >> 29) + load<i64>(a, 32) + load<i64>(b, 32);
  store<i64>(to, c & MASK, 32);
  c = (c >> 29) + load<i64>(a, 40) + load<i64>(b, 40);
  store<i64>(to, c & MASK, 40);
  c = (c >> 29) + load<i64>(a, 48) + load<i64>(b, 48);
  store<i64>(to, c & MASK, 48);
  c = (c >> 29) + load<i64>(a, 56) + load<i64>(b, 56);
  store<i64>(to, c & MASK, 56);
  c = (c >> 29) + load<i64>(a, 64) + load<i64>(b, 64);
  store<i64>(to, c, 64);
}

/** a −= p unless that would be negative; a settled. */
function reduceOnce(a: usize): void {
  addSettled(reduced, a, MINUS_P_LIMBS);
  copyIf(a, reduced, ~(load<i64>(reduced, 64) >> 63));
}

/** words = the number below p that the limbs stand for, Montgomery form and all, for any element up to loose. */
export function wordsOfLimbs(words: usize, a: usize): void {
  carry(limbs, a);
  // Carried and folded it lies in (−p, 2p); one p more makes it positive, and two subtractions bring it below p.
  addSettled(limbs, limbs, P_LIMBS);
  reduceOnce(limbs);
  reduceOnce(limbs);
  const l2 = load<u64>(limbs, 16);
  const l4 = load<u64>(limbs, 32);
  const l6 = load<u64>(limbs, 48);
  store<u64>(words, load<u64>(limbs) | (load<u64>(limbs, 8) << 29) | (l2 << 58));
  store<u64>(words, (l2 >> 6) | (load<u64>(limbs, 24) << 23) | (l4 << 52), 8);
  store<u64>(words, (l4 >> 12) | (load<u64>(limbs, 40) << 17) | (l6 << 46), 16);
  store<u64>(words, (l6 >> 18) | (load<u64>(limbs, 56) << 11) | (load<u64>(limbs, 64) << 40), 24);
}

/** to = the element of a number below p. */
export function elementOfWords(to: usize, words: usize): void {
  limbsOfWords(to, words);
  multiply(to, to, R2);
}

/** words = the number below p that an element stands for. */
export function wordsOfElement(words: usize, a: usize): void {
  multiply(limbs, a, UNIT);
  wordsOfLimbs(words, limbs);
}

/** −1 when the element is zero, else 0. */
export function isZero(a: usize): i64 {
  wordsOfLimbs(number, a);
  return isZeroWords(number);
}

/** −1 when the number of the element is odd, else 0. */
export function isOdd(a: usize): i64 {
  wordsOfElement(number, a);
  return -(<i64>(load<u64>(number) & 1));
}

/** Forgets what the last conversions left behind. */
export function wipeFieldWords(): void {
  memory.fill(limbs, 0, FIELD_BYTES);
  memory.fill(reduced, 0, FIELD_BYTES);
  memory.fill(number, 0, WORDS_BYTES);
}
