/** What a builder of lists reads and changes of what is revoked. */
import type { HashEntry } from '#credentials/hash-crl.js';
import type { LinkedEntry } from '#credentials/linked-crl.js';

export interface StoredChain extends LinkedEntry {
  readonly id: number;
  /** Not on any list yet. */
  readonly isOwed: boolean;
}

export interface StoredCertificate extends HashEntry {
  /** Not on any list yet. */
  readonly isOwed: boolean;
}

/** Rows of one kind of revocation. */
export interface RevokedRows<E> {
  /** Those on no list yet. */
  owed(): Promise<E[]>;
  all(): Promise<E[]>;
  /** Marks those that stand on no list before this one; others are left as they are. */
  list(entries: readonly E[], number: number): Promise<void>;
  erase(entries: readonly E[]): Promise<void>;
}

export interface RevokedChains extends RevokedRows<StoredChain> {
  /** Replaces seeds by later ones. */
  moveOn(chains: readonly StoredChain[]): Promise<void>;
  /** First seeds, hex, out of these that stand in the table with period i. */
  known(seeds: readonly Uint8Array[], i: number): Promise<ReadonlySet<string>>;
}
