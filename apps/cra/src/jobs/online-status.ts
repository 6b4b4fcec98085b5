/**
 * What the newest lists say of one certificate, for who holds none. The answer is not signed: it is worth what the way to us is.
 * The values of a period are computed at the first question for it.
 */
import { decode } from '#coer/codec.js';
import { fromHex } from '#crypto/bytes.js';
import { HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import { hashList, HeldHashes, HeldSeeds, isDelta, linkedList } from '#credentials/held-crl.js';
import { LONGEST_WALK } from '#credentials/linked-crl.js';
import { periodAt } from '#credentials/period.js';
import { asSignedData, signedPayload } from '#credentials/signed-data.js';
import { CrlContents } from '#wire/crl.js';
import { currentLists, type CrlIssuer } from './issue-crl.js';
import type { Publication } from './publication.js';

export interface OnlineStanding {
  readonly status: 'revoked' | 'not-listed';
  /** The list that says so. */
  readonly crlSeries: number;
  readonly number: number;
  readonly nextCrl: string;
}

interface Known {
  number: number;
  held: HeldHashes | HeldSeeds;
}
const known = new WeakMap<Publication, Known>();

const HASHED_ID_10 = /^[0-9a-f]{20}$/i;
const LINKAGE_VALUE = /^[0-9a-f]{18}$/i;

/** `undefined` for a question that cannot be read, and for a period that is not the present one or one beside it. */
export async function standingOnline(
  issuers: readonly CrlIssuer[],
  { certificate, iCert, linkageValue }: { certificate: unknown; iCert: number | undefined; linkageValue: unknown },
): Promise<OnlineStanding | undefined> {
  const isByHash = typeof certificate === 'string' && HASHED_ID_10.test(certificate);
  const isByValue = iCert !== undefined && typeof linkageValue === 'string' && LINKAGE_VALUE.test(linkageValue);
  if (isByHash === isByValue) return undefined;
  const issuer = issuers.find(({ lists }) => (lists.series === HASH_CRL_SERIES) === isByHash);
  if (issuer === undefined) return undefined;
  const publication = await currentLists(issuer);
  const { last } = publication;
  if (last === undefined) return undefined;
  const { held } = upToDate(publication, last.number);
  const isRevoked =
    held instanceof HeldHashes
      ? held.has(fromHex(certificate as string))
      : isRevokedIn(held, iCert as number, linkageValue as string, issuer);
  if (isRevoked === undefined) return undefined;
  return {
    status: isRevoked ? 'revoked' : 'not-listed',
    crlSeries: issuer.lists.series,
    number: last.number,
    nextCrl: new Date(last.nextMillis).toISOString(),
  };
}

function isRevokedIn(held: HeldSeeds, iCert: number, value: string, issuer: CrlIssuer): boolean | undefined {
  const { clock, profile } = issuer;
  const isNear = Math.abs(iCert - periodAt(profile.epochMillis, clock.nowMillis())) <= 1;
  if (!isNear || iCert < held.iRev || iCert - held.iRev > LONGEST_WALK) return undefined;
  return held.has(iCert, fromHex(value));
}

/** What was read before, with the deltas that came since, or all anew. */
function upToDate(publication: Publication, number: number): Known {
  const before = known.get(publication);
  if (before?.number === number) return before;
  const held = publication.following(before?.number ?? 0).reduce(withList, before?.held);
  if (held === undefined) throw new Error('there is a list and no full one');
  const now = { number, held };
  known.set(publication, now);
  return now;
}

function withList(held: Known['held'] | undefined, bytes: Uint8Array): Known['held'] {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const contents = payload && decode(CrlContents, payload);
  const next = contents && (isDelta(contents) ? extended(held, bytes, contents) : begun(bytes, contents));
  if (next === undefined) throw new Error('a revocation list of ours does not follow the one before');
  return next;
}

function begun(bytes: Uint8Array, contents: CrlContents): Known['held'] | undefined {
  const seeds = linkedList(contents);
  const hashes = hashList(contents);
  if (seeds !== undefined) return HeldSeeds.of(bytes, contents, seeds);
  return hashes && HeldHashes.of(bytes, contents, hashes);
}

function extended(
  held: Known['held'] | undefined,
  bytes: Uint8Array,
  contents: CrlContents,
): Known['held'] | undefined {
  const seeds = linkedList(contents);
  const hashes = hashList(contents);
  if (held instanceof HeldSeeds) return seeds && held.extended(bytes, contents, seeds);
  return hashes && held?.extended(bytes, contents, hashes);
}
