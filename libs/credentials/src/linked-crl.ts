/**
 * Certificate revocation lists by linkage seed: built and signed by a CRA. Those and lists by hash: checked and applied by
 * receivers.
 * IEEE 1609.2-2022 clause 7 (CrlContents, fullLinkedCrl), YD/T 3957-2021 clause 7.5 and annex I.
 * A seed goes forward only: who holds a list recognises a device from iRev on, and nothing of it before.
 */
import { encode, tryDecode } from '#coer/codec.js';
import { advanceLinkageSeed, linkageValues } from '#crypto/linkage.js';
import { sm2Verify } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { CrlContents } from '#wire/crl.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import type { Certificate, SignedData, ToBeSignedCertificate } from '#wire/secured-data.js';
import { hashedId10, hashedId8, idKey, isCracaFor } from './certificate-facts.js';
import { chainsOfGroups, groupsOfChains, type ListedChain } from './crl-groups.js';
import {
  hashList,
  HeldHashes,
  HeldSeeds,
  isDelta,
  linkedList,
  listHash,
  type HashList,
  type HeldHead,
  type LinkedList,
} from './held-crl.js';
import { LINKAGE_VALUE_BYTES } from './linked-crl-set.js';
import { requireLintedCrl } from './lint/before-signing.js';
import { periodAt } from './period.js';
import type { Profile } from './profile.js';
import { isRefused, refused, type Refused } from './refusal.js';
import type { RevocationCheck, RevocationStanding } from './revocation-check.js';
import { asSignedData, isSignedWith, onlyCertificate, signData, signedPayload } from './signed-data.js';
import type { Signer } from './sm2-binding.js';
import type { ListedAuthority, TrustStore } from './trust-store.js';
import type { VerifySignature } from './verify-certificate.js';

/** A walk of a seed longer than three years is a mistake or an attack: iCert is the sender's word. */
export const LONGEST_WALK = 156;
/** A receiver's clock may run behind the CRA's by this much. */
const FUTURE_MILLIS = 5_000;
const CRL_VERSION = 1;

/**
 * One revoked chain: the seeds of period iRev, 16 bytes each, of both LAs or of the one there is; certificates of periods up
 * to iMax, j = 0 … jMax − 1.
 */
export interface LinkedEntry extends ListedChain {
  readonly iRev: number;
}

/** How often seeds of period iRev are to be stepped for i. Throws RangeError for an earlier one and beyond LONGEST_WALK. */
function stepsBetween(iRev: number, i: number): number {
  const steps = i - iRev;
  if (!Number.isInteger(i) || steps < 0) throw new RangeError('i: a linkage seed does not go back');
  if (steps > LONGEST_WALK) throw new RangeError('i: too far from iRev');
  return steps;
}

/** The entry with the seeds of a later period. Throws RangeError for an earlier one and beyond LONGEST_WALK. */
export function advanceEntry(entry: LinkedEntry, i: number): LinkedEntry {
  const steps = stepsBetween(entry.iRev, i);
  // IEEE 1609.2-2022 7.3: crlCraca computed with SM3 means seedEvoFn1-sm3 and lvGenFn1-sm4; this profile has no other.
  const { la1Id, seed1, la2Id, seed2 } = entry;
  const moved = { ...entry, iRev: i, seed1: advanceLinkageSeed(smSuite, la1Id, seed1, steps) };
  if (la2Id === undefined || seed2 === undefined) return moved;
  return { ...moved, seed2: advanceLinkageSeed(smSuite, la2Id, seed2, steps) };
}

/**
 * The jMax linkage values (9 bytes each) of the device's certificates of period i; none when i is past iMax. Throws
 * RangeError when i is before iRev: what is earlier cannot be computed from a list.
 */
export function expandEntry(entry: LinkedEntry, i: number): Uint8Array[] {
  if (i > entry.iMax) return [];
  const values = linkageValues(smSuite, [entry], stepsBetween(entry.iRev, i), entry.jMax);
  return Array.from({ length: entry.jMax }, (_, j) =>
    values.slice(j * LINKAGE_VALUE_BYTES, (j + 1) * LINKAGE_VALUE_BYTES),
  );
}

// ---- making -------------------------------------------------------------------------------------------------------

export interface LinkedCrl {
  /** A full list when absent. A delta adds its entries to the list with the index before (IEEE 1609.2-2022 7.3). */
  readonly kind?: 'full' | 'delta';
  /** The CRA as its own CRACA. */
  readonly craca: Certificate;
  readonly series: number;
  /** All of period `iRev`. */
  readonly entries: readonly LinkedEntry[];
  readonly iRev: number;
  /** 0 for the first list of an iRev, one more for each further one. */
  readonly indexWithinI: number;
  readonly issueMillis: number;
  readonly nextMillis: number;
}

