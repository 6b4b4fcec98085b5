/**
 * k·G for the base point G, by a table of odd multiples: for each of 37 windows of 7 bits the 64 points
 * 1, 3, 5 … 127 times 2^(7i)·G. A product is 36 additions and no doubling. For a secret k every look-up reads its whole
 * window.
 *
 * Why `addAffine` may be used: windows are taken from the highest down. Before window i ≥ 1 the sum is a·G for a multiple
 * a of 2^(7i+7) with 0 < a < 2^256 + 2^(7i+7), and the entry is e·2^(7i)·G with |e| < 2^7. Were they equal or opposite,
 * a ∓ e·2^(7i) would be 0 or n: not 0, since a ≥ 2^(7i+7), and not n, which is odd. For i = 0 it is not n either: a + e is k,
 * which is below n, and a − e = n would make k = n + 2e. As a sum of odd digits a is an odd multiple of 2^7, and the only
 * such number within 2^7 of n is n + 93, so that e = 93 and k > n. (Whoever changes the windows looks at this anew.)
 */
import { carry, negateIf } from './field';
import { makeOdd, oddDigit } from './odd-digits';
import { ENTRY_BYTES, loadEntry, lookUp, storeOddMultiples } from './odd-table';
import { addAffine, addAffineVariable, AFFINE_BYTES, pointOfAffine, Y } from './point';

const BITS: i32 = 7;
export const WINDOWS: i32 = 37;
const ENTRIES: i32 = 64;
const WINDOW_BYTES: usize = 4096;

/** 37 windows of 64 entries. */
export const WINDOWS_BYTES: usize = 151552;
const table: usize = memory.data(151552, 64);
let isTableMade = false;

/** The base point, affine. */
export const G: usize = memory.data<i64>([
  0x30053d2, 0x128990f4, 0x16027e89, 0x7b9b29, 0x7867cf3, 0x199ac24c, 0x2eb50f6, 0x1dc704ec, 0x22cf4b, 0x5a1bbac,
  0x154e593c, 0x14afd309, 0x195e3b4c, 0x11f183eb, 0x1066e2a4, 0x1ec6a67d, 0x13875cd6, 0x79acba,
]);

const start: usize = memory.data(216, 8);

/** to = the windows of an affine point, `WINDOWS_BYTES`: some 3 000 additions. */
export function makeWindows(to: usize, q: usize): void {
  pointOfAffine(start, q);
  for (let i: usize = 0; i < <usize>WINDOWS; i++) storeOddMultiples(to + i * WINDOW_BYTES, start, ENTRIES, 1, BITS);
}

/** to = entry of window i for an odd scalar. */
export function lookUpBase(to: usize, odd: usize, i: i32): void {
  lookUp(
    to,
    table + <usize>i * WINDOW_BYTES,
    i === WINDOWS - 1 ? 8 : ENTRIES,
    oddDigit(odd, i, BITS, i === WINDOWS - 1),
  );
}

const odd: usize = memory.data(32, 8);
const entry: usize = memory.data(144, 8);

/** to = k·G, Jacobian, for k in [1, n−1]. */
export function multiplyBase(to: usize, k: usize): void {
  readyBase();
  const sign = makeOdd(odd, k);
  lookUpBase(entry, odd, WINDOWS - 1);
  pointOfAffine(to, entry);
  for (let i = WINDOWS - 2; i >= 0; i--) {
    lookUpBase(entry, odd, i);
    addAffine(to, to, entry);
  }
  negateIf(to + Y, to + Y, sign);
  carry(to + Y, to + Y);
  memory.fill(odd, 0, 32);
  memory.fill(entry, 0, AFFINE_BYTES);
}

/** Makes the table unless it is made. */
export function readyBase(): void {
  if (!isTableMade) makeWindows(table, G);
  isTableMade = true;
}

/** The windows of G. */
export function windowsOfBase(): usize {
  readyBase();
  return table;
}

/** to = the entry of window i for an odd public scalar, taken from its place, or its negative for sign −1. */
export function takeEntryVariable(to: usize, windows: usize, odd: usize, i: i32, sign: i64): void {
  const digit = oddDigit(odd, i, BITS, i === WINDOWS - 1);
  const place = windows + <usize>i * WINDOW_BYTES + <usize>(digit & 0x7fffffff) * ENTRY_BYTES;
  loadEntry(to, place, (<i64>(digit >> 31)) ^ sign);
}

/** to = to + k·G for public numbers: as `multiplyBase`, but each entry is taken from its place. */
export function addBaseVariable(to: usize, k: usize): void {
  readyBase();
  const sign = makeOdd(odd, k);
  for (let i = WINDOWS - 1; i >= 0; i--) {
    takeEntryVariable(entry, table, odd, i, sign);
    addAffineVariable(to, to, entry);
  }
}

/** The 64 odd multiples of G: what a row of digits of up to 8 bits needs. */
export function oddMultiplesOfBase(): usize {
  readyBase();
  return table;
}
