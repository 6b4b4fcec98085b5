/**
 * 1/a modulo an odd number, in a time that does not depend on a: the division steps of Bernstein and Yang ("Fast
 * constant-time gcd computation and modular inversion", 2019), in their form that halves δ, of which 590 suffice for
 * 256 bits. They are taken thirty at a time: a 2×2 matrix of 30-bit numbers is found from the low words of f and g, and
 * then applied to the whole of f, g, d and e. Here a number has nine limbs of 30 bits, signed 64-bit words.
 */
import { WORDS_BYTES } from './words';

const LIMBS: usize = 9;
const NUMBER_BYTES: usize = 72;
const MASK: i64 = 0x3fffffff;
/** 20 · 30 ≥ 590. */
const ROUNDS: i32 = 20;

/** A modulus for `invert`: nine limbs of 30 bits, and its inverse mod 2^30. */
export const INVERSE_OF_P: usize = memory.data<i64>([
  0x3fffffff, 0x3fffffff, 0xf, 0x3fffffc0, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffbfff, 0xffff, 0x3fffffff,
]);
export const INVERSE_OF_N: usize = memory.data<i64>([
  0x39d54123, 0x0eefd024, 0x1c6052b5, 0x00f7dac8, 0x3fffff72, 0x3fffffff, 0x3fffffff, 0x3fffbfff, 0xffff, 0x0dcaf68b,
]);

const f: usize = memory.data(72, 8);
const g: usize = memory.data(72, 8);
const d: usize = memory.data(72, 8);
const e: usize = memory.data(72, 8);
/** u, v, q, r: (f, g) becomes (u·f + v·g, q·f + r·g) / 2^30. */
const matrix: usize = memory.data(32, 8);

/** Thirty division steps on the low words; gives the new ζ = −(δ + 1/2). */
function divisionSteps(zeta: i32): i32 {
  let u: i32 = 1;
  let v: i32 = 0;
  let q: i32 = 0;
  let r: i32 = 1;
  let f0 = <i32>(load<i64>(f) | (load<i64>(f, 8) << 30));
  let g0 = <i32>(load<i64>(g) | (load<i64>(g, 8) << 30));
  for (let step = 0; step < 30; step++) {
    let swap = zeta >> 31;
    const isOdd = -(g0 & 1);
    g0 += ((f0 ^ swap) - swap) & isOdd;
    q += ((u ^ swap) - swap) & isOdd;
    r += ((v ^ swap) - swap) & isOdd;
    swap &= isOdd;
    zeta = (zeta ^ swap) - 1;
    f0 += g0 & swap;
    u += q & swap;
    v += r & swap;
    g0 >>= 1;
    u <<= 1;
    v <<= 1;
  }
  store<i64>(matrix, u);
  store<i64>(matrix, v, 8);
  store<i64>(matrix, q, 16);
  store<i64>(matrix, r, 24);
  return zeta;
}

/** Applies the matrix to f and g; the low thirty bits of both results are zero and leave. */
function updateFg(): void {
  const u = load<i64>(matrix);
  const v = load<i64>(matrix, 8);
  const q = load<i64>(matrix, 16);
  const r = load<i64>(matrix, 24);
  let cf = u * load<i64>(f) + v * load<i64>(g);
  let cg = q * load<i64>(f) + r * load<i64>(g);
  for (let at: usize = 8; at < NUMBER_BYTES; at += 8) {
    const fi = load<i64>(f + at);
    const gi = load<i64>(g + at);
    cf = (cf >> 30) + u * fi + v * gi;
    cg = (cg >> 30) + q * fi + r * gi;
    store<i64>(f + at - 8, cf & MASK);
    store<i64>(g + at - 8, cg & MASK);
  }
  store<i64>(f, cf >> 30, 64);
  store<i64>(g, cg >> 30, 64);
}

