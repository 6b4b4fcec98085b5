/**
 * Many verifications under one key, side by side: s·G + t·P from the windows of both points (see base.ts), 73 additions and no
 * doubling. All numbers are public. Whoever chooses key and signatures can make two points meet that the addition is wrong
 * for: it says so, and the group is verified one by one.
 */
import { takeEntryVariable, WINDOWS, windowsOfBase } from './base';
import { carry } from './field';
import { wordsOfElement } from './field-words';
import { makeOdd } from './odd-digits';
import { loadEntry } from './odd-table';
import { AFFINE_BYTES, Y } from './point';
import { addScalars, reduceScalar } from './scalar';
import { addAllVariable, chosen, sums } from './side-by-side';
import { isSignature, isWellFormed } from './verify';
import { isSameWords, WORDS_BYTES, wordsOfBytes } from './words';

const e: usize = memory.data(32, 8);
const r: usize = memory.data(32, 8);
const s: usize = memory.data(32, 8);
const x: usize = memory.data(32, 8);
const t: usize = memory.data(32, 8);
const key: usize = memory.data(144, 8);
/** Odd digits of s and t of each lane, and their signs. */
const oddS: usize = memory.data(8192, 8);
const oddT: usize = memory.data(8192, 8);
const signsS: usize = memory.data(2048, 8);
const signsT: usize = memory.data(2048, 8);
const UNIT: usize = memory.data<u64>([1, 0, 0, 0]);

/** e, r and s of a lane. */
function takeLane(digests: usize, signatures: usize, n: usize): void {
  wordsOfBytes(e, digests + n * 32);
  wordsOfBytes(r, signatures + n * 64);
  wordsOfBytes(s, signatures + n * 64 + 32);
}

/** A lane whose numbers are none goes along with s = t = 1. */
function prepareLane(verdicts: usize, n: usize): void {
  const isFit = isWellFormed(r, s);
  store<u8>(verdicts + n, isFit ? 1 : 0);
  if (isFit) addScalars(t, r, s);
  const at = n * WORDS_BYTES;
  store<i64>(signsS + n * 8, makeOdd(oddS + at, isFit ? s : UNIT));
  store<i64>(signsT + n * 8, makeOdd(oddT + at, isFit ? t : UNIT));
}

function takeAll(to: usize, windows: usize, odd: usize, signs: usize, i: i32, count: usize): void {
  for (let n: usize = 0; n < count; n++) {
    takeEntryVariable(to + n * AFFINE_BYTES, windows, odd + n * WORDS_BYTES, i, load<i64>(signs + n * 8));
  }
}

/** sums = s·G + t·P of all lanes; false where two points met. */
function sumAll(windows: usize, count: usize): bool {
  const base = windowsOfBase();
  takeAll(sums, base, oddS, signsS, WINDOWS - 1, count);
  for (let n: usize = 0; n < count; n++) carry(sums + n * AFFINE_BYTES + Y, sums + n * AFFINE_BYTES + Y);
  for (let i = WINDOWS - 2; i >= 0; i--) {
    takeAll(chosen, base, oddS, signsS, i, count);
    if (!addAllVariable(count)) return false;
  }
  for (let i = WINDOWS - 1; i >= 0; i--) {
    takeAll(chosen, windows, oddT, signsT, i, count);
    if (!addAllVariable(count)) return false;
  }
  return true;
}

/** Whether r = (e + x1) mod n for the x1 of lane n. */
function isMatch(n: usize): bool {
  wordsOfElement(x, sums + n * AFFINE_BYTES);
  reduceScalar(x, x);
  reduceScalar(e, e);
  addScalars(x, x, e);
  return isSameWords(x, r) !== 0;
}

/**
 * verdicts[n] = 1 where the signature n (64 bytes) is good for the digest n (32) under the key of these windows, else 0.
 * `count` is 1 … 256.
 */
export function verifyMany(verdicts: usize, windows: usize, digests: usize, signatures: usize, count: i32): void {
  const many = <usize>count;
  for (let n: usize = 0; n < many; n++) {
    takeLane(digests, signatures, n);
    prepareLane(verdicts, n);
  }
  const isSummed = sumAll(windows, many);
  if (!isSummed) loadEntry(key, windows, 0);
  for (let n: usize = 0; n < many; n++) {
    if (load<u8>(verdicts + n) === 0) continue;
    takeLane(digests, signatures, n);
    store<u8>(verdicts + n, (isSummed ? isMatch(n) : isSignature(e, r, s, key)) ? 1 : 0);
  }
}
