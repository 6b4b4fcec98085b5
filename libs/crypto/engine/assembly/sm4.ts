/**
 * SM4, GB/T 32907-2016, four blocks at once: a lane of 32 bits for each block, a vector for each word of the state.
 * Every lane has a key of its own. Clause numbers are of that standard.
 *
 * No address and no branch depends on a key or a text: the S-box is computed by nine choices among the sixteen bytes of
 * a vector (`swizzle`), which are no memory accesses.
 */

/** Bytes of the round keys of four lanes: 32 vectors. */
export const SM4_KEY_BYTES: i32 = 512;
export const SM4_BLOCK_BYTES: i32 = 16;

/*
 * 6.2.1: S(x) = A(1/(A(x) + c)) + c in GF(2^8) mod x^8+x^7+x^6+x^5+x^4+x^2+1, with c = 0xd3 and A the circulant matrix of
 * 0xa7. The tables write A(x) + c = i·t + j·t' in a normal basis over GF(16): t = 0x94 and t' = t^16 = t + 1 have the norm
 * v = t·t'; elements of GF(16) are written in powers of 0x0c. With k = i + j and N = v·k² + i·j the inverse is
 * (j·t + i·t')/N. It is linear in p and q, which take inversions in GF(16) only (a = 1/v):
 *
 *   p = (k + a·i)/(a·N) = 1 / (1/(1/i + a/k) + j)
 *   q = (k + a·j)/(a·N) = 1 / (1/(1/j + a/k) + i)
 *
 * One over zero is 0x80: an index above 15 chooses zero, as one over infinity must.
 */

/** A(x) + c of the lower and of the upper half of x; i in the upper half of the result, k in the lower. */
const IN_LOW: usize = memory.data<u8>(
  [0x0a, 0x43, 0x23, 0x6a, 0xe6, 0xaf, 0xcf, 0x86, 0x42, 0x0b, 0x6b, 0x22, 0xae, 0xe7, 0x87, 0xce],
  16,
);
const IN_HIGH: usize = memory.data<u8>(
  [0x00, 0xb9, 0xf8, 0x41, 0xee, 0x57, 0x16, 0xaf, 0xb5, 0x0c, 0x4d, 0xf4, 0x5b, 0xe2, 0xa3, 0x1a],
  16,
);
/** 1/n and a/n. */
const INVERSE: usize = memory.data<u8>(
  [0x80, 0x01, 0x09, 0x0e, 0x0d, 0x0b, 0x07, 0x06, 0x0f, 0x02, 0x0c, 0x05, 0x0a, 0x04, 0x03, 0x08],
  16,
);
const A_OVER: usize = memory.data<u8>(
  [0x80, 0x04, 0x02, 0x0d, 0x01, 0x0a, 0x0f, 0x0b, 0x09, 0x08, 0x05, 0x07, 0x0e, 0x03, 0x0c, 0x06],
  16,
);
/** A of what p, and what q, gives to the inverse; by 1/p and 1/q. */
const OUT_P: usize = memory.data<u8>(
  [0x00, 0x88, 0x1f, 0x0b, 0xe9, 0x75, 0x14, 0x9c, 0x83, 0x6a, 0x61, 0x7e, 0xfd, 0xf6, 0xe2, 0x97],
  16,
);
const OUT_Q: usize = memory.data<u8>(
  [0x00, 0x43, 0x64, 0x84, 0xdc, 0x7f, 0xe0, 0xa3, 0xc7, 0x1b, 0x9f, 0xfb, 0x3c, 0xb8, 0x58, 0x27],
  16,
);

/** The entries of a table of 16 bytes at sixteen places; zero for a place above 15. */
function choose(table: usize, places: v128): v128 {
  return i8x16.swizzle(v128.load(table), places);
}

function lowHalves(bytes: v128): v128 {
  return v128.and(bytes, i8x16.splat(0x0f));
}

function highHalves(bytes: v128): v128 {
  return v128.and(i16x8.shr_u(bytes, 4), i8x16.splat(0x0f));
}

/** The S-box of sixteen bytes. */
function sBox(x: v128): v128 {
  const y = v128.xor(choose(IN_LOW, lowHalves(x)), choose(IN_HIGH, highHalves(x)));
  const i = highHalves(y);
  const k = lowHalves(y);
  const j = v128.xor(i, k);
  const ak = choose(A_OVER, k);
  const overP = v128.xor(choose(INVERSE, v128.xor(choose(INVERSE, i), ak)), j);
  const overQ = v128.xor(choose(INVERSE, v128.xor(choose(INVERSE, j), ak)), i);
  return v128.xor(v128.xor(choose(OUT_P, overP), choose(OUT_Q, overQ)), i8x16.splat(<i8>0xd3));
}

