/**
 * Certificate revocation lists by linkage seed: built and signed by a CRA, checked and applied by receivers.
 * IEEE 1609.2-2022 clause 7 (CrlContents, fullLinkedCrl), YD/T 3957-2021 clause 7.5 and annex I.
 * A seed goes forward only: who holds a list recognises a device from iRev on, and nothing of it before.
 */
import { encode, tryDecode } from '#coer/codec.js';
import { advanceLinkageSeed, linkageValues, type LinkageChain } from '#crypto/linkage.js';
import { sm2Verify } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { CrlContents, type IMaxGroup, type LAGroup } from '#wire/crl.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import type { Certificate, SignedData, ToBeSignedCertificate } from '#wire/secured-data.js';
import { hashedId8, idKey, isCracaFor } from './certificate-facts.js';
import { LINKAGE_VALUE_BYTES, LinkageValueSet } from './linked-crl-set.js';
import { requireLintedCrl } from './lint/before-signing.js';
import { periodAt } from './period.js';
import type { Profile } from './profile.js';
import { isRefused, refused, type Refused } from './refusal.js';
import type { RevocationCheck } from './revocation-check.js';
import { asSignedData, isSignedWith, onlyCertificate, signData, signedPayload } from './signed-data.js';
import type { Signer } from './sm2-binding.js';
import type { TrustStore } from './trust-store.js';
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
export interface LinkedEntry extends LinkageChain {
  readonly iRev: number;
  readonly iMax: number;
  readonly jMax: number;
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

/**
 * LAGroup names two LAs. With one LA its entries are `singleSeeds`, and both names are that LA's: the format does not say
 * whose seeds they are, and so every reading of it is right.
 */
const secondName = ({ la1Id, la2Id }: LinkedEntry): Uint8Array => la2Id ?? la1Id;
const namesOfLas = (entry: LinkedEntry): string => idKey(entry.la1Id) + idKey(secondName(entry));

/** Groups in rising order of the key. */
function grouped<T, K extends string | number>(items: readonly T[], keyOf: (item: T) => K): T[][] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const members = groups.get(keyOf(item));
    if (members === undefined) groups.set(keyOf(item), [item]);
    else members.push(item);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members);
}

const inOrderOfSeeds = (entries: LinkedEntry[]): LinkedEntry[] =>
  [...entries].sort((a, b) => Buffer.compare(a.seed1, b.seed1));

/** The entries of one IMaxGroup: pairs, or single seeds, never both, since the LAs of a group are two or one. */
function seedsOf(entries: readonly LinkedEntry[]): Pick<IMaxGroup, 'contents' | 'singleSeeds'> {
  const contents = entries.flatMap(({ seed1, seed2 }) =>
    seed2 === undefined ? [] : [{ 'linkage-seed1': seed1, 'linkage-seed2': seed2 }],
  );
  if (contents.length === entries.length) return { contents };
  if (contents.length > 0) throw new RangeError('entries: one LA and a pair of the same');
  return { contents, singleSeeds: entries.map(({ seed1 }) => seed1) };
}

/**
 * A full list. Within a group entries stand in the order of their seeds, which tells nothing of who was revoked when.
 * Nothing revoked is a list with an empty SEQUENCE OF.
 */
