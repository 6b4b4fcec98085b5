/**
 * Issues a list when one is owed: an order waits, there is none, a period began, or the last one runs out. Signed, compared
 * with what was meant, logged, stored, and only then seen by anybody. What is revoked within a period comes as a delta, which
 * costs what is new; all are written again when a period begins, and now and then in between (domain/next-list.ts).
 */
import { encode } from '#coer/codec.js';
import { hashedId8, idKey } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { signCrl } from '#credentials/linked-crl.js';
import type { Profile } from '#credentials/profile.js';
import { asSignedData, isSignedWith, signedPayload } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { Log } from '#service/log.js';
import { CrlContents } from '#wire/crl.js';
import {
  isFullWorthwhile,
  isListDue,
  MOST_ENTRIES,
  nextPlace,
  nextRevocationsMillis,
  placesOfFull,
  type ListPlace,
  type ListRules,
} from '../domain/next-list.js';
import type { CrlCopy, CrlStore, IssuedCrl, LastList, ListBuilding, ListKind } from '../store/crl.store.js';
import type { ListMaker } from './list-maker.js';
import type { CrlLog } from './log-crl.js';
import type { Publication } from './publication.js';

/** Of one series. */
export interface CrlIssuer<E = unknown> {
  readonly store: CrlStore;
  readonly lists: ListMaker<E>;
  /** What everybody may see of it. */
  readonly publication: Publication;
  /**
   * Our certificates that are valid now and name the series, the one that counts first. Certificates name one of them for as
   * long as they live, and a list says by which it is meant: so each list is signed under each (IEEE 1609.2-2022 7.3, crlCraca).
   */
  readonly signers: () => readonly Signer[];
  readonly profile: Profile;
  readonly clock: Clock;
  readonly rules: ListRules;
  readonly log: Log;
  /** Absent where there is no log of the TCMF to tell. */
  readonly crlLog?: CrlLog;
}

/** What is published now, with a new list when one is due. */
export async function currentLists(issuer: CrlIssuer): Promise<Publication> {
  const { publication, store } = issuer;
  if (publication.last === undefined) publication.replace(await store.published());
  if (isDueNow(issuer)) await issueIfOwed(issuer);
  return publication;
}

/** Whether what is published does no more: judged without the tables. */
export const isDueNow = (issuer: CrlIssuer): boolean =>
  lacks(issuer, lastOf(issuer.publication)) ||
  isListDue(issuer.publication.last, issuer.clock.nowMillis(), issuer.rules);

const lastOf = ({ last, cracas }: Publication): Pick<LastList, 'cracas'> | undefined => last && { cracas };

/** One of our certificates has no list: it was installed since. */
function lacks({ signers }: CrlIssuer, last: Pick<LastList, 'cracas'> | undefined): boolean {
  return signers().some(({ certificate }) => last?.cracas.includes(idKey(hashedId8(certificate))) === false);
}

/** Due by its time, or because one of our certificates has none. */
export const isDue = (last: LastList | undefined, issuer: CrlIssuer): boolean =>
  isListDue(last, issuer.clock.nowMillis(), issuer.rules) || lacks(issuer, last);

/** Due, or wanted by what was ordered, and not too soon after the last. */
export async function isWanted(last: LastList | undefined, issuer: CrlIssuer): Promise<boolean> {
  if (isDue(last, issuer) || last === undefined) return true;
  return issuer.clock.nowMillis() >= nextRevocationsMillis(last, issuer.rules) && (await issuer.store.isOwed());
}

/**
 * Looks again under the builder's lock, so that two who saw the same need issue one list. What is ordered too soon after the
 * last list waits for the next, whose number it is told.
 */
export async function issueIfOwed<E>(issuer: CrlIssuer<E>): Promise<void> {
  // A certificate of ours of before there were lists by hash signs none.
  if (issuer.signers().length === 0) return;
  await issuer.store.forgetExpiredOrders(issuer.clock.nowMillis());
  const issued = await issuer.store.build((building) => issueNow(issuer, building));
  if (issued.length > 0) issuer.publication.add(issued);
}

