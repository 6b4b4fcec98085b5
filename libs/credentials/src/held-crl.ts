/**
 * Lists as a receiver holds them: a full one and the deltas that follow it, as one. What is kept is packed; what is looked up is
 * a set. A delta adds to the sets that are there and is not worked through again.
 */
import { linkageValues } from '#crypto/linkage.js';
import { sm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import type { CrlContents } from '#wire/crl.js';
import { idKey } from './certificate-facts.js';
import { chainsIn, packChains, sayWhose, unpackChains, type PackedChains } from './crl-groups.js';
import { HASHED_ID_10_BYTES } from './hash-crl.js';
import { LINKAGE_VALUE_BYTES, RevokedSet } from './linked-crl-set.js';

type Kinds = CrlContents['typeSpecific'];
type LinkedValue = Extract<Kinds, { kind: 'fullLinkedCrl' }>['value'];
export type LinkedList = LinkedValue & { readonly individual: NonNullable<LinkedValue['individual']> };
export type HashList = Extract<Kinds, { kind: 'fullHashCrl' }>['value'];

/**
 * Lists of individual seeds that say whose they are, full or delta: what this profile's CRAs issue. Of another kind: `undefined`,
 * to be refused and never passed over.
 */
export function linkedList({ typeSpecific }: CrlContents): LinkedList | undefined {
  if (typeSpecific.kind !== 'fullLinkedCrl' && typeSpecific.kind !== 'deltaLinkedCrl') return undefined;
  const { individual, groups, groupsSingleSeed } = typeSpecific.value;
  if (individual === undefined || groups !== undefined || groupsSingleSeed !== undefined) return undefined;
  return sayWhose(individual) ? { ...typeSpecific.value, individual } : undefined;
}

/** A list by hash, full or delta. */
export function hashList({ typeSpecific }: CrlContents): HashList | undefined {
  return typeSpecific.kind === 'fullHashCrl' || typeSpecific.kind === 'deltaHashCrl' ? typeSpecific.value : undefined;
}

export const isDelta = ({ typeSpecific: { kind } }: CrlContents): boolean => kind.startsWith('delta');

/** What is kept of the newest list beside its entries. */
export type HeldHead = Pick<CrlContents, 'crlCraca' | 'crlSeries' | 'issueDate' | 'nextCrl'>;
const headOf = ({ crlCraca, crlSeries, issueDate, nextCrl }: CrlContents): HeldHead => ({
  crlCraca: crlCraca.slice(),
  crlSeries,
  issueDate,
  nextCrl,
});

/** SM3 of a signed list, hex. */
export const listHash = (bytes: Uint8Array): string => idKey(sm3(bytes));

/** `false` when the list does not follow: a full one that is older in anything, a delta of another place. */
const isLater = (steps: readonly number[]): boolean =>
  steps.every((step) => step >= 0) && steps.some((step) => step > 0);

export class HeldHashes {
  private constructor(
    readonly contents: HeldHead,
    /** SM3 in hex of the full list and of the deltas since: the very same one again is no step back. */
    readonly taken: ReadonlySet<string>,
    readonly serial: number,
    private readonly ids: RevokedSet,
  ) {}

  static of(bytes: Uint8Array, contents: CrlContents, { crlSerial, entries }: HashList): HeldHashes {
    const ids = new RevokedSet(HASHED_ID_10_BYTES, entries.length);
    for (const { id } of entries) ids.add(id);
    return new HeldHashes(headOf(contents), new Set([listHash(bytes)]), crlSerial, ids);
  }

  get size(): number {
    return this.ids.size;
  }

  has(id: Uint8Array): boolean {
    return this.ids.has(id);
  }

  /** Whether a full list may stand in its place (RV10). */
  isFollowedBy({ issueDate }: CrlContents, { crlSerial }: HashList): boolean {
    return isLater([issueDate - this.contents.issueDate, crlSerial - this.serial]);
  }

  /** With a delta, which is the very next list. */
  extended(bytes: Uint8Array, contents: CrlContents, { crlSerial, entries }: HashList): HeldHashes | undefined {
    if (crlSerial !== this.serial + 1 || contents.issueDate < this.contents.issueDate) return undefined;
    for (const { id } of entries) this.ids.add(id);
    return new HeldHashes(headOf(contents), new Set([...this.taken, listHash(bytes)]), crlSerial, this.ids);
  }
}

const PERIODS_KEPT = 3;

export class HeldSeeds {
  private constructor(
    readonly contents: HeldHead,
    /** SM3 in hex of the full list and of the deltas since: the very same one again is no step back. */
    readonly taken: ReadonlySet<string>,
    readonly iRev: number,
    readonly indexWithinI: number,
    private readonly chains: readonly PackedChains[],
    /** Sets of values by period; a few periods only, since iCert must be near the present. */
    private readonly expanded: Map<number, RevokedSet>,
  ) {}

  static of(bytes: Uint8Array, contents: CrlContents, { iRev, indexWithinI, individual }: LinkedList): HeldSeeds {
    return new HeldSeeds(
      headOf(contents),
      new Set([listHash(bytes)]),
      iRev,
      indexWithinI,
      packChains(individual),
      new Map(),
    );
  }

  get size(): number {
    return this.chains.reduce((sum, packed) => sum + chainsIn(packed), 0);
  }

  /** Memory of the seeds, and of the sets that were asked for. */
  get bytes(): { seeds: number; sets: number } {
    return {
      seeds: this.chains.reduce((sum, { seeds }) => sum + seeds.length, 0),
      sets: [...this.expanded.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** Whether a full list may stand in its place (RV10). */
  isFollowedBy({ issueDate }: CrlContents, { iRev, indexWithinI }: LinkedList): boolean {
    const index = iRev === this.iRev ? indexWithinI - this.indexWithinI : 0;
    return isLater([issueDate - this.contents.issueDate, iRev - this.iRev, index]);
  }

  /** With a delta, which is the very next list of the same period. */
  extended(bytes: Uint8Array, contents: CrlContents, list: LinkedList): HeldSeeds | undefined {
    const isNext = list.iRev === this.iRev && list.indexWithinI === this.indexWithinI + 1;
    if (!isNext || contents.issueDate < this.contents.issueDate) return undefined;
    const added = packChains(list.individual);
    for (const [i, set] of this.expanded) expandInto(set, added, i - this.iRev, i);
    const { iRev, indexWithinI } = list;
    const taken = new Set([...this.taken, listHash(bytes)]);
    return new HeldSeeds(headOf(contents), taken, iRev, indexWithinI, [...this.chains, ...added], this.expanded);
  }

  /** Whether the linkage value is one of period i, not before iRev. */
  has(i: number, linkageValue: Uint8Array): boolean {
    return this.valuesOf(i).has(linkageValue);
  }

  private valuesOf(i: number): RevokedSet {
    const known = this.expanded.get(i);
    if (known !== undefined) return known;
    const listed = this.chains.filter(({ iMax }) => i <= iMax);
    const count = listed.reduce((sum, packed) => sum + chainsIn(packed) * packed.jMax, 0);
    const set = new RevokedSet(LINKAGE_VALUE_BYTES, count);
    expandInto(set, listed, i - this.iRev, i);
    if (this.expanded.size >= PERIODS_KEPT) this.expanded.delete(Math.min(...this.expanded.keys()));
    this.expanded.set(i, set);
    return set;
  }
}

function expandInto(set: RevokedSet, chains: readonly PackedChains[], steps: number, i: number): void {
  for (const packed of chains) {
    if (i > packed.iMax) continue;
    for (const some of unpackChains(packed)) set.addAll(linkageValues(smSuite, some, steps, packed.jMax));
  }
}
