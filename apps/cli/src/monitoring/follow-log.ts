/**
 * One look at a log: is its head signed, fresh and a continuation of all heads that are known, and are its entries those of
 * the head? Whatever is not so is a finding, with the two signed heads as the proof of it where there are two.
 */
import { encode } from '#coer/codec.js';
import { isRefused } from '#credentials/refusal.js';
import { entryFacts, readLeaf, type EntryFacts, type Leaf } from '#credentials/transparency/log-entry.js';
import { append, emptyFrontier, foldNodes, isIncluded, type Frontier } from '#credentials/transparency/merkle-tree.js';
import {
  followsHead,
  treeHeadOf,
  verifyHeadSignature,
  verifyTreeHead,
  type HeadRefusal,
  type TreeHead,
} from '#credentials/transparency/tree-head.js';
import { LOG_CONSISTENCY_PATH, LOG_ENTRIES_PATH, LOG_HEAD_PATH, LOG_INCLUSION_PATH } from '#edges/ee-lists/paths.js';
import { LogConsistency, LogEntries, LogProof, SignedTreeHead } from '#wire/transparency-log.js';
import { getAs, NoAnswer, type Get } from './log-client.js';
import type { Remembered } from './monitor-state.js';

export type LogFinding =
  | { readonly kind: HeadRefusal | 'known-head-not-of-this-log'; readonly shown: string }
  /** Encoded heads in hex: the one that is known, and the one that the log shows. */
  | { readonly kind: 'head-goes-back' | 'log-forked'; readonly known: string; readonly shown: string }
  | { readonly kind: 'entry-rewritten' | 'entry-missing' | 'entry-malformed'; readonly index: number }
  | { readonly kind: 'entries-do-not-fit'; readonly shown: string };

export interface Look {
  readonly nowMillis: number;
  readonly maxAgeMillis: number;
  /** Reads all entries again, not only the new ones. */
  readonly isWhole: boolean;
  /** Heads that others were shown. */
  readonly known: readonly SignedTreeHead[];
  /** Told of each entry that is read. */
  readonly entry: (index: number, facts: EntryFacts) => void;
}

export interface Looked {
  readonly findings: readonly LogFinding[];
  /** What to remember: only when nothing was found. */
  readonly seen?: { readonly head: SignedTreeHead; readonly frontier: Frontier };
}

const hexOf = (head: SignedTreeHead): string => Buffer.from(encode(SignedTreeHead, head)).toString('hex');
const found = (finding: LogFinding): Looked => ({ findings: [finding] });

/** Throws NoAnswer when the log does not answer: that is no finding. */
export async function followLog(get: Get, remembered: Remembered, look: Look): Promise<Looked> {
  const head = await getAs(SignedTreeHead, LOG_HEAD_PATH, get);
  if (head === undefined) throw new NoAnswer('there is no log at this address');
  const said = verifyTreeHead(head, { logs: remembered.logs, ...look });
  if (isRefused(said)) return found({ kind: said.reason, shown: hexOf(head) });
  const forks = await forksOf(get, head, remembered, look.known);
  if (forks.length > 0) return { findings: forks };
  const start = look.isWhole ? undefined : remembered.seen?.frontier;
  const read = await readEntries(get, { start: start ?? emptyFrontier, seen: remembered.seen?.head, head }, look);
  return 'kind' in read ? found(read) : { findings: [], seen: { head, frontier: read } };
}

const isRootOf = ({ size, hashes }: Frontier, said: TreeHead): boolean =>
  size === said.size && Buffer.compare(foldNodes(hashes), said.root) === 0;

async function forksOf(
  get: Get,
  head: SignedTreeHead,
  { logs, seen }: Remembered,
  known: readonly SignedTreeHead[],
): Promise<LogFinding[]> {
  const findings: LogFinding[] = [];
  for (const other of seen === undefined ? known : [seen.head, ...known]) {
    if (verifyHeadSignature(other, { logs }) !== undefined)
      findings.push({ kind: 'known-head-not-of-this-log', shown: hexOf(other) });
    else {
      const refusal = await refusalOf(get, treeHeadOf(head), treeHeadOf(other));
      if (refusal !== undefined) findings.push({ kind: refusal, known: hexOf(other), shown: hexOf(head) });
    }
  }
  return findings;
}

async function refusalOf(
  get: Get,
  said: TreeHead,
  known: TreeHead,
): Promise<'head-goes-back' | 'log-forked' | undefined> {
  const isGrown = known.size > 0 && known.size < said.size;
  const query = `${LOG_CONSISTENCY_PATH}?first=${known.size}&second=${said.size}`;
  const proof = isGrown ? await getAs(LogConsistency, query, get) : { path: [] };
  // A log that proves nothing has nothing to prove with.
  return followsHead(said, known, proof?.path ?? [])?.reason;
}

/** The tree over what is read from `start` on, when it is that of the head, and was that of the head seen before. */
async function readEntries(
  get: Get,
  { start, seen, head }: { start: Frontier; seen: SignedTreeHead | undefined; head: SignedTreeHead },
  look: Look,
): Promise<Frontier | LogFinding> {
  const [said, earlier] = [treeHeadOf(head), seen && treeHeadOf(seen)];
  const read: Leaf[] = [];
  let frontier = start;
  while (frontier.size < said.size) {
    const first = frontier.size;
    const { entries } = (await getAs(LogEntries, `${LOG_ENTRIES_PATH}?first=${first}`, get)) ?? { entries: [] };
    if (entries.length === 0) return { kind: 'entry-missing', index: first };
    for (const bytes of entries.slice(0, said.size - first)) {
      const leaf = readLeaf(bytes);
      if (leaf === undefined) return { kind: 'entry-malformed', index: frontier.size };
      read.push(leaf);
      look.entry(frontier.size, entryFacts(leaf.entry));
      frontier = append(frontier, leaf.hash).frontier;
      if (frontier.size === earlier?.size && !isRootOf(frontier, earlier)) return unfit(get, read, start.size, head);
    }
  }
  return isRootOf(frontier, said) ? frontier : unfit(get, read, start.size, head);
}

/** Names the first entry that the log gives and cannot prove, when there is one. */
async function unfit(get: Get, read: readonly Leaf[], start: number, head: SignedTreeHead): Promise<LogFinding> {
  for (const [at, { hash }] of read.entries()) {
    const leaf = Buffer.from(hash).toString('hex');
    const proof = await getAs(LogProof, `${LOG_INCLUSION_PATH}?leaf=${leaf}`, get);
    const isProved = proof !== undefined && isIncluded(hash, start + at, treeHeadOf(proof.head), proof.inclusion);
    if (!isProved) return { kind: 'entry-rewritten', index: start + at };
  }
  return { kind: 'entries-do-not-fit', shown: hexOf(head) };
}
