/**
 * Tables of the odd multiples P, 3P, 5P … of a point: how they are made, and how an entry is taken from them. An entry is x and y
 * as words of their Montgomery form, 64 bytes. For a secret digit every entry of the table is read.
 */
import { negateIf } from './field';
import { limbsOfWords, wordsOfLimbs } from './field-words';
import { AFFINE_BYTES, affineOfPoints, doublePoint, oddMultiples, POINT_BYTES, Y } from './point';

export const ENTRY_BYTES: usize = 64;

/** Room for 128 points: the tables of one call share an inversion. */
const multiples: usize = memory.data(27648, 8);
const affine: usize = memory.data(18432, 8);
const products: usize = memory.data(9216, 8);

/**
 * `tables` tables of `count` entries, one after the other: the odd multiples of a Jacobian point P that is not infinity, of
 * 2^bits·P, 2^(2·bits)·P …; at most 128 entries in all. Moves P on to the point that would be next.
 */
export function storeOddMultiples(entries: usize, p: usize, count: i32, tables: i32, bits: i32): void {
  for (let table: usize = 0; table < <usize>tables; table++) {
    oddMultiples(multiples + table * <usize>count * POINT_BYTES, p, count);
    for (let n = 0; n < bits; n++) doublePoint(p, p);
  }
  const all = tables * count;
  affineOfPoints(affine, multiples, POINT_BYTES, all, products);
  for (let i: usize = 0; i < <usize>all; i++) storeEntry(entries + i * ENTRY_BYTES, affine + i * AFFINE_BYTES);
}

/** An affine point as an entry of a table: 64 bytes. */
export function storeEntry(to: usize, q: usize): void {
  wordsOfLimbs(to, q);
  wordsOfLimbs(to + 32, q + Y);
}

/** The affine point of an entry, or its negative for sign −1. */
export function loadEntry(to: usize, entry: usize, sign: i64): void {
  limbsOfWords(to, entry);
  limbsOfWords(to + Y, entry + 32);
  negateIf(to + Y, to + Y, sign);
}

const chosen: usize = memory.data(64, 16);

/** chosen = entry `index` of `count` (a multiple of four), by reading all of them; four at a time, which is a third faster. */
function chooseEntry(entries: usize, count: i32, index: i32): void {
  const wanted = i32x4.splat(index);
  const one = i32x4.splat(1);
  let at = i32x4.splat(0);
  let x0 = at;
  let x1 = at;
  let y0 = at;
  let y1 = at;
  for (let n = 0; n < count; n += 4) {
    let mask = i32x4.eq(at, wanted);
    x0 = v128.or(x0, v128.and(mask, v128.load(entries)));
    x1 = v128.or(x1, v128.and(mask, v128.load(entries, 16)));
    y0 = v128.or(y0, v128.and(mask, v128.load(entries, 32)));
    y1 = v128.or(y1, v128.and(mask, v128.load(entries, 48)));
    at = i32x4.add(at, one);
    mask = i32x4.eq(at, wanted);
    x0 = v128.or(x0, v128.and(mask, v128.load(entries, 64)));
    x1 = v128.or(x1, v128.and(mask, v128.load(entries, 80)));
    y0 = v128.or(y0, v128.and(mask, v128.load(entries, 96)));
    y1 = v128.or(y1, v128.and(mask, v128.load(entries, 112)));
    at = i32x4.add(at, one);
    mask = i32x4.eq(at, wanted);
    x0 = v128.or(x0, v128.and(mask, v128.load(entries, 128)));
    x1 = v128.or(x1, v128.and(mask, v128.load(entries, 144)));
    y0 = v128.or(y0, v128.and(mask, v128.load(entries, 160)));
    y1 = v128.or(y1, v128.and(mask, v128.load(entries, 176)));
    at = i32x4.add(at, one);
    mask = i32x4.eq(at, wanted);
    x0 = v128.or(x0, v128.and(mask, v128.load(entries, 192)));
    x1 = v128.or(x1, v128.and(mask, v128.load(entries, 208)));
    y0 = v128.or(y0, v128.and(mask, v128.load(entries, 224)));
    y1 = v128.or(y1, v128.and(mask, v128.load(entries, 240)));
    at = i32x4.add(at, one);
    entries += 256;
  }
  v128.store(chosen, x0);
  v128.store(chosen, x1, 16);
  v128.store(chosen, y0, 32);
  v128.store(chosen, y1, 48);
}

/** to = the affine entry that an odd digit names, from a table of the odd multiples of one point. */
export function lookUp(to: usize, entries: usize, count: i32, digit: i32): void {
  chooseEntry(entries, count, digit & 0x7fffffff);
  loadEntry(to, chosen, <i64>(digit >> 31));
}

/** Forgets the entry that was looked up last. */
export function wipeLookUp(): void {
  memory.fill(chosen, 0, ENTRY_BYTES);
}
