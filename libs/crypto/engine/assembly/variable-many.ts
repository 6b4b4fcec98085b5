/**
 * k·P for many secret k, each with a point of its own: `variable.ts` for all side by side, with one inversion a step. The same
 * windows of 5 bits over the 16 odd multiples of each point, every look-up reading them all.
 *
 * Why `addAll` may be used, and not for the last window: the head of variable.ts, which speaks of multiples of one point, and
 * so of each lane by itself. A doubling meets no exception: the order of the points is odd.
 */
import { carry, negateIf } from './field';
import { makeOdd, oddDigit } from './odd-digits';
import { ENTRY_BYTES, lookUp, storeEntry } from './odd-table';
import { addAffineComplete, AFFINE_BYTES, POINT_BYTES, Y } from './point';
import { addAll, chosen, doubleAll, LANES, points, settleAll, sums, unfoldAll, wipeLanes } from './side-by-side';
import { BITS, ENTRIES, multiplyPoint, WINDOWS } from './variable';
import { wipeWork } from './wipe';

/** From here on the shared inversions of 306 steps cost less than they save. */
const LEAST_SIDE_BY_SIDE: i32 = 48;
const TABLE_BYTES: usize = 1024;

const tables: usize = memory.data(262144, 16);
const odd: usize = memory.data(8192, 8);
const signs: usize = memory.data(2048, 8);

/** The tables of the odd multiples of the points at `qs`, by way of the lanes; their doubles wait in `points`. */
function makeTables(qs: usize, count: usize): void {
  const doubles = points;
  memory.copy(sums, qs, count * AFFINE_BYTES);
  doubleAll(count);
  memory.copy(doubles, sums, count * AFFINE_BYTES);
  memory.copy(sums, qs, count * AFFINE_BYTES);
  storeEntries(count, 0);
  for (let i: usize = 1; i < <usize>ENTRIES; i++) {
    memory.copy(chosen, doubles, count * AFFINE_BYTES);
    addAll(count);
    storeEntries(count, i);
  }
}

function storeEntries(count: usize, i: usize): void {
  for (let n: usize = 0; n < count; n++)
    storeEntry(tables + n * TABLE_BYTES + i * ENTRY_BYTES, sums + n * AFFINE_BYTES);
}

function chooseAll(count: usize, i: i32): void {
  for (let n: usize = 0; n < count; n++) {
    lookUp(chosen + n * AFFINE_BYTES, tables + n * TABLE_BYTES, ENTRIES, oddDigit(odd + n * 32, i, BITS, false));
  }
}

/** to = k[n]·Q[n] for one group, side by side. */
function multiplySideBySide(to: usize, qs: usize, scalars: usize, count: usize): void {
  makeTables(qs, count);
  memory.copy(sums, qs, count * AFFINE_BYTES);
  for (let n: usize = 0; n < count; n++) store<i64>(signs + n * 8, makeOdd(odd + n * 32, scalars + n * 32));
  for (let i = WINDOWS - 1; i >= 0; i--) {
    for (let n = 0; n < BITS; n++) doubleAll(count);
    chooseAll(count, i);
    if (i > 0) addAll(count);
  }
  unfoldAll(count);
  for (let n: usize = 0; n < count; n++) {
    const point = points + n * POINT_BYTES;
    addAffineComplete(point, point, chosen + n * AFFINE_BYTES);
    negateIf(point + Y, point + Y, load<i64>(signs + n * 8));
    carry(point + Y, point + Y);
  }
  settleAll(to, count);
}

/**
 * to = k·Q for each of `count` affine points of the curve (144 bytes each) and scalars in [1, n−1] (words, 32 bytes each),
 * affine. `to` is not `qs`.
 */
export function multiplyPointMany(to: usize, qs: usize, scalars: usize, count: i32): void {
  for (let at = 0; at < count; at += LANES) {
    const first = <usize>at;
    const group = <usize>min(LANES, count - at);
    const from = qs + first * AFFINE_BYTES;
    if (<i32>group >= LEAST_SIDE_BY_SIDE)
      multiplySideBySide(to + first * AFFINE_BYTES, from, scalars + first * 32, group);
    else {
      for (let n: usize = 0; n < group; n++) {
        multiplyPoint(points + n * POINT_BYTES, from + n * AFFINE_BYTES, scalars + (first + n) * 32);
      }
      settleAll(to + first * AFFINE_BYTES, group);
    }
  }
  const used = <usize>min(LANES, count);
  memory.fill(odd, 0, used * 32);
  memory.fill(signs, 0, used * 8);
  wipeLanes(used);
  wipeWork();
}
