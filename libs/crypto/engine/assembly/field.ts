/**
 * The field of SM2: integers mod p = 2^256 − 2^224 − 2^96 + 2^64 − 1.
 *
 * An element lies in memory as nine limbs of 29 bits, the lowest first, each a signed 64-bit word (72 bytes), in
 * Montgomery form: x stands for x·R mod p with R = 2^261. Limbs are not always carried; with B = 2^29 an element is
 * - clean, when its limbs are in (−0.04·B, 1.04·B) and its value in (−p, 2p): so are products and whatever was carried;
 * - a difference, when it is one clean element less another, limb by limb: limbs in (−1.08·B, 1.08·B);
 * - loose, when its limbs are in (−3.12·B, 3.12·B): the sum of up to three clean ones.
 * A product takes one loose factor and one difference (or better); a square takes a difference. Then a column of it stays
 * below 2^63: 8 · 3.12·B · 1.08·B < 2^62.8. `to` may be an argument everywhere.
 *
 * No branch and no address depends on a value, but in functions whose names end in `Variable`.
 */

export const FIELD_BYTES: usize = 72;

const MASK: i64 = 0x1fffffff;

const ZERO: usize = memory.data(72, 8);

// ---- products -------------------------------------------------------------------------------------------------------
//
// p ≡ −1 mod 2^64, so the Montgomery factor of a column is the column itself, and since
// p = −1 + 2^6·B^2 − 2^9·B^3 − 2^21·B^7 + 2^24·B^8 for B = 2^29, adding q·p is a matter of shifts. The terms of two
// neighbouring columns are taken together: with t = q[i+1] − 8·q[i], column i+3 gets 2^6·t and column i+8 gets −2^21·t.

/** to = a·b, clean, for one loose factor and one difference. The carry comes last in each sum: it is the one that waits. */
export function multiply(to: usize, a: usize, b: usize): void {
  const a0 = load<i64>(a);
  const a1 = load<i64>(a, 8);
  const a2 = load<i64>(a, 16);
  const a3 = load<i64>(a, 24);
  const a4 = load<i64>(a, 32);
  const a5 = load<i64>(a, 40);
  const a6 = load<i64>(a, 48);
  const a7 = load<i64>(a, 56);
  const a8 = load<i64>(a, 64);
  const b0 = load<i64>(b);
  const b1 = load<i64>(b, 8);
  const b2 = load<i64>(b, 16);
  const b3 = load<i64>(b, 24);
  const b4 = load<i64>(b, 32);
  const b5 = load<i64>(b, 40);
  const b6 = load<i64>(b, 48);
  const b7 = load<i64>(b, 56);
  const b8 = load<i64>(b, 64);

  let c = a0 * b0;
  const q0 = c & MASK;
  c = a0 * b1 + a1 * b0 + (c >> 29);
  const q1 = c & MASK;
  c = a0 * b2 + a1 * b1 + a2 * b0 + (q0 << 6) + (c >> 29);
  const q2 = c & MASK;
  const t0 = q1 - (q0 << 3);
  c = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + (t0 << 6) + (c >> 29);
  const q3 = c & MASK;
  const t1 = q2 - (q1 << 3);
  c = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (t1 << 6) + (c >> 29);
  const q4 = c & MASK;
  const t2 = q3 - (q2 << 3);
  c = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + (t2 << 6) + (c >> 29);
  const q5 = c & MASK;
  const t3 = q4 - (q3 << 3);
  c = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + (t3 << 6) + (c >> 29);
  const q6 = c & MASK;
  const t4 = q5 - (q4 << 3);
  c =
    a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + (t4 << 6) - (q0 << 21) + (c >> 29);
  const q7 = c & MASK;
  const t5 = q6 - (q5 << 3);
  c =
    a0 * b8 +
    a1 * b7 +
    a2 * b6 +
    a3 * b5 +
    a4 * b4 +
    a5 * b3 +
    a6 * b2 +
    a7 * b1 +
    a8 * b0 +
    (t5 << 6) -
    (t0 << 21) +
    (c >> 29);
  const q8 = c & MASK;
  const t6 = q7 - (q6 << 3);
  c =
    a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + (t6 << 6) - (t1 << 21) + (c >> 29);
  store<i64>(to, c & MASK);
  const t7 = q8 - (q7 << 3);
  c = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + (t7 << 6) - (t2 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 8);
  c = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 - (q8 << 9) - (t3 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 16);
  c = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 - (t4 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 24);
  c = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 - (t5 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 32);
  c = a6 * b8 + a7 * b7 + a8 * b6 - (t6 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 40);
  c = a7 * b8 + a8 * b7 - (t7 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 48);
  c = a8 * b8 + (q8 << 24) + (c >> 29);
  store<i64>(to, c & MASK, 56);
  store<i64>(to, c >> 29, 64);
}

