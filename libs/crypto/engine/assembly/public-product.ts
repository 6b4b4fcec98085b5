/**
 * s·G + t·P for public numbers, which a verification needs: by branches and look-ups that depend on them, so never for a
 * secret. P is either any point, or one whose multiples were made ready before: 16 tables, one for each 2^(16m)·P.
 */
import { addBaseVariable, oddMultiplesOfBase } from './base';
import { ENTRY_BYTES, loadEntry, storeOddMultiples } from './odd-table';
import { addAffineVariable, doublePoint, POINT_BYTES, pointOfAffine } from './point';

/** Digits of a scalar in non-adjacent form: one signed byte for each bit, 257 of them. */
const DIGITS: i32 = 257;
/** 8 odd multiples: digits of 5 bits, ±1 … ±15. */
const KEY_BITS: i32 = 5;
const KEY_ENTRIES: i32 = 8;
/** 64 odd multiples of G are there: digits of 8 bits, ±1 … ±127. */
const BASE_BITS: i32 = 8;
const TABLES: i32 = 16;

const keyDigits: usize = memory.data(264, 8);
const baseDigits: usize = memory.data(264, 8);
const rest: usize = memory.data(40, 8);

/** to = the digits of k: odd or zero, |digit| < 2^(w−1), at most one in w neighbours not zero. */
function nonAdjacentForm(to: usize, k: usize, w: i32): void {
  memory.fill(to, 0, DIGITS);
  memory.copy(rest, k, 32);
  store<u64>(rest, 0, 32);
  const mask = (1 << w) - 1;
  let carry = 0;
  let bit = 0;
  while (bit < DIGITS) {
    const at = (<usize>(bit >> 6)) << 3;
    const shift = <u64>(bit & 63);
    let window = load<u64>(rest + at) >> shift;
    if (shift > <u64>(64 - w) && at < 32) window |= load<u64>(rest + at + 8) << (64 - shift);
    const value = ((<i32>window) & mask) + carry;
    if ((value & 1) === 0) {
      // A carry into an even place stays for the next: 1 + 1 = 0 and carry one.
      bit++;
      continue;
    }
    carry = value >> (w - 1);
    store<i8>(to + bit, <i8>(value - (carry << w)));
    bit += w;
  }
}

const entry: usize = memory.data(144, 8);

/** to = to + digit·Q for a digit that is not zero and the odd multiples of Q. */
function addDigit(to: usize, entries: usize, digit: i32): void {
  const sign = digit >> 31;
  loadEntry(entry, entries + <usize>(((digit ^ sign) - sign) >> 1) * ENTRY_BYTES, <i64>sign);
  addAffineVariable(to, to, entry);
}

const entries: usize = memory.data(512, 8);
const start: usize = memory.data(216, 8);

/** to = s·G + t·P, Jacobian (infinity is all zero), for an affine P of the curve and s, t below n. */
export function publicProduct(to: usize, s: usize, t: usize, q: usize): void {
  pointOfAffine(start, q);
  storeOddMultiples(entries, start, KEY_ENTRIES, 1, 0);
  nonAdjacentForm(keyDigits, t, KEY_BITS);
  nonAdjacentForm(baseDigits, s, BASE_BITS);
  const base = oddMultiplesOfBase();
  memory.fill(to, 0, POINT_BYTES);
  for (let bit = DIGITS - 1; bit >= 0; bit--) {
    doublePoint(to, to);
    const keyDigit = <i32>load<i8>(keyDigits + <usize>bit);
    const baseDigit = <i32>load<i8>(baseDigits + <usize>bit);
    if (keyDigit !== 0) addDigit(to, entries, keyDigit);
    if (baseDigit !== 0) addDigit(to, base, baseDigit);
  }
}

/** tables = the multiples of an affine point that `publicProductKnown` needs: 8192 bytes. */
export function prepareKnownKey(tables: usize, q: usize): void {
  pointOfAffine(start, q);
  storeOddMultiples(tables, start, KEY_ENTRIES, TABLES, 16);
}

/** As `publicProduct` for the tables of P: 16 doublings instead of 256. */
export function publicProductKnown(to: usize, s: usize, t: usize, tables: usize): void {
  nonAdjacentForm(keyDigits, t, KEY_BITS);
  memory.fill(to, 0, POINT_BYTES);
  for (let low = 16; low >= 0; low--) {
    doublePoint(to, to);
    // Place 256 belongs to the last table alone: 256 = 15·16 + 16.
    for (let m = low === 16 ? TABLES - 1 : 0; m < TABLES; m++) {
      const digit = <i32>load<i8>(keyDigits + <usize>(16 * m + low));
      if (digit !== 0) addDigit(to, tables + <usize>(m * KEY_ENTRIES) * ENTRY_BYTES, digit);
    }
  }
  addBaseVariable(to, s);
}
