/** Damages bytes the way that finds out what a reader of lengths, tags and nested types has forgotten. */
import { concat } from '#crypto/bytes.js';
import type { Draws } from './draws.js';

type Mutation = (bytes: Uint8Array, draws: Draws, others: readonly Uint8Array[]) => Uint8Array;

/** What comes out is cut here: a reader that is slow or greedy shows it on less. */
export const LARGEST_INPUT = 64 * 1024;

const INTERESTING = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0x88, 0xbf, 0xc0, 0xfe, 0xff];
/** Lengths and quantities: long forms, forms that are not the shortest, and promises of more than there is. */
const LENGTHS = [
  [0x80],
  [0x81, 0x7f],
  [0x81, 0x80],
  [0x82, 0x00, 0x10],
  [0x82, 0xff, 0xff],
  [0x84, 0xff, 0xff, 0xff, 0xff],
  [0x04, 0xff, 0xff, 0xff, 0xff],
  [0x02, 0xff, 0xff],
].map((bytes) => Uint8Array.from(bytes));
const LONGEST_RANGE = 64;
const MOST_REPEATS = 512;

const placeIn = (bytes: Uint8Array, draws: Draws): number => draws.below(bytes.length + 1);
/** Begin and end of a range. */
function rangeIn(bytes: Uint8Array, draws: Draws): [number, number] {
  const from = placeIn(bytes, draws);
  return [from, Math.min(bytes.length, from + 1 + draws.below(LONGEST_RANGE))];
}

const changeByte =
  (change: (byte: number, draws: Draws) => number): Mutation =>
  (bytes, draws) => {
    if (bytes.length === 0) return bytes;
    const at = draws.below(bytes.length);
    return bytes.with(at, change(bytes[at] as number, draws));
  };

const cutRange: Mutation = (bytes, draws) => {
  const [from, to] = rangeIn(bytes, draws);
  return concat(bytes.subarray(0, from), bytes.subarray(to));
};

const insertBytes: Mutation = (bytes, draws) => {
  const at = placeIn(bytes, draws);
  const fresh = Uint8Array.from({ length: 1 + draws.below(8) }, () => draws.below(256));
  return concat(bytes.subarray(0, at), fresh, bytes.subarray(at));
};

const spliceOther: Mutation = (bytes, draws, others) => {
  const other = draws.oneOf(others);
  return concat(bytes.subarray(0, placeIn(bytes, draws)), other.subarray(placeIn(other, draws)));
};

const insertOther: Mutation = (bytes, draws, others) => {
  const [from, to] = rangeIn(bytes, draws);
  return concat(bytes.subarray(0, from), draws.oneOf(others), bytes.subarray(to));
};

const editLength: Mutation = (bytes, draws) => {
  const at = placeIn(bytes, draws);
  return concat(bytes.subarray(0, at), draws.oneOf(LENGTHS), bytes.subarray(at + 1));
};

/** A range again and again: items of a list, or the head of a type that contains itself. */
const repeatRange: Mutation = (bytes, draws) => {
  const [from, to] = rangeIn(bytes, draws);
  const times = 1 << draws.below(Math.log2(MOST_REPEATS) + 1);
  const repeated = Array.from({ length: times }, () => bytes.subarray(from, to));
  return concat(bytes.subarray(0, from), ...repeated, bytes.subarray(from));
};

/** The length determinant of X.696. */
function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff);
}

/** All of it as the unsecured content of signed-data's envelope, many times over. */
const nest: Mutation = (bytes, draws) => {
  let nested = bytes;
  for (let levels = 1 + draws.below(40); levels > 0 && nested.length < 0x8000; levels--) {
    nested = concat(Uint8Array.of(0x03, 0x80), lengthOf(nested.length), nested);
  }
  return nested;
};

const mutations: readonly Mutation[] = [
  changeByte((byte, draws) => byte ^ (1 << draws.below(8))),
  changeByte((_, draws) => draws.oneOf(INTERESTING)),
  changeByte((_, draws) => draws.below(256)),
  changeByte((byte, draws) => (byte + 255 + 2 * draws.below(2)) & 0xff),
  (bytes, draws) => bytes.subarray(0, placeIn(bytes, draws)),
  cutRange,
  insertBytes,
  spliceOther,
  insertOther,
  editLength,
  repeatRange,
  nest,
];

/** One of `corpus` (not empty), damaged one to four times: mostly once, since more is refused earlier. */
export function mutated(corpus: readonly Uint8Array[], draws: Draws): Uint8Array {
  let bytes = draws.oneOf(corpus);
  const times = draws.oneOf([1, 1, 1, 2, 3, 4]);
  for (let n = 0; n < times; n++) bytes = draws.oneOf(mutations)(bytes, draws, corpus);
  // A copy of its own, so that nothing of what a reader keeps is another input.
  return Uint8Array.from(bytes.subarray(0, LARGEST_INPUT));
}