/** to = a², clean, for a difference. */
export function square(to: usize, a: usize): void {
  const a0 = load<i64>(a);
  const a1 = load<i64>(a, 8);
  const a2 = load<i64>(a, 16);
  const a3 = load<i64>(a, 24);
  const a4 = load<i64>(a, 32);
  const a5 = load<i64>(a, 40);
  const a6 = load<i64>(a, 48);
  const a7 = load<i64>(a, 56);
  const a8 = load<i64>(a, 64);

  let c = a0 * a0;
  const q0 = c & MASK;
  c = ((a0 * a1) << 1) + (c >> 29);
  const q1 = c & MASK;
  c = ((a0 * a2) << 1) + a1 * a1 + (q0 << 6) + (c >> 29);
  const q2 = c & MASK;
  const t0 = q1 - (q0 << 3);
  c = ((a0 * a3 + a1 * a2) << 1) + (t0 << 6) + (c >> 29);
  const q3 = c & MASK;
  const t1 = q2 - (q1 << 3);
  c = ((a0 * a4 + a1 * a3) << 1) + a2 * a2 + (t1 << 6) + (c >> 29);
  const q4 = c & MASK;
  const t2 = q3 - (q2 << 3);
  c = ((a0 * a5 + a1 * a4 + a2 * a3) << 1) + (t2 << 6) + (c >> 29);
  const q5 = c & MASK;
  const t3 = q4 - (q3 << 3);
  c = ((a0 * a6 + a1 * a5 + a2 * a4) << 1) + a3 * a3 + (t3 << 6) + (c >> 29);
  const q6 = c & MASK;
  const t4 = q5 - (q4 << 3);
  c = ((a0 * a7 + a1 * a6 + a2 * a5 + a3 * a4) << 1) + (t4 << 6) - (q0 << 21) + (c >> 29);
  const q7 = c & MASK;
  const t5 = q6 - (q5 << 3);
  c = ((a0 * a8 + a1 * a7 + a2 * a6 + a3 * a5) << 1) + a4 * a4 + (t5 << 6) - (t0 << 21) + (c >> 29);
  const q8 = c & MASK;
  const t6 = q7 - (q6 << 3);
  c = ((a1 * a8 + a2 * a7 + a3 * a6 + a4 * a5) << 1) + (t6 << 6) - (t1 << 21) + (c >> 29);
  store<i64>(to, c & MASK);
  const t7 = q8 - (q7 << 3);
  c = ((a2 * a8 + a3 * a7 + a4 * a6) << 1) + a5 * a5 + (t7 << 6) - (t2 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 8);
  c = ((a3 * a8 + a4 * a7 + a5 * a6) << 1) - (q8 << 9) - (t3 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 16);
  c = ((a4 * a8 + a5 * a7) << 1) + a6 * a6 - (t4 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 24);
  c = ((a5 * a8 + a6 * a7) << 1) - (t5 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 32);
  c = ((a6 * a8) << 1) + a7 * a7 - (t6 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 40);
  c = ((a7 * a8) << 1) - (t7 << 21) + (c >> 29);
  store<i64>(to, c & MASK, 48);
  c = a8 * a8 + (q8 << 24) + (c >> 29);
  store<i64>(to, c & MASK, 56);
  store<i64>(to, c >> 29, 64);
}

// ---- sums -----------------------------------------------------------------------------------------------------------
//
// Written out limb by limb: as loops they would make a point addition a twentieth slower.

