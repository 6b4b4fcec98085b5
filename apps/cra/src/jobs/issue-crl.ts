/**
 * Issues a list when one is owed: an order waits, there is none, a period began, or the last one runs out. Signed, compared
 * with what was meant, logged, stored, and only then seen by anybody.
 */
import { encode } from '#coer/codec.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { advanceEntry, buildLinkedCrl, signCrl, type LinkedEntry } from '#credentials/linked-crl.js';
import type { Profile } from '#credentials/profile.js';
import { asSignedData, isSignedWith, signedPayload } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { Log } from '#service/log.js';
import { CrlContents } from '#wire/crl.js';
import { isListDue, nextPlace, type ListPlace, type ListRules } from '../domain/next-list.js';
import type { CrlCopy, CrlStore, IssuedCrl, ListBuilding, StoredChain } from '../store/crl.store.js';
import type { CrlLog } from './log-crl.js';

export interface CrlIssuer {
  readonly store: CrlStore;
  /**
   * Our certificates that are valid now, the one that counts first. Pseudonyms name one of them for as long as they live, and a
   * list says by which it is meant: so each list is signed under each (IEEE 1609.2-2022 7.3, crlCraca).
   */
  readonly signers: () => readonly Signer[];
  readonly profile: Profile;
  readonly clock: Clock;
  readonly rules: ListRules;
  readonly series: number;
  /** As many seeds a chain has. */
  readonly linkageAuthorities: 1 | 2;
  readonly log: Log;
  /** Absent where there is no log of the TCMF to tell. */
  readonly crlLog?: CrlLog;
}

/** The list that holds now: the last one, or a new one when it is due. */
export async function currentCrl(issuer: CrlIssuer): Promise<IssuedCrl> {
  const nowMillis = issuer.clock.nowMillis();
  const last = await issuer.store.last();
  return last === undefined || isDue(last, nowMillis, issuer) ? issueIfOwed(issuer) : last;
}

/** Due by its time, or because one of our certificates has none: it was installed since. */
export function isDue(last: IssuedCrl | undefined, nowMillis: number, { rules, signers }: CrlIssuer): boolean {
  return isListDue(last, nowMillis, rules) || signers().some((signer) => last && copyOf(last, signer) === undefined);
}

/** The list under this certificate of ours. */
export const copyOf = ({ copies }: IssuedCrl, { certificate }: Signer): CrlCopy | undefined =>
  copies.find(({ craca }) => Buffer.compare(craca, hashedId8(certificate)) === 0);

/** Looks again under the builder's lock, so that two who saw the same need issue one list. */
export async function issueIfOwed(issuer: CrlIssuer): Promise<IssuedCrl> {
  await issuer.store.forgetExpiredOrders(issuer.clock.nowMillis());
  return issuer.store.build(async (building) => {
    const nowMillis = issuer.clock.nowMillis();
    const last = await building.last();
    const orders = await building.owedOrders();
    const chains = await building.chains();
    const isOwed = orders.length > 0 || chains.some((chain) => chain.isOwed);
    if (last !== undefined && !isOwed && !isDue(last, nowMillis, issuer)) return last;
    const place = nextPlace(last, nowMillis, issuer.rules);
    const entries = await chainsAt(building, chains, place.iRev);
    const copies: CrlCopy[] = [];
    for (const signer of issuer.signers()) copies.push(await signedCopy(issuer, signer, place, entries));
    const list = { ...place, entries: entries.length, copies };
    await issuer.crlLog?.announce(list);
    await building.store(list, { chainIds: entries.map(({ id }) => id), orders });
    issuer.log.info('crl.issued', { number: place.number, iRev: place.iRev, entries: entries.length });
    return list;
  });
}

/**
 * All chains of the list, their seeds of period `i`. A chain that is over leaves the list, but not before it stood on one:
 * an order is answered even when the certificates ran out meanwhile.
 */
async function chainsAt(building: ListBuilding, all: readonly StoredChain[], i: number): Promise<StoredChain[]> {
  const over = all.filter(({ iMax, isOwed }) => iMax < i && !isOwed);
  const moved = all.filter((chain) => !over.includes(chain)).map((chain) => ({ ...chain, ...advanceEntry(chain, i) }));
  const { kept, doubled } = withoutDoubles(moved);
  await building.erase([...over, ...doubled].map(({ id }) => id));
  const before = new Map(all.map(({ id, iRev }) => [id, iRev]));
  await building.moveOn(kept.filter(({ id }) => before.get(id) !== i));
  return kept;
}

/** One chain ordered in two weeks has different seeds until both are of one period. */
function withoutDoubles(chains: readonly StoredChain[]): { kept: StoredChain[]; doubled: StoredChain[] } {
  const seen = new Map<string, StoredChain>();
  const doubled: StoredChain[] = [];
  for (const chain of chains) {
    const key = [chain.la1Id, chain.seed1, chain.la2Id, chain.seed2]
      .map((part) => (part === undefined ? '' : Buffer.from(part).toString('hex')))
      .join();
    const known = seen.get(key);
    if (known === undefined) seen.set(key, chain);
    else doubled.push(chain);
  }
  return { kept: [...seen.values()], doubled };
}

async function signedCopy(
  { profile, series }: CrlIssuer,
  signer: Signer,
  place: ListPlace,
  entries: readonly LinkedEntry[],
): Promise<CrlCopy> {
  const contents = buildLinkedCrl({ craca: signer.certificate, series, entries, ...place });
  const bytes = await signCrl(contents, signer, profile);
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const isMeant = payload !== undefined && Buffer.compare(payload, encode(CrlContents, contents)) === 0;
  if (signed === undefined || !isMeant || !isSignedWith(signed, signer.certificate))
    throw new Error('the signed revocation list is not the one that was meant');
  return { craca: contents.crlCraca, bytes };
}