/** A full list, or a delta of what came since the one before. Nothing revoked is a list with an empty SEQUENCE OF. */
export function buildLinkedCrl(list: LinkedCrl): CrlContents {
  if (list.entries.some(({ iRev }) => iRev !== list.iRev)) throw new RangeError('entries: not all of the period iRev');
  return {
    version: CRL_VERSION,
    crlSeries: list.series,
    crlCraca: hashedId8(list.craca),
    issueDate: time32FromMillis(list.issueMillis),
    nextCrl: time32FromMillis(list.nextMillis),
    priorityInfo: {},
    typeSpecific: {
      kind: list.kind === 'delta' ? 'deltaLinkedCrl' : 'fullLinkedCrl',
      value: { iRev: list.iRev, indexWithinI: list.indexWithinI, individual: groupsOfChains(list.entries) },
    },
  };
}

/**
 * SecuredCrl: signed, header without times, named by certificate; encoded V2XSecData. Throws LintError, before the key is
 * used, for a list that breaks a rule of severity error.
 */
export async function signCrl(contents: CrlContents, signer: Signer, profile: Profile): Promise<Uint8Array> {
  const header = { psid: profile.aid.crl };
  requireLintedCrl(contents, { header, signer: signer.certificate, profile });
  return signData(encode(CrlContents, contents), header, signer);
}

// ---- checking -----------------------------------------------------------------------------------------------------

export type CrlRefusal =
  | 'crl-malformed'
  | 'crl-version'
  | 'crl-type'
  | 'crl-aid'
  | 'crl-header'
  | 'crl-signer-not-listed'
  | 'crl-signer-not-craca'
  | 'crl-next-before-issue'
  | 'crl-expired'
  | 'crl-from-the-future'
  | 'crl-signature'
  | 'crl-rollback'
  | 'crl-gap';

/** The list of bytes from outside, when a CRA on a current TDCL signed it for itself and it is current at `nowMillis`. */
export function verifyCrl(
  bytes: Uint8Array,
  trust: TrustStore,
  nowMillis: number,
  profile: Profile,
  verify: VerifySignature = sm2Verify,
): CrlContents | Refused<CrlRefusal> {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const decoded = payload && tryDecode(CrlContents, payload);
  if (signed === undefined || !decoded?.ok) return refused('crl-malformed');
  const contents = decoded.value;
  const wrongForm = refuseForm(signed, contents, profile) ?? refuseTimes(contents, nowMillis);
  if (wrongForm !== undefined) return wrongForm;
  const signer = signerOf(signed, contents, trust, nowMillis, profile);
  if (isRefused(signer)) return signer;
  return isSignedWith(signed, signer, verify) ? contents : refused('crl-signature');
}

function refuseForm(signed: SignedData, contents: CrlContents, profile: Profile): Refused<CrlRefusal> | undefined {
  const { psid, ...rest } = signed.tbsData.value.headerInfo;
  if (psid !== profile.aid.crl) return refused('crl-aid');
  if (Object.values(rest).some((field) => field !== undefined)) return refused('crl-header');
  if (contents.version !== CRL_VERSION) return refused('crl-version');
  const isOurs = linkedList(contents) !== undefined || hashList(contents) !== undefined;
  return isOurs ? undefined : refused('crl-type');
}

function refuseTimes({ issueDate, nextCrl }: CrlContents, nowMillis: number): Refused<CrlRefusal> | undefined {
  // IEEE 1609.2-2022 7.3.2: a CRL is invalid unless nextCrl is later than issueDate.
  if (nextCrl <= issueDate) return refused('crl-next-before-issue');
  if (millisFromTime32(issueDate) > nowMillis + FUTURE_MILLIS) return refused('crl-from-the-future');
  return millisFromTime32(nextCrl) <= nowMillis ? refused('crl-expired') : undefined;
}

/** The certificate of the TDCL that the list names; the one in the message only says which to look up. */
function signerOf(
  signed: SignedData,
  contents: CrlContents,
  trust: TrustStore,
  nowMillis: number,
  profile: Profile,
): Certificate | Refused<CrlRefusal> {
  const named = onlyCertificate(signed.signer);
  const id = signed.signer.kind === 'digest' ? signed.signer.value : named && hashedId8(named);
  const listed = id && trust.authority(id, nowMillis);
  if (listed === undefined || isRefused(listed)) return refused('crl-signer-not-listed');
  const isCraca =
    Buffer.compare(contents.crlCraca, hashedId8(listed.certificate)) === 0 &&
    isCracaFor(listed.certificate, profile.aid.crl, contents.crlSeries);
  return isCraca ? listed.certificate : refused('crl-signer-not-craca');
}