/** to = a, nine words: faster than a call of the runtime for so few. */
export function copy(to: usize, a: usize): void {
  store<i64>(to, load<i64>(a));
  store<i64>(to, load<i64>(a, 8), 8);
  store<i64>(to, load<i64>(a, 16), 16);
  store<i64>(to, load<i64>(a, 24), 24);
  store<i64>(to, load<i64>(a, 32), 32);
  store<i64>(to, load<i64>(a, 40), 40);
  store<i64>(to, load<i64>(a, 48), 48);
  store<i64>(to, load<i64>(a, 56), 56);
  store<i64>(to, load<i64>(a, 64), 64);
}

/** to = a + b, uncarried: loose for two clean ones. */
export function add(to: usize, a: usize, b: usize): void {
  store<i64>(to, load<i64>(a) + load<i64>(b));
  store<i64>(to, load<i64>(a, 8) + load<i64>(b, 8), 8);
  store<i64>(to, load<i64>(a, 16) + load<i64>(b, 16), 16);
  store<i64>(to, load<i64>(a, 24) + load<i64>(b, 24), 24);
  store<i64>(to, load<i64>(a, 32) + load<i64>(b, 32), 32);
  store<i64>(to, load<i64>(a, 40) + load<i64>(b, 40), 40);
  store<i64>(to, load<i64>(a, 48) + load<i64>(b, 48), 48);
  store<i64>(to, load<i64>(a, 56) + load<i64>(b, 56), 56);
  store<i64>(to, load<i64>(a, 64) + load<i64>(b, 64), 64);
}

/** to = a − b, uncarried: a difference for two clean ones. */
export function subtract(to: usize, a: usize, b: usize): void {
  store<i64>(to, load<i64>(a) - load<i64>(b));
  store<i64>(to, load<i64>(a, 8) - load<i64>(b, 8), 8);
  store<i64>(to, load<i64>(a, 16) - load<i64>(b, 16), 16);
  store<i64>(to, load<i64>(a, 24) - load<i64>(b, 24), 24);
  store<i64>(to, load<i64>(a, 32) - load<i64>(b, 32), 32);
  store<i64>(to, load<i64>(a, 40) - load<i64>(b, 40), 40);
  store<i64>(to, load<i64>(a, 48) - load<i64>(b, 48), 48);
  store<i64>(to, load<i64>(a, 56) - load<i64>(b, 56), 56);
  store<i64>(to, load<i64>(a, 64) - load<i64>(b, 64), 64);
}

/** to = 2a, uncarried: loose for a clean one. */
export function double(to: usize, a: usize): void {
  store<i64>(to, load<i64>(a) << 1);
  store<i64>(to, load<i64>(a, 8) << 1, 8);
  store<i64>(to, load<i64>(a, 16) << 1, 16);
  store<i64>(to, load<i64>(a, 24) << 1, 24);
  store<i64>(to, load<i64>(a, 32) << 1, 32);
  store<i64>(to, load<i64>(a, 40) << 1, 40);
  store<i64>(to, load<i64>(a, 48) << 1, 48);
  store<i64>(to, load<i64>(a, 56) << 1, 56);
  store<i64>(to, load<i64>(a, 64) << 1, 64);
}

/** to = 2a − b, uncarried: loose for two clean ones. */
export function doubleLess(to: usize, a: usize, b: usize): void {
  store<i64>(to, (load<i64>(a) << 1) - load<i64>(b));
  store<i64>(to, (load<i64>(a, 8) << 1) - load<i64>(b, 8), 8);
  store<i64>(to, (load<i64>(a, 16) << 1) - load<i64>(b, 16), 16);
  store<i64>(to, (load<i64>(a, 24) << 1) - load<i64>(b, 24), 24);
  store<i64>(to, (load<i64>(a, 32) << 1) - load<i64>(b, 32), 32);
  store<i64>(to, (load<i64>(a, 40) << 1) - load<i64>(b, 40), 40);
  store<i64>(to, (load<i64>(a, 48) << 1) - load<i64>(b, 48), 48);
  store<i64>(to, (load<i64>(a, 56) << 1) - load<i64>(b, 56), 56);
  store<i64>(to, (load<i64>(a, 64) << 1) - load<i64>(b, 64), 64);
}