async function issueNow<E>(issuer: CrlIssuer<E>, building: ListBuilding): Promise<IssuedCrl[]> {
  const { clock, rules, lists } = issuer;
  const nowMillis = clock.nowMillis();
  const last = await building.last();
  const orders = await building.owedOrders();
  if (last !== undefined && !isDue(last, issuer)) {
    const isOwed = orders.length > 0 || (await lists.rows(building).owed()).length > 0;
    if (!isOwed) return [];
    if (nowMillis < nextRevocationsMillis(last, rules)) {
      await building.answer(orders, last.number + 1);
      return [];
    }
  }
  const place = nextPlace(last, nowMillis, rules);
  const isFollowed = last !== undefined && last.iRev === place.iRev && !lacks(issuer, last);
  const { made, listed } = isFollowed
    ? await extended(issuer, building, place, last)
    : await renewed(issuer, building, place);
  const [first] = made as [IssuedCrl];
  await issuer.crlLog?.announce({ ...(made.at(-1) as IssuedCrl), copies: made.flatMap(({ copies }) => copies) });
  await building.store(made);
  await lists.rows(building).list(listed, first.number);
  await building.answer(orders, first.number);
  const { number, iRev, kind, entries } = first;
  issuer.log.info('crl.issued', { series: lists.series, number, iRev, kind, lists: made.length, entries });
  return made;
}

interface Made<E> {
  readonly made: IssuedCrl[];
  readonly listed: readonly E[];
}

/** A delta, and with it a full list where that is worth it: the same place, the same state. */
async function extended<E>(
  issuer: CrlIssuer<E>,
  building: ListBuilding,
  place: ListPlace,
  last: LastList,
): Promise<Made<E>> {
  const { lists } = issuer;
  const added = await lists.added(building, place);
  const total = last.entries + added.length;
  const made = [await signedList(issuer, 'delta', place, added, total)];
  if (!isFullWorthwhile({ total, sinceFull: total - last.entriesOfFull })) return { made, listed: added };
  const all = await lists.all(building, place);
  return { made: [...made, await signedList(issuer, 'full', place, all, all.length)], listed: added };
}

/** All entries: one full list, or a full one and the deltas that follow at once. */
async function renewed<E>(issuer: CrlIssuer<E>, building: ListBuilding, place: ListPlace): Promise<Made<E>> {
  const all = await issuer.lists.all(building, place);
  const made: IssuedCrl[] = [];
  for (const [n, at] of placesOfFull(place, all.length).entries()) {
    const part = all.slice(n * MOST_ENTRIES, (n + 1) * MOST_ENTRIES);
    made.push(await signedList(issuer, n === 0 ? 'full' : 'delta', at, part, all.length));
  }
  return { made, listed: all };
}

async function signedList<E>(
  issuer: CrlIssuer<E>,
  kind: ListKind,
  place: ListPlace,
  part: readonly E[],
  entries: number,
): Promise<IssuedCrl> {
  const copies: CrlCopy[] = [];
  for (const signer of issuer.signers()) {
    const contents = issuer.lists.contents(kind, part, place, signer.certificate);
    copies.push({ craca: contents.crlCraca, bytes: await signedAsMeant(contents, signer, issuer.profile) });
  }
  return { ...place, kind, entries, copies };
}

async function signedAsMeant(contents: CrlContents, signer: Signer, profile: Profile): Promise<Uint8Array> {
  const bytes = await signCrl(contents, signer, profile);
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const isMeant = payload !== undefined && Buffer.compare(payload, encode(CrlContents, contents)) === 0;
  if (signed === undefined || !isMeant || !isSignedWith(signed, signer.certificate))
    throw new Error('the signed revocation list is not the one that was meant');
  return bytes;
}