function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

function rotate8(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);
}

function rotate16(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

function rotate24(x: v128): v128 {
  return i8x16.shuffle(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
}

/** 6.2: T(x) = L(S(x)); L(b) = b + b<<<2 + b<<<10 + b<<<18 + b<<<24. */
function round(x: v128): v128 {
  const b = sBox(x);
  return v128.xor(v128.xor(b, rotate24(b)), rotate(v128.xor(v128.xor(b, rotate8(b)), rotate16(b)), 2));
}

/** 7.3: T'(x) = L'(S(x)); L'(b) = b + b<<<13 + b<<<23. */
function keyRound(x: v128): v128 {
  const b = sBox(x);
  return v128.xor(b, v128.xor(rotate(b, 13), rotate(b, 23)));
}

/** Turns the words of 16 bytes between the order of the standard, big-endian, and that of this machine. */
function turned(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Words 0, 0, 1, 1 of two blocks in turn; of two such pairs `lowHalf` and `highHalf` make a word of four blocks. */
function lowWords(x: v128, y: v128): v128 {
  return i32x4.shuffle(x, y, 0, 4, 1, 5);
}

/** Words 2, 2, 3, 3 of two blocks in turn. */
function highWords(x: v128, y: v128): v128 {
  return i32x4.shuffle(x, y, 2, 6, 3, 7);
}

function lowHalf(x: v128, y: v128): v128 {
  return i64x2.shuffle(x, y, 0, 2);
}

function highHalf(x: v128, y: v128): v128 {
  return i64x2.shuffle(x, y, 1, 3);
}

/**
 * 7.3: the round keys of four keys of 16 bytes at a, b, c and d, one for each lane; 512 bytes at `to`. CK_i has the bytes
 * (4i + n)·7 mod 256.
 */
export function sm4Keys(a: usize, b: usize, c: usize, d: usize, to: usize): void {
  const ab01 = lowWords(turned(v128.load(a)), turned(v128.load(b)));
  const ab23 = highWords(turned(v128.load(a)), turned(v128.load(b)));
  const cd01 = lowWords(turned(v128.load(c)), turned(v128.load(d)));
  const cd23 = highWords(turned(v128.load(c)), turned(v128.load(d)));
  let k0 = v128.xor(lowHalf(ab01, cd01), i32x4.splat(<i32>0xa3b1bac6));
  let k1 = v128.xor(highHalf(ab01, cd01), i32x4.splat(<i32>0x56aa3350));
  let k2 = v128.xor(lowHalf(ab23, cd23), i32x4.splat(<i32>0x677d9197));
  let k3 = v128.xor(highHalf(ab23, cd23), i32x4.splat(<i32>0xb27022dc));
  let ck = i32x4.splat(<i32>0x00070e15);
  for (const end = to + SM4_KEY_BYTES; to < end; to += 16) {
    const k4 = v128.xor(k0, keyRound(v128.xor(v128.xor(k1, k2), v128.xor(k3, ck))));
    v128.store(to, k4);
    k0 = k1;
    k1 = k2;
    k2 = k3;
    k3 = k4;
    ck = i8x16.add(ck, i8x16.splat(28));
  }
}

/** As `sm4Keys` with one key in all lanes. */
export function sm4Key(key: usize, to: usize): void {
  sm4Keys(key, key, key, key, to);
}

/** The round keys in reverse, for decryption. */
export function sm4Reverse(keys: usize): void {
  for (let low = keys, high = keys + SM4_KEY_BYTES - 16; low < high; low += 16, high -= 16) {
    const held = v128.load(low);
    v128.store(low, v128.load(high));
    v128.store(high, held);
  }
}

/** 7.1: four blocks at `from`, each under the key of its lane, to `to`, which may be the same place. */
export function sm4Four(keys: usize, from: usize, to: usize): void {
  const a = turned(v128.load(from));
  const b = turned(v128.load(from, 16));
  const c = turned(v128.load(from, 32));
  const d = turned(v128.load(from, 48));
  let x0 = lowHalf(lowWords(a, b), lowWords(c, d));
  let x1 = highHalf(lowWords(a, b), lowWords(c, d));
  let x2 = lowHalf(highWords(a, b), highWords(c, d));
  let x3 = highHalf(highWords(a, b), highWords(c, d));
  for (const end = keys + SM4_KEY_BYTES; keys < end; keys += 64) {
    x0 = v128.xor(x0, round(v128.xor(v128.xor(x1, x2), v128.xor(x3, v128.load(keys)))));
    x1 = v128.xor(x1, round(v128.xor(v128.xor(x2, x3), v128.xor(x0, v128.load(keys, 16)))));
    x2 = v128.xor(x2, round(v128.xor(v128.xor(x3, x0), v128.xor(x1, v128.load(keys, 32)))));
    x3 = v128.xor(x3, round(v128.xor(v128.xor(x0, x1), v128.xor(x2, v128.load(keys, 48)))));
  }
  v128.store(to, turned(lowHalf(lowWords(x3, x2), lowWords(x1, x0))));
  v128.store(to, turned(highHalf(lowWords(x3, x2), lowWords(x1, x0))), 16);
  v128.store(to, turned(lowHalf(highWords(x3, x2), highWords(x1, x0))), 32);
  v128.store(to, turned(highHalf(highWords(x3, x2), highWords(x1, x0))), 48);
}

/**
 * As `sm4Four` for eight blocks, of which the first and the fifth have the key of the first lane, and so on. A round waits for
 * the round before: two groups that do not wait for each other take little more time than one.
 */
export function sm4Eight(keys: usize, from: usize, to: usize): void {
  const a = turned(v128.load(from));
  const b = turned(v128.load(from, 16));
  const c = turned(v128.load(from, 32));
  const d = turned(v128.load(from, 48));
  const e = turned(v128.load(from, 64));
  const f = turned(v128.load(from, 80));
  const g = turned(v128.load(from, 96));
  const h = turned(v128.load(from, 112));
  let x0 = lowHalf(lowWords(a, b), lowWords(c, d));
  let y0 = lowHalf(lowWords(e, f), lowWords(g, h));
  let x1 = highHalf(lowWords(a, b), lowWords(c, d));
  let y1 = highHalf(lowWords(e, f), lowWords(g, h));
  let x2 = lowHalf(highWords(a, b), highWords(c, d));
  let y2 = lowHalf(highWords(e, f), highWords(g, h));
  let x3 = highHalf(highWords(a, b), highWords(c, d));
  let y3 = highHalf(highWords(e, f), highWords(g, h));
  for (const end = keys + SM4_KEY_BYTES; keys < end; keys += 64) {
    x0 = v128.xor(x0, round(v128.xor(v128.xor(x1, x2), v128.xor(x3, v128.load(keys)))));
    y0 = v128.xor(y0, round(v128.xor(v128.xor(y1, y2), v128.xor(y3, v128.load(keys)))));
    x1 = v128.xor(x1, round(v128.xor(v128.xor(x2, x3), v128.xor(x0, v128.load(keys, 16)))));
    y1 = v128.xor(y1, round(v128.xor(v128.xor(y2, y3), v128.xor(y0, v128.load(keys, 16)))));
    x2 = v128.xor(x2, round(v128.xor(v128.xor(x3, x0), v128.xor(x1, v128.load(keys, 32)))));
    y2 = v128.xor(y2, round(v128.xor(v128.xor(y3, y0), v128.xor(y1, v128.load(keys, 32)))));
    x3 = v128.xor(x3, round(v128.xor(v128.xor(x0, x1), v128.xor(x2, v128.load(keys, 48)))));
    y3 = v128.xor(y3, round(v128.xor(v128.xor(y0, y1), v128.xor(y2, v128.load(keys, 48)))));
  }
  v128.store(to, turned(lowHalf(lowWords(x3, x2), lowWords(x1, x0))));
  v128.store(to, turned(highHalf(lowWords(x3, x2), lowWords(x1, x0))), 16);
  v128.store(to, turned(lowHalf(highWords(x3, x2), highWords(x1, x0))), 32);
  v128.store(to, turned(highHalf(highWords(x3, x2), highWords(x1, x0))), 48);
  v128.store(to, turned(lowHalf(lowWords(y3, y2), lowWords(y1, y0))), 64);
  v128.store(to, turned(highHalf(lowWords(y3, y2), lowWords(y1, y0))), 80);
  v128.store(to, turned(lowHalf(highWords(y3, y2), highWords(y1, y0))), 96);
  v128.store(to, turned(highHalf(highWords(y3, y2), highWords(y1, y0))), 112);
}