/** All entries of a list by linkage seed; none for a list of another kind. */
export function entriesOf(contents: CrlContents): LinkedEntry[] {
  const list = linkedList(contents);
  return list === undefined ? [] : chainsOfGroups(list.individual).map((chain) => ({ iRev: list.iRev, ...chain }));
}

// ---- applying -----------------------------------------------------------------------------------------------------

/** The lists a receiver holds, one of each kind, CRACA and series, and what they say of a certificate. */
export class RevocationStore implements RevocationCheck {
  private readonly seeds = new Map<string, HeldSeeds>();
  /** With its CRA as it stood on the trust list then: a list goes on saying `revoked` when that certificate has ended. */
  private readonly hashes = new Map<string, { held: HeldHashes; craca: ListedAuthority }>();

  constructor(
    private readonly trust: TrustStore,
    private readonly profile: Profile,
    private readonly verify: VerifySignature = sm2Verify,
  ) {}

  /**
   * Takes a newer full list, or the delta that follows the list held. Refuses what does not verify, what is older than what is
   * held, which then stays, and a delta of a list that is not held (`crl-gap`): then the full one is to be fetched.
   */
  takeCrl(bytes: Uint8Array, nowMillis: number): CrlContents | Refused<CrlRefusal> {
    const contents = verifyCrl(bytes, this.trust, nowMillis, this.profile, this.verify);
    if (isRefused(contents)) return contents;
    const key = `${idKey(contents.crlCraca)}:${contents.crlSeries}`;
    const linked = linkedList(contents);
    const hashed = hashList(contents);
    if (linked !== undefined) return this.takeSeeds(key, bytes, contents, linked);
    return hashed === undefined ? refused('crl-type') : this.takeHashes(key, bytes, contents, hashed, nowMillis);
  }

  private takeSeeds(
    key: string,
    bytes: Uint8Array,
    contents: CrlContents,
    list: LinkedList,
  ): CrlContents | Refused<CrlRefusal> {
    const held = this.seeds.get(key);
    // The very same list again is no step back.
    if (isAmong(held, bytes)) return contents;
    if (!isDelta(contents)) {
      if (held?.isFollowedBy(contents, list) === false) return refused('crl-rollback');
      this.seeds.set(key, HeldSeeds.of(bytes, contents, list));
      return contents;
    }
    const extended = held?.extended(bytes, contents, list);
    if (extended === undefined) return refused(isBehind(held, list) ? 'crl-rollback' : 'crl-gap');
    this.seeds.set(key, extended);
    return contents;
  }

  private takeHashes(
    key: string,
    bytes: Uint8Array,
    contents: CrlContents,
    list: HashList,
    nowMillis: number,
  ): CrlContents | Refused<CrlRefusal> {
    const craca = this.trust.authority(contents.crlCraca, nowMillis);
    if (isRefused(craca)) return refused('crl-signer-not-listed');
    const held = this.hashes.get(key)?.held;
    if (isAmong(held, bytes)) return contents;
    if (!isDelta(contents)) {
      if (held?.isFollowedBy(contents, list) === false) return refused('crl-rollback');
      this.hashes.set(key, { held: HeldHashes.of(bytes, contents, list), craca });
      return contents;
    }
    const extended = held?.extended(bytes, contents, list);
    if (extended === undefined) return refused(held && list.crlSerial <= held.serial ? 'crl-rollback' : 'crl-gap');
    this.hashes.set(key, { held: extended, craca });
    return contents;
  }

  /**
   * `no-crl` also when the certificate names no CRACA we hold a current list of, or is of a period so far from the present
   * that expanding for it would be the sender's choice of our work: then nothing can be said for it. An outdated list still
   * says `revoked`; a certificate of a period before iRev is beyond any list. One that names no CRACA is `good` until its end,
   * which is near, unless a list of its domain has its hash. With an authority on such a list all that it issued is `revoked`.
   */
  check(certificate: Certificate, nowMillis: number): RevocationStanding {
    if (this.isListedByHash(certificate, nowMillis)) return 'revoked';
    const tbs = certificate.value.toBeSigned.value;
    const { id } = tbs;
    if (id.kind === 'linkageData') return this.checkLinkage(tbs, id.value, nowMillis);
    if (namesNoList(tbs)) return tbs.certIssuePermissions === undefined ? 'good' : 'no-crl';
    const lists = [...this.hashes.values()].map(({ held }) => held);
    return isCurrent(listsFor(tbs, lists), nowMillis) ? 'good' : 'no-crl';
  }

