/** What the two series of lists do not share: where their entries stand, and how a list of them is written. */
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { idKey } from '#credentials/certificate-facts.js';
import { buildHashCrl, HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import { advanceEntry, buildLinkedCrl } from '#credentials/linked-crl.js';
import type { CrlContents } from '#wire/crl.js';
import type { Certificate } from '#wire/secured-data.js';
import type { ListPlace } from '../domain/next-list.js';
import type { ListBuilding, ListKind } from '../store/crl.store.js';
import type { RevokedChains, RevokedRows, StoredCertificate, StoredChain } from '../store/revoked-rows.js';

export interface ListMaker<E> {
  readonly series: number;
  rows(building: ListBuilding): RevokedRows<E>;
  /** Entries on no list yet, as a list of this place has them. Costs what they are, not what stands already. */
  added(building: ListBuilding, place: ListPlace): Promise<E[]>;
  /** All entries as a list of this place has them; what is over is erased, but not before it stood on one. */
  all(building: ListBuilding, place: ListPlace): Promise<E[]>;
  contents(kind: ListKind, entries: readonly E[], place: ListPlace, craca: Certificate): CrlContents;
}

export const chainLists: ListMaker<StoredChain> = {
  series: CRL_SERIES,
  rows: ({ chains }) => chains,
  async added({ chains }, { iRev: i }) {
    const owed = await chains.owed();
    const late = owed.filter(({ iRev }) => iRev !== i);
    const moved = new Map(late.map((chain) => [chain.id, { ...chain, ...advanceEntry(chain, i) }]));
    // Ordered in an earlier week and moved on since: with seeds of this week it is the same chain.
    const known = await chains.known(
      [...moved.values()].map(({ seed1 }) => seed1),
      i,
    );
    return settle(chains, owed, (chain) => moved.get(chain.id) ?? chain, known);
  },
  async all({ chains }, { iRev: i }) {
    const all = await chains.all();
    const over = all.filter(({ iMax, isOwed }) => iMax < i && !isOwed);
    await chains.erase(over);
    const rest = all.filter(({ iMax, isOwed }) => iMax >= i || isOwed);
    return settle(chains, rest, (chain) => ({ ...chain, ...advanceEntry(chain, i) }), new Set());
  },
  contents: (kind, entries, place, craca) => buildLinkedCrl({ kind, craca, series: CRL_SERIES, entries, ...place }),
};

/** One chain ordered in two weeks has different seeds until both are of one period: the later row is erased. */
async function settle(
  chains: RevokedChains,
  before: readonly StoredChain[],
  moved: (chain: StoredChain) => StoredChain,
  known: ReadonlySet<string>,
): Promise<StoredChain[]> {
  const seen = new Set<string>();
  const kept: StoredChain[] = [];
  const changed: StoredChain[] = [];
  const doubled: StoredChain[] = [];
  for (const chain of before) {
    const now = moved(chain);
    const isChanged = now.iRev !== chain.iRev;
    const key = [now.la1Id, now.seed1, now.la2Id, now.seed2].map((part) => (part ? idKey(part) : '')).join();
    if (seen.has(key) || (isChanged && known.has(idKey(now.seed1)))) doubled.push(chain);
    else {
      seen.add(key);
      kept.push(now);
      if (isChanged) changed.push(now);
    }
  }
  await chains.erase(doubled);
  await chains.moveOn(changed);
  return kept;
}

export const certificateLists: ListMaker<StoredCertificate> = {
  series: HASH_CRL_SERIES,
  rows: ({ certificates }) => certificates,
  added: ({ certificates }) => certificates.owed(),
  async all({ certificates }, { issueMillis }) {
    const all = await certificates.all();
    const isOver = ({ endsAtMillis, isOwed }: StoredCertificate): boolean => endsAtMillis < issueMillis && !isOwed;
    await certificates.erase(all.filter(isOver));
    return all.filter((entry) => !isOver(entry));
  },
  contents: (kind, entries, { number, issueMillis, nextMillis }, craca) =>
    buildHashCrl({ kind, craca, series: HASH_CRL_SERIES, serial: number, entries, issueMillis, nextMillis }),
};