/** to = (a ^ sign) − sign: a for sign 0, −a for sign −1; clean stays a difference. */
export function negateIf(to: usize, a: usize, sign: i64): void {
  store<i64>(to, (load<i64>(a) ^ sign) - sign);
  store<i64>(to, (load<i64>(a, 8) ^ sign) - sign, 8);
  store<i64>(to, (load<i64>(a, 16) ^ sign) - sign, 16);
  store<i64>(to, (load<i64>(a, 24) ^ sign) - sign, 24);
  store<i64>(to, (load<i64>(a, 32) ^ sign) - sign, 32);
  store<i64>(to, (load<i64>(a, 40) ^ sign) - sign, 40);
  store<i64>(to, (load<i64>(a, 48) ^ sign) - sign, 48);
  store<i64>(to, (load<i64>(a, 56) ^ sign) - sign, 56);
  store<i64>(to, (load<i64>(a, 64) ^ sign) - sign, 64);
}

/** to = a for mask −1, stays for mask 0. */
export function copyIf(to: usize, a: usize, mask: i64): void {
  for (let at: usize = 0; at < FIELD_BYTES; at += 8) {
    const old = load<i64>(to + at);
    store<i64>(to + at, old ^ ((old ^ load<i64>(a + at)) & mask));
  }
}

/**
 * to = a + f·b, carried and folded: clean for |a + f·b| < 10p. What stands above 2^256 is t·2^256, and
 * 2^256 ≡ 2^224 + 2^96 − 2^64 + 1 mod p; the few bits of t go uncarried into the limbs where these powers lie.
 */
@inline
function addTimes(to: usize, a: usize, b: usize, f: i64): void {
  let c = load<i64>(a) + f * load<i64>(b);
  const l0 = c & MASK;
  c = load<i64>(a, 8) + f * load<i64>(b, 8) + (c >> 29);
  const l1 = c & MASK;
  c = load<i64>(a, 16) + f * load<i64>(b, 16) + (c >> 29);
  const l2 = c & MASK;
  c = load<i64>(a, 24) + f * load<i64>(b, 24) + (c >> 29);
  const l3 = c & MASK;
  c = load<i64>(a, 32) + f * load<i64>(b, 32) + (c >> 29);
  const l4 = c & MASK;
  c = load<i64>(a, 40) + f * load<i64>(b, 40) + (c >> 29);
  const l5 = c & MASK;
  c = load<i64>(a, 48) + f * load<i64>(b, 48) + (c >> 29);
  const l6 = c & MASK;
  c = load<i64>(a, 56) + f * load<i64>(b, 56) + (c >> 29);
  const l7 = c & MASK;
  c = load<i64>(a, 64) + f * load<i64>(b, 64) + (c >> 29);
  const t = c >> 24;
  store<i64>(to, l0 + t);
  store<i64>(to, l1, 8);
  store<i64>(to, l2 - (t << 6), 16);
  store<i64>(to, l3 + (t << 9), 24);
  store<i64>(to, l4, 32);
  store<i64>(to, l5, 40);
  store<i64>(to, l6, 48);
  store<i64>(to, l7 + (t << 21), 56);
  store<i64>(to, c & 0xffffff, 64);
}

/** to = a, carried. */
export function carry(to: usize, a: usize): void {
  addTimes(to, a, ZERO, 0);
}

/** to = 3a, carried. */
export function triple(to: usize, a: usize): void {
  addTimes(to, a, a, 2);
}

/** to = a − b, carried. */
export function subtractCarried(to: usize, a: usize, b: usize): void {
  addTimes(to, a, b, -1);
}

/** to = a − 2b, carried. */
export function subtractDouble(to: usize, a: usize, b: usize): void {
  addTimes(to, a, b, -2);
}

/** to = a − 4b, carried. */
export function subtractFourfold(to: usize, a: usize, b: usize): void {
  addTimes(to, a, b, -4);
}

/** to = a − 8b, carried. */
export function subtractEightfold(to: usize, a: usize, b: usize): void {
  addTimes(to, a, b, -8);
}
