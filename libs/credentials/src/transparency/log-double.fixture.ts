/** A log in memory for tests: it answers the paths of the real one, and does whatever a bad one would. */
import { encode } from '#coer/codec.js';
import {
  LOG_CERTIFICATE_PATH,
  LOG_CONSISTENCY_PATH,
  LOG_ENTRIES_PATH,
  LOG_HEAD_PATH,
  LOG_INCLUSION_PATH,
} from '#edges/ee-lists/paths.js';
import { time32FromMillis } from '#wire/time.js';
import { LogConsistency, LogEntries, LogProof, SignedTreeHead } from '#wire/transparency-log.js';
import { certificateToBytes } from '../certificate-facts.js';
import type { Signer } from '../sm2-binding.js';
import type { Leaf } from './log-entry.js';
import {
  append,
  consistencyRanges,
  emptyFrontier,
  foldNodes,
  inclusionRanges,
  nodesOf,
  type EntryRange,
} from './merkle-tree.js';
import { signTreeHead } from './tree-head.js';

const ENTRIES_AT_ONCE = 5;

export class LogDouble {
  /** What it gives as entries; the tree is over `hashes`. */
  readonly entries: Uint8Array[] = [];
  readonly hashes: Uint8Array[] = [];
  /** Dates its heads. */
  headMillis: () => number;

  constructor(
    readonly signer: Signer,
    nowMillis: () => number,
  ) {
    this.headMillis = nowMillis;
  }

  add(...leaves: readonly Leaf[]): this {
    for (const { bytes, hash } of leaves) {
      this.entries.push(bytes);
      this.hashes.push(hash);
    }
    return this;
  }

  /** Forgets what came after the first `size` entries. */
  cut(size: number): void {
    this.entries.length = size;
    this.hashes.length = size;
  }

  head(): Promise<SignedTreeHead> {
    const size = this.hashes.length;
    const issueDate = time32FromMillis(this.headMillis());
    return signTreeHead({ issueDate, size, root: this.rootOf({ start: 0, end: size }) }, this.signer);
  }

  private rootOf(range: EntryRange): Uint8Array {
    const nodes = new Map<string, Uint8Array>();
    let frontier = emptyFrontier;
    for (const hash of this.hashes) {
      const grown = append(frontier, hash);
      for (const node of grown.completed) nodes.set(`${node.level}/${node.index}`, node.hash);
      frontier = grown.frontier;
    }
    return foldNodes(nodesOf(range).map(({ level, index }) => nodes.get(`${level}/${index}`) as Uint8Array));
  }

  /** The answer to a GET; `undefined` for what it does not have. */
  async answer(pathAndQuery: string): Promise<Uint8Array | undefined> {
    const { pathname, searchParams } = new URL(pathAndQuery, 'http://log.example');
    const number = (name: string): number => Number(searchParams.get(name) ?? 0);
    switch (pathname) {
      case LOG_CERTIFICATE_PATH:
        return certificateToBytes(this.signer.certificate);
      case LOG_HEAD_PATH:
        return encode(SignedTreeHead, await this.head());
      case LOG_ENTRIES_PATH: {
        const first = number('first');
        return encode(LogEntries, { first, entries: this.entries.slice(first, first + ENTRIES_AT_ONCE) });
      }
      case LOG_INCLUSION_PATH:
        return this.inclusion(searchParams.get('leaf') ?? '', number('from'));
      case LOG_CONSISTENCY_PATH:
        return this.consistency(number('first'), number('second'));
      default:
        return undefined;
    }
  }

  private async inclusion(leaf: string, from: number): Promise<Uint8Array | undefined> {
    const leafIndex = this.hashes.findIndex((hash) => Buffer.from(hash).toString('hex') === leaf);
    if (leafIndex < 0) return undefined;
    const size = this.hashes.length;
    const since = from <= size ? consistencyRanges(from, size) : [];
    return encode(LogProof, {
      head: await this.head(),
      leafIndex,
      inclusion: inclusionRanges(leafIndex, size).map((range) => this.rootOf(range)),
      consistency: since.map((range) => this.rootOf(range)),
    });
  }

  private consistency(first: number, second: number): Uint8Array | undefined {
    if (first > second || second > this.hashes.length) return undefined;
    return encode(LogConsistency, { path: consistencyRanges(first, second).map((range) => this.rootOf(range)) });
  }
}
