/**
 * The revocation list of a root for the certificates of authorities below it (CA 撤销列表): by hash, signed by the root as its
 * own CRACA. IEEE 1609.2-2022 clause 7 (CrlContents, fullHashCrl), YD/T 3957-2021 clause 7.5. Which series and whose
 * certificates such a list names has no public text: series 0, and everything under the root (docs/choices.md).
 */
import { encode, tryDecode } from '#coer/codec.js';
import { sm2Verify } from '#crypto/sm2.js';
import { CrlContents } from '#wire/crl.js';
import type { Certificate, SignedData } from '#wire/secured-data.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import { hashedId10, hashedId8, idKey, isCracaFor } from './certificate-facts.js';
import { requireLintedCrl } from './lint/before-signing.js';
import { isValidAt } from './period.js';
import { ccsa } from './profile.js';
import { isRefused, refused, type Refused } from './refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signData, signedPayload } from './signed-data.js';
import type { Signer } from './sm2-binding.js';
import type { VerifySignature } from './verify-certificate.js';

/** The series that the CrlSsp of a root names. */
export const CA_CRL_SERIES = 0;
const CRL_VERSION = 1;

export interface CaCrl {
  /** One more for each list of this root, from 1. */
  readonly serial: number;
  /** HashedId10 of each revoked certificate, and when it would have ended. */
  readonly revoked: readonly { readonly id: Uint8Array; readonly endsAtMillis: number }[];
  readonly issueMillis: number;
  readonly nextMillis: number;
}

/**
 * The signed list, an encoded V2XSecData, signer named by digest. Entries stand in the order of their identifiers. Throws
 * LintError, before the key is used, for a list that breaks a rule of severity error.
 */
export async function signCaCrl(list: CaCrl, root: Signer): Promise<Uint8Array> {
  const entries = list.revoked
    .map(({ id, endsAtMillis }) => ({ id, expiry: time32FromMillis(endsAtMillis) }))
    .sort((a, b) => Buffer.compare(a.id, b.id));
  const contents: CrlContents = {
    version: CRL_VERSION,
    crlSeries: CA_CRL_SERIES,
    crlCraca: hashedId8(root.certificate),
    issueDate: time32FromMillis(list.issueMillis),
    nextCrl: time32FromMillis(list.nextMillis),
    priorityInfo: {},
    typeSpecific: { kind: 'fullHashCrl', value: { crlSerial: list.serial, entries } },
  };
  const header = { psid: ccsa.aid.crl };
  requireLintedCrl(contents, { header, signer: root.certificate, profile: ccsa });
  return signData(encode(CrlContents, contents), header, root, 'digest');
}

export type CaCrlRefusal =
  | 'ca-crl-malformed'
  | 'ca-crl-form'
  | 'ca-crl-signer'
  | 'ca-crl-signer-expired'
  | 'ca-crl-from-the-future'
  | 'ca-crl-expired'
  | 'ca-crl-signature'
  | 'ca-crl-rollback';

/** A list that was checked. */
export interface CheckedCaCrl {
  readonly bytes: Uint8Array;
  /** HashedId8 key of the root that signed it. */
  readonly root: string;
  readonly serial: number;
  readonly issueMillis: number;
  readonly nextMillis: number;
  /** HashedId10 of what is revoked, in hex. */
  readonly revoked: ReadonlySet<string>;
}

/** The list of bytes from outside, when `root` signed it for itself and it is current at `nowMillis`. Says nothing of trust in the root. */
export function verifyCaCrl(
  bytes: Uint8Array,
  root: Certificate,
  nowMillis: number,
  verify: VerifySignature = sm2Verify,
): CheckedCaCrl | Refused<CaCrlRefusal> {
  const list = verifyKeptCaCrl(bytes, root, nowMillis, verify);
  return !isRefused(list) && list.nextMillis <= nowMillis ? refused('ca-crl-expired') : list;
}

/** As `verifyCaCrl`, for a list that was taken once: one that has run out since is no less true. */
export function verifyKeptCaCrl(
  bytes: Uint8Array,
  root: Certificate,
  nowMillis: number,
  verify: VerifySignature = sm2Verify,
): CheckedCaCrl | Refused<CaCrlRefusal> {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const decoded = payload && tryDecode(CrlContents, payload);
  if (signed === undefined || !decoded?.ok) return refused('ca-crl-malformed');
  const contents = decoded.value;
  if (!isOurForm(signed, contents)) return refused('ca-crl-form');
  if (!isBy(root, signed, contents)) return refused('ca-crl-signer');
  if (!isValidAt(root.value.toBeSigned.value.validityPeriod, nowMillis)) return refused('ca-crl-signer-expired');
  if (millisFromTime32(contents.issueDate) > nowMillis) return refused('ca-crl-from-the-future');
  if (!isSignedWith(signed, root, verify)) return refused('ca-crl-signature');
  const { crlSerial, entries } = hashList(contents);
  const revoked = new Set(entries.map(({ id }) => idKey(id)));
  return {
    bytes,
    root: idKey(hashedId8(root)),
    serial: crlSerial,
    issueMillis: millisFromTime32(contents.issueDate),
    nextMillis: millisFromTime32(contents.nextCrl),
    revoked,
  };
}

type HashList = Extract<CrlContents['typeSpecific'], { kind: 'fullHashCrl' }>['value'];
const hashList = ({ typeSpecific }: CrlContents): HashList =>
  typeSpecific.kind === 'fullHashCrl' ? typeSpecific.value : { crlSerial: 0, entries: [] };

/** A full list by hash under the CRL application, with a bare header and a time that passes. */
function isOurForm(signed: SignedData, { version, typeSpecific, issueDate, nextCrl }: CrlContents): boolean {
  const { psid, ...rest } = signed.tbsData.value.headerInfo;
  const isBare = psid === ccsa.aid.crl && Object.values(rest).every((field) => field === undefined);
  return isBare && version === CRL_VERSION && typeSpecific.kind === 'fullHashCrl' && nextCrl > issueDate;
}

function isBy(root: Certificate, signed: SignedData, { crlCraca, crlSeries }: CrlContents): boolean {
  const named = onlyCertificate(signed.signer);
  const signer = signed.signer.kind === 'digest' ? signed.signer.value : named && hashedId8(named);
  const id = idKey(hashedId8(root));
  return (
    signer !== undefined &&
    idKey(signer) === id &&
    idKey(crlCraca) === id &&
    crlSeries === CA_CRL_SERIES &&
    isCracaFor(root, ccsa.aid.crl, crlSeries)
  );
}

/** Whether `next` may follow `held`: a higher number and no earlier date; the very same list is no step back (RV10). */
export function followsCaCrl(next: CheckedCaCrl, held: CheckedCaCrl): boolean {
  if (Buffer.compare(next.bytes, held.bytes) === 0) return true;
  return next.serial > held.serial && next.issueMillis >= held.issueMillis;
}

export const isOnCaCrl = (list: CheckedCaCrl, certificate: Certificate): boolean =>
  list.revoked.has(idKey(hashedId10(certificate)));