  private checkLinkage(
    tbs: ToBeSignedCertificate,
    { iCert, 'linkage-value': linkageValue }: LinkageData,
    nowMillis: number,
  ): RevocationStanding {
    if (Math.abs(iCert - periodAt(this.profile.epochMillis, nowMillis)) > 1) return 'no-crl';
    const lists = listsFor(tbs, [...this.seeds.values()]).filter(({ iRev }) => iCert - iRev <= LONGEST_WALK);
    if (lists.some((list) => iCert >= list.iRev && list.has(iCert, linkageValue))) return 'revoked';
    return isCurrent(lists, nowMillis) ? 'good' : 'no-crl';
  }

  /** The certificate itself or a CA above it, on a list by hash of the domain that it is of. */
  private isListedByHash(certificate: Certificate, nowMillis: number): boolean {
    const lists = [...this.hashes.values()].filter(({ held }) => held.size > 0);
    if (lists.length === 0) return false;
    const issuer = this.issuerOf(certificate, nowMillis);
    if (issuer === undefined) return false;
    const own = lists.filter(({ held, craca }) => {
      const now = this.trust.authority(held.contents.crlCraca, nowMillis);
      return this.trust.sameDomain(isRefused(now) ? craca : now, issuer);
    });
    const isListed = (one: Certificate): boolean => own.some(({ held }) => held.has(hashedId10(one)));
    if (own.length === 0) return false;
    if (isListed(certificate)) return true;
    // An ICA stands above those who issue to devices; a root above it signs a list of its own (ca-crl.ts).
    const above = this.issuerOf(issuer.certificate, nowMillis);
    return isListed(issuer.certificate) || (above !== undefined && isListed(above.certificate));
  }

  private issuerOf(certificate: Certificate, nowMillis: number): ListedAuthority | undefined {
    const { issuer } = certificate.value;
    const listed = issuer.kind === 'sm3AndDigest' ? this.trust.authority(issuer.value, nowMillis) : undefined;
    return listed === undefined || isRefused(listed) ? undefined : listed;
  }

  /** Where the list by linkage seed of a CRACA (HashedId8) and series stands, to ask for what follows it. */
  seedPlace(craca: Uint8Array, series: number): { iRev: number; indexWithinI: number } | undefined {
    return this.seeds.get(`${idKey(craca)}:${series}`);
  }

  /** As `seedPlace`, of a list by hash. */
  hashPlace(craca: Uint8Array, series: number): { serial: number } | undefined {
    return this.hashes.get(`${idKey(craca)}:${series}`)?.held;
  }

  /** Chains and memory of all lists by linkage seed. */
  get held(): { chains: number; seedBytes: number; setBytes: number } {
    const all = [...this.seeds.values()];
    const sum = (of: (list: HeldSeeds) => number): number => all.reduce((total, list) => total + of(list), 0);
    return {
      chains: sum(({ size }) => size),
      seedBytes: sum(({ bytes }) => bytes.seeds),
      setBytes: sum(({ bytes }) => bytes.sets),
    };
  }
}

type LinkageData = Extract<ToBeSignedCertificate['id'], { kind: 'linkageData' }>['value'];

const isAmong = (held: { taken: ReadonlySet<string> } | undefined, bytes: Uint8Array): boolean =>
  held?.taken.has(listHash(bytes)) ?? false;

const isBehind = (held: HeldSeeds | undefined, { iRev, indexWithinI }: LinkedList): boolean =>
  held !== undefined && (iRev < held.iRev || (iRev === held.iRev && indexWithinI <= held.indexWithinI));

/** A certificate names its CRACA by three bytes only: every list that fits is looked at. */
const listsFor = <L extends { readonly contents: HeldHead }>(
  { cracaId, crlSeries }: ToBeSignedCertificate,
  lists: readonly L[],
): L[] =>
  lists.filter(
    ({ contents }) => contents.crlSeries === crlSeries && Buffer.compare(contents.crlCraca.subarray(5), cracaId) === 0,
  );

const isCurrent = (lists: readonly { readonly contents: HeldHead }[], nowMillis: number): boolean =>
  lists.some(({ contents }) => millisFromTime32(contents.nextCrl) > nowMillis);

const namesNoList = ({ cracaId, crlSeries }: ToBeSignedCertificate): boolean =>
  crlSeries === 0 && cracaId.every((byte) => byte === 0);