/** Applies the matrix to d and e modulo the modulus: the multiple of it that clears the low thirty bits is added. */
function updateDe(modulus: usize): void {
  const u = load<i64>(matrix);
  const v = load<i64>(matrix, 8);
  const q = load<i64>(matrix, 16);
  const r = load<i64>(matrix, 24);
  const inverse = load<i64>(modulus, 72);
  const isDNegative = load<i64>(d, 64) >> 63;
  const isENegative = load<i64>(e, 64) >> 63;
  // Negative d, e count as d + m, e + m, which keeps the results in (−2m, m).
  let md = (u & isDNegative) + (v & isENegative);
  let me = (q & isDNegative) + (r & isENegative);
  let cd = u * load<i64>(d) + v * load<i64>(e);
  let ce = q * load<i64>(d) + r * load<i64>(e);
  md -= (inverse * cd + md) & MASK;
  me -= (inverse * ce + me) & MASK;
  cd += load<i64>(modulus) * md;
  ce += load<i64>(modulus) * me;
  for (let at: usize = 8; at < NUMBER_BYTES; at += 8) {
    const di = load<i64>(d + at);
    const ei = load<i64>(e + at);
    const mi = load<i64>(modulus + at);
    cd = (cd >> 30) + u * di + v * ei + mi * md;
    ce = (ce >> 30) + q * di + r * ei + mi * me;
    store<i64>(d + at - 8, cd & MASK);
    store<i64>(e + at - 8, ce & MASK);
  }
  store<i64>(d, cd >> 30, 64);
  store<i64>(e, ce >> 30, 64);
}

/** d += m where d is negative, then d = −d where `sign` is −1, carried. */
function addModulusIfNegative(modulus: usize, sign: i64): void {
  const isNegative = load<i64>(d, 64) >> 63;
  let c: i64 = 0;
  for (let at: usize = 0; at < NUMBER_BYTES; at += 8) {
    const limb = load<i64>(d + at) + (load<i64>(modulus + at) & isNegative);
    c = (c >> 30) + ((limb ^ sign) - sign);
    store<i64>(d + at, at === NUMBER_BYTES - 8 ? c : c & MASK);
  }
}

function limbsOf(to: usize, words: usize): void {
  for (let i: usize = 0; i < LIMBS; i++) {
    const bit = 30 * i;
    const at = (bit >> 6) << 3;
    const shift = <u64>(bit & 63);
    let limb = load<u64>(words + at) >> shift;
    if (shift > 34 && at < 24) limb |= load<u64>(words + at + 8) << (64 - shift);
    store<i64>(to + (i << 3), (<i64>limb) & MASK);
  }
}

function wordsOf(words: usize, from: usize): void {
  memory.fill(words, 0, WORDS_BYTES);
  for (let i: usize = 0; i < LIMBS; i++) {
    const bit = 30 * i;
    const at = (bit >> 6) << 3;
    const shift = <u64>(bit & 63);
    const limb = load<u64>(from + (i << 3));
    store<u64>(words + at, load<u64>(words + at) | (limb << shift));
    if (shift > 34 && at < 24) store<u64>(words + at + 8, load<u64>(words + at + 8) | (limb >> (64 - shift)));
  }
}

/** to = 1/a mod m as words; a below m, and 0 for a = 0. `to` may be a. */
export function invert(to: usize, a: usize, modulus: usize): void {
  memory.copy(f, modulus, NUMBER_BYTES);
  limbsOf(g, a);
  memory.fill(d, 0, NUMBER_BYTES);
  memory.fill(e, 0, NUMBER_BYTES);
  store<i64>(e, 1);
  let zeta: i32 = -1;
  for (let round = 0; round < ROUNDS; round++) {
    zeta = divisionSteps(zeta);
    updateDe(modulus);
    updateFg();
  }
  // g is zero now and f is ±1 with the sign that d must lose.
  addModulusIfNegative(modulus, load<i64>(f, 64) >> 63);
  addModulusIfNegative(modulus, 0);
  wordsOf(to, d);
  memory.fill(f, 0, NUMBER_BYTES);
  memory.fill(d, 0, NUMBER_BYTES);
  memory.fill(e, 0, NUMBER_BYTES);
}
