/**
 * The Merkle tree of RFC 6962 2.1 over SM3: hashes, which nodes a proof is made of, and the checking of proofs. Nothing here
 * reads or keeps anything: whoever holds the nodes looks them up by the places that are named here.
 *
 * A node of level k and index m is the root of the entries m·2^k to (m + 1)·2^k; once it is there it never changes.
 */
import { sm3 } from '#crypto/sm3.js';

export interface NodePlace {
  readonly level: number;
  readonly index: number;
}

export interface Node extends NodePlace {
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** Entries from `start` up to, and without, `end`. */
export interface EntryRange {
  readonly start: number;
  readonly end: number;
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** RFC 6962 2.1: leaves and nodes begin differently, so that no node can be passed off as an entry. 32 bytes. */
export const leafHash = (entry: Uint8Array): Uint8Array => sm3(LEAF, entry);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sm3(NODE, left, right);
/** The root of a tree without entries: SM3 of nothing. */
export const emptyRoot = (): Uint8Array => sm3();

/** Which complete nodes the root of these entries is made of, from left to right. */
export function nodesOf({ start, end }: EntryRange): NodePlace[] {
  const places: NodePlace[] = [];
  for (let at = start; at < end;) {
    const level = Math.floor(Math.log2(end - at));
    places.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return places;
}

/** The root of the entries whose complete nodes these are, from left to right; of none that of the empty tree. */
export function foldNodes(hashes: readonly Uint8Array[]): Uint8Array {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot();
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** What a tree is continued from: the complete nodes that it is made of. `hashes` are those of `nodesOf` its `size`. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/** The tree with one more leaf, and the nodes that are complete by it: the leaf first, then upwards. */
export function append(frontier: Frontier, leaf: Uint8Array): { frontier: Frontier; completed: Node[] } {
  const hashes = [...frontier.hashes];
  let node: Node = { level: 0, index: frontier.size, hash: leaf };
  const completed = [node];
  while (node.index % 2 === 1) {
    const left = hashes.pop();
    if (left === undefined) throw new Error('frontier: fewer hashes than its size asks for');
    node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(left, node.hash) };
    completed.push(node);
  }
  return { frontier: { size: frontier.size + 1, hashes: [...hashes, node.hash] }, completed };
}

/** The largest power of two below `size`, which is at least 2: where a tree is divided. */
const division = (size: number): number => 2 ** (Math.ceil(Math.log2(size)) - 1);

/** RFC 6962 2.1.1: the entries under each hash of the proof that entry `index` is in the tree of `size`; the lowest first. */
export function inclusionRanges(index: number, size: number): EntryRange[] {
  if (index >= size) throw new RangeError('index: no entry of this tree');
  const ranges: EntryRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + division(end - start);
    const isLeft = index < middle;
    ranges.unshift(isLeft ? { start: middle, end } : { start, end: middle });
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  return ranges;
}

/** RFC 6962 2.1.2: the entries under each hash of the proof that the tree of `first` is the beginning of that of `second`. */
export function consistencyRanges(first: number, second: number): EntryRange[] {
  if (first > second) throw new RangeError('first: larger than the second tree');
  if (first === 0 || first === second) return [];
  const ranges: EntryRange[] = [];
  let [start, end] = [0, second];
  while (end !== first) {
    const middle = start + division(end - start);
    const isLeft = first <= middle;
    ranges.unshift(isLeft ? { start: middle, end } : { start, end: middle });
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  // The whole first tree is known to whoever asks.
  return start === 0 ? ranges : [{ start, end }, ...ranges];
}

/**
 * The root to which a proof of inclusion leads (RFC 9162 2.1.3.2); `undefined` for one that has not the length of this place.
 * Sizes in which the place of the entry is the same have the same proofs: take size and root from one signed head.
 */
export function rootFromInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined;
  const ranges = inclusionRanges(index, size);
  if (ranges.length !== path.length) return undefined;
  return ranges.reduce((hash, { end }, at) => {
    const beside = path[at] as Uint8Array;
    return end <= index ? nodeHash(beside, hash) : nodeHash(hash, beside);
  }, leaf);
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Whether the entry with this leaf hash is at `index` in the tree of this size and root. */
export function isIncluded(
  leaf: Uint8Array,
  index: number,
  tree: { size: number; root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  const root = rootFromInclusion(leaf, index, tree.size, path);
  return root !== undefined && same(root, tree.root);
}

/**
 * Whether the proof shows that the first tree is the beginning of the second: both roots come out of it. An empty tree is the
 * beginning of any, and a tree of itself; then the proof must be empty.
 */
export function isConsistent(
  first: { size: number; root: Uint8Array },
  second: { size: number; root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (first.size > second.size) return false;
  if (first.size === 0) return path.length === 0 && same(first.root, emptyRoot());
  if (first.size === second.size) return path.length === 0 && same(first.root, second.root);
  const ranges = consistencyRanges(first.size, second.size);
  if (ranges.length !== path.length) return false;
  // The lowest hash is common to both trees. Of a complete first tree it is the root, which is not given again.
  const isWhole = Number.isInteger(Math.log2(first.size));
  const start = isWhole ? first.root : (path[0] as Uint8Array);
  let [older, newer] = [start, start];
  for (let at = isWhole ? 0 : 1; at < path.length; at++) {
    const [range, beside] = [ranges[at] as EntryRange, path[at] as Uint8Array];
    const isOld = range.start < first.size;
    if (isOld) older = nodeHash(beside, older);
    newer = isOld ? nodeHash(beside, newer) : nodeHash(newer, beside);
  }
  return same(older, first.root) && same(newer, second.root);
}