export function buildLinkedCrl(list: LinkedCrl): CrlContents {
  if (list.entries.some(({ iRev }) => iRev !== list.iRev)) throw new RangeError('entries: not all of the period iRev');
  const individual = grouped(list.entries, ({ jMax }) => jMax).map((ofJMax) => ({
    jmax: (ofJMax[0] as LinkedEntry).jMax,
    contents: grouped(ofJMax, namesOfLas).map((ofLas) => ({
      la1Id: (ofLas[0] as LinkedEntry).la1Id,
      la2Id: secondName(ofLas[0] as LinkedEntry),
      contents: grouped(ofLas, ({ iMax }) => iMax).map((ofIMax) => ({
        iMax: (ofIMax[0] as LinkedEntry).iMax,
        ...seedsOf(inOrderOfSeeds(ofIMax)),
      })),
    })),
  }));
  return {
    version: CRL_VERSION,
    crlSeries: list.series,
    crlCraca: hashedId8(list.craca),
    issueDate: time32FromMillis(list.issueMillis),
    nextCrl: time32FromMillis(list.nextMillis),
    priorityInfo: {},
    typeSpecific: {
      kind: 'fullLinkedCrl',
      value: { iRev: list.iRev, indexWithinI: list.indexWithinI, individual },
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
  | 'crl-rollback';

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
  return linkedList(contents) === undefined ? refused('crl-type') : undefined;
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

type LinkedList = Extract<CrlContents['typeSpecific'], { kind: 'fullLinkedCrl' }>['value'];

/** Only full lists of individual seeds: what this profile's CRAs issue. Another kind is refused, never passed over. */
function linkedList({ typeSpecific }: CrlContents): (LinkedList & { individual: object }) | undefined {
  if (typeSpecific.kind !== 'fullLinkedCrl') return undefined;
  const { individual, groups, groupsSingleSeed } = typeSpecific.value;
  if (individual === undefined || groups !== undefined || groupsSingleSeed !== undefined) return undefined;
  const isUnclear = individual.some(({ contents }) => contents.some((las) => !saysWhose(las)));
  return isUnclear ? undefined : { ...typeSpecific.value, individual };
}

/** Single seeds under two names could be either LA's: such a group is not guessed at. */
function saysWhose({ la1Id, la2Id, contents }: LAGroup): boolean {
  if (Buffer.compare(la1Id, la2Id) !== 0) return contents.every(({ singleSeeds }) => singleSeeds === undefined);
  return contents.every(({ contents: pairs }) => pairs.length === 0);
}

/** All entries of a list; none for a list of another kind. */
export function entriesOf(contents: CrlContents): LinkedEntry[] {
  const list = linkedList(contents);
  return (list?.individual ?? []).flatMap(({ jmax, contents: ofJMax }) =>
    ofJMax.flatMap(({ la1Id, la2Id, contents: ofLas }) =>
      ofLas.flatMap(({ iMax, contents: ofIMax, singleSeeds }): LinkedEntry[] => {
        const place = { iRev: list?.iRev ?? 0, iMax, jMax: jmax, la1Id };
        return [
          ...ofIMax.map((seeds) => ({
            ...place,
            seed1: seeds['linkage-seed1'],
            la2Id,
            seed2: seeds['linkage-seed2'],
          })),
          ...(singleSeeds ?? []).map((seed1) => ({ ...place, seed1 })),
        ];
      }),
    ),
  );
}

// ---- applying -----------------------------------------------------------------------------------------------------

interface HeldCrl {
  readonly bytes: Uint8Array;
  readonly contents: CrlContents;
  readonly iRev: number;
  readonly indexWithinI: number;
  readonly entries: readonly LinkedEntry[];
  /** Expanded values by period; a few periods only, since iCert must be near the present. */
  readonly expanded: Map<number, LinkageValueSet>;
}

/** Whether `next` may follow `held`: nothing goes back, and something goes forward (RV10). */
function follows(next: HeldCrl, held: HeldCrl): boolean {
  const steps = [
    next.contents.issueDate - held.contents.issueDate,
    next.iRev - held.iRev,
    next.iRev === held.iRev ? next.indexWithinI - held.indexWithinI : 0,
  ];
  return steps.every((step) => step >= 0) && steps.some((step) => step > 0);
}

/** The lists a receiver holds, one of each CRACA and series, and what they say of a certificate. */
export class RevocationStore implements RevocationCheck {
  private readonly held = new Map<string, HeldCrl>();

  constructor(
    private readonly trust: TrustStore,
    private readonly profile: Profile,
    private readonly verify: VerifySignature = sm2Verify,
  ) {}

  /** Takes a newer list. Refuses what does not verify and what is older than the one held, which then stays. */
  takeCrl(bytes: Uint8Array, nowMillis: number): CrlContents | Refused<CrlRefusal> {
    const contents = verifyCrl(bytes, this.trust, nowMillis, this.profile, this.verify);
    if (isRefused(contents)) return contents;
    const list = linkedList(contents);
    if (list === undefined) return refused('crl-type');
    const { iRev, indexWithinI } = list;
    const next = { bytes, contents, iRev, indexWithinI, entries: entriesOf(contents), expanded: new Map() };
    const key = `${idKey(contents.crlCraca)}:${contents.crlSeries}`;
    const held = this.held.get(key);
    // The very same list again is no step back.
    if (held && Buffer.compare(held.bytes, bytes) === 0) return held.contents;
    if (held && !follows(next, held)) return refused('crl-rollback');
    this.held.set(key, next);
    return contents;
  }

  /**
   * `no-crl` also when the certificate names no CRACA we hold a current list of, carries no linkage value, or is of a
   * period so far from the present that expanding for it would be the sender's choice of our work: then nothing can be
   * said for it. An outdated list still says `revoked`; a certificate of a period before iRev is beyond any list.
   * An application certificate that names no CRACA stands on no list and is `good` until its end, which is near.
   */
  check(certificate: Certificate, nowMillis: number): 'good' | 'revoked' | 'no-crl' {
    const tbs = certificate.value.toBeSigned.value;
    const { id } = tbs;
    if (id.kind !== 'linkageData') return standsOnNoList(tbs) ? 'good' : 'no-crl';
    const { iCert, 'linkage-value': linkageValue } = id.value;
    if (Math.abs(iCert - periodAt(this.profile.epochMillis, nowMillis)) > 1) return 'no-crl';
    const lists = this.listsFor(certificate).filter(({ iRev }) => iCert - iRev <= LONGEST_WALK);
    if (lists.some((list) => iCert >= list.iRev && valuesOf(list, iCert).has(linkageValue))) return 'revoked';
    return lists.some(({ contents }) => millisFromTime32(contents.nextCrl) > nowMillis) ? 'good' : 'no-crl';
  }

  /** A certificate names its CRACA by three bytes only: every list that fits is looked at. */
  private listsFor(certificate: Certificate): HeldCrl[] {
    const { cracaId, crlSeries } = certificate.value.toBeSigned.value;
    return [...this.held.values()].filter(
      ({ contents }) =>
        contents.crlSeries === crlSeries && Buffer.compare(contents.crlCraca.subarray(5), cracaId) === 0,
    );
  }

  /** The encoded lists held, for keeping across restarts; `takeCrl` takes them again. */
  stored(): Uint8Array[] {
    return [...this.held.values()].map(({ bytes }) => bytes);
  }
}

/** Of an end entity without linkage data: no CRACA and no series is named, so that no list could name it either. */
const standsOnNoList = ({ cracaId, crlSeries, certIssuePermissions }: ToBeSignedCertificate): boolean =>
  crlSeries === 0 && cracaId.every((byte) => byte === 0) && certIssuePermissions === undefined;

const PERIODS_KEPT = 3;

/** The values of period i of all entries of a list, in no order: one call for those of one jMax. */
function expandAll(list: HeldCrl, i: number): Uint8Array {
  const current = list.entries.filter(({ iMax }) => i <= iMax);
  const steps = stepsBetween(list.iRev, i);
  const batches = grouped(current, ({ jMax }) => jMax).map((entries) =>
    linkageValues(smSuite, entries, steps, (entries[0] as LinkedEntry).jMax),
  );
  return Buffer.concat(batches);
}

function valuesOf(list: HeldCrl, i: number): LinkageValueSet {
  const known = list.expanded.get(i);
  if (known !== undefined) return known;
  const values = expandAll(list, i);
  const set = new LinkageValueSet(values.length / LINKAGE_VALUE_BYTES);
  for (let at = 0; at < values.length; at += LINKAGE_VALUE_BYTES) {
    set.add(values.subarray(at, at + LINKAGE_VALUE_BYTES));
  }
  if (list.expanded.size >= PERIODS_KEPT) list.expanded.delete(Math.min(...list.expanded.keys()));
  list.expanded.set(i, set);
  return set;
}
