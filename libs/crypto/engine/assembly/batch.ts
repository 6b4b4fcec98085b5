/**
 * P + k·G and k·G for many k at once: side by side where they are many (see side-by-side.ts), with one inversion a window.
 * Few are done one by one and share only the last inversion.
 */
import { addAffineComplete, AFFINE_BYTES, POINT_BYTES, Y } from './point';
import { carry, negateIf } from './field';
import { lookUpBase, multiplyBase, readyBase, WINDOWS } from './base';
import { makeOdd } from './odd-digits';
import { addAll, chosen, LANES, points, settleAll, sums, unfoldAll, wipeLanes } from './side-by-side';
import { wipeWork } from './wipe';

/** The most scalars of one call. */
export const MOST: i32 = 1024;
/** From here on the shared inversions of 35 windows cost less than they save. */
const LEAST_SIDE_BY_SIDE: i32 = 32;

const odd: usize = memory.data(8192, 8);
const signs: usize = memory.data(2048, 8);

/** sums[n] = k[n]·G for the scalars in `odd` and their signs. Why no two that meet are equal or opposite: see base.ts. */
function multiplySideBySide(count: usize): void {
  readyBase();
  for (let n: usize = 0; n < count; n++) lookUpBase(sums + n * AFFINE_BYTES, odd + n * 32, WINDOWS - 1);
  for (let i = WINDOWS - 2; i >= 0; i--) {
    for (let n: usize = 0; n < count; n++) lookUpBase(chosen + n * AFFINE_BYTES, odd + n * 32, i);
    addAll(count);
  }
  for (let n: usize = 0; n < count; n++) {
    const y = sums + n * AFFINE_BYTES + Y;
    negateIf(y, y, load<i64>(signs + n * 8));
    carry(y, y);
  }
}

/** `multiplyBaseMany` for one group. */
function multiplyGroup(to: usize, scalars: usize, count: i32, start: usize, stride: usize): bool {
  const many = <usize>count;
  const isSideBySide = count >= LEAST_SIDE_BY_SIDE;
  if (isSideBySide) {
    for (let n: usize = 0; n < many; n++) store<i64>(signs + n * 8, makeOdd(odd + n * 32, scalars + n * 32));
    multiplySideBySide(many);
  } else {
    for (let n: usize = 0; n < many; n++) multiplyBase(points + n * POINT_BYTES, scalars + n * 32);
  }
  if (isSideBySide && start === 0) {
    memory.copy(to, sums, many * AFFINE_BYTES);
    return true;
  }
  if (isSideBySide) unfoldAll(many);
  if (start !== 0) {
    for (let n: usize = 0; n < many; n++) {
      const point = points + n * POINT_BYTES;
      addAffineComplete(point, point, start + n * stride);
    }
  }
  return settleAll(to, many);
}

/**
 * to = P + k·G for each of `count` scalars (words, 32 bytes each), affine, 144 bytes each; k·G when `start` is 0. P is the
 * affine point at `start` for all (`stride` 0), or each has its own, `stride` bytes after the one before.
 * False when one of the sums is infinity. `count` is 1 … 1024.
 */
export function multiplyBaseMany(to: usize, scalars: usize, count: i32, start: usize, stride: usize): bool {
  let isGood = true;
  for (let at = 0; at < count && isGood; at += LANES) {
    const first = <usize>at;
    const group = min(LANES, count - at);
    isGood = multiplyGroup(
      to + first * AFFINE_BYTES,
      scalars + first * 32,
      group,
      start === 0 ? 0 : start + first * stride,
      stride,
    );
  }
  wipe(<usize>min(LANES, count));
  return isGood;
}

/** The scalars, and what could tell of them. */
function wipe(count: usize): void {
  memory.fill(odd, 0, count * 32);
  memory.fill(signs, 0, count * 8);
  wipeLanes(count);
  wipeWork();
}
