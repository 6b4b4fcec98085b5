/**
 * The answer of the ACA, Signed(Encrypted(AcaEeCertResponse)): whose it is, whether it is for our key, and whether the
 * certificate inside is the one that was asked for (PR10, PR11, PR12). The ARA carried it and is not believed in anything.
 */
import { unzipSync } from 'fflate';
import { hashedId3, hashedId8, isCracaFor, verificationKeyOf } from '#credentials/certificate-facts.js';
import { HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import { isValidAt } from '#credentials/period.js';
import { mayRequest, regionWithin } from '#credentials/permissions.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed, type Unwrap } from '#credentials/sealing.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import { verifyCertificate, type CertificateRefusal } from '#credentials/verify-certificate.js';
import { applicationItemName } from '#edges/ee-ara/application.js';
import type { Certificate, SignedData, ToBeSignedCertificate } from '#wire/secured-data.js';
import type { ApplicationRecord } from './application-record.js';
import { listedCa, responseIn, samePermissions, saysMore } from './ca-answer.js';
import { ownAuthorities, type DeviceContext } from './device-context.js';

export type ApplicationRefusal =
  | 'bundle-malformed'
  | 'item-malformed'
  | 'aca-not-listed'
  | 'aca-of-another-domain'
  | 'item-signature'
  | 'item-not-for-this-key'
  | 'other-key'
  | 'other-permissions'
  | 'other-region'
  | 'other-field'
  | 'not-valid-now'
  | CertificateRefusal;

/** Far above a sealed answer (some 700 bytes). */
const LARGEST_ITEM_BYTES = 8 * 1024;

/** The one file of a bundle, named by the request, and no other. */
export function readApplicationBundle(
  zip: Uint8Array,
  requestHash: Uint8Array,
): Uint8Array | Refused<'bundle-malformed'> {
  const wanted = applicationItemName(requestHash.subarray(24));
  let others = 0;
  // Names and sizes are judged before anything is inflated.
  const filter = ({ name, size, originalSize }: { name: string; size: number; originalSize: number }): boolean => {
    const isWanted = name === wanted && Math.max(size, originalSize) <= LARGEST_ITEM_BYTES;
    if (!isWanted) others++;
    return isWanted;
  };
  try {
    const item = unzipSync(zip, { filter })[wanted];
    return item === undefined || others > 0 ? refused('bundle-malformed') : item;
  } catch {
    // Whatever is wrong with a zip from outside, it is no bundle.
    return refused('bundle-malformed');
  }
}

export interface AskedApplication {
  readonly record: ApplicationRecord;
  /** 33 bytes each. */
  readonly signingKey: Uint8Array;
  readonly answerKey: Uint8Array;
  /** For the private half of `answerKey`. */
  readonly unwrap: Unwrap;
  readonly enrolment: Certificate;
}

/** The certificate in an answer, when all of it is as asked. */
export async function openApplication(
  bytes: Uint8Array,
  asked: AskedApplication,
  context: DeviceContext,
): Promise<Certificate | Refused<ApplicationRefusal>> {
  const signed = asSignedData(bytes);
  const sealed = signed && signedPayload(signed);
  if (signed === undefined || sealed === undefined) return refused('item-malformed');
  if (signed.tbsData.value.headerInfo.psid !== context.profile.aid.management) return refused('item-malformed');
  const aca = acaOf(signed, context);
  if (isRefused(aca)) return aca;
  if (!isSignedWith(signed, aca.certificate, context.verify)) return refused('item-signature');
  const opened = await openSealed(sealed, encryptionKeyId(asked.answerKey), asked.unwrap, context.profile);
  if (opened === undefined) return refused('item-not-for-this-key');
  const response = responseIn(opened, context);
  // An explicit key of our own needs no help to its private half.
  if (response === undefined || response.privateKeyInfo !== undefined) return refused('item-malformed');
  return checkApplication(response.certificate, aca, asked, context) ?? response.certificate;
}

/** The ACA that signed: on the lists now, with the role of an ACA, and of the domain of our own ECA. */
function acaOf({ signer }: SignedData, context: DeviceContext): ListedAuthority | Refused<ApplicationRefusal> {
  const named = onlyCertificate(signer);
  if (named === undefined) return refused('item-malformed');
  const aca = listedCa(hashedId8(named), named, context);
  if (aca === 'not-listed') return refused('aca-not-listed');
  return aca === 'of-another-domain' ? refused('aca-of-another-domain') : aca;
}

/** The first thing about a certificate that is not as asked, or not inside our enrolment, if any; the signature comes last. */
function checkApplication(
  certificate: Certificate,
  aca: ListedAuthority,
  { record, signingKey, enrolment }: AskedApplication,
  context: DeviceContext,
): Refused<ApplicationRefusal> | undefined {
  const { clock, verify } = context;
  const tbs = certificate.value.toBeSigned.value;
  const allowed = enrolment.value.toBeSigned.value;
  if (!same(verificationKeyOf(certificate), signingKey)) return refused('other-key');
  if (hasOtherFields(tbs, context)) return refused('other-field');
  const permissions = tbs.appPermissions ?? [];
  if (!samePermissions(permissions, record.appPermissions) || !mayRequest(allowed, permissions))
    return refused('other-permissions');
  const isInside = regionWithin(tbs.region, record.region) && regionWithin(tbs.region, allowed.region);
  if (tbs.region === undefined || !isInside) return refused('other-region');
  if (!isValidAt(tbs.validityPeriod, clock.nowMillis())) return refused('not-valid-now');
  const verdict = verifyCertificate(certificate, aca.certificate, verify);
  return isRefused(verdict) ? verdict : undefined;
}

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

/** It names nobody and gives no power that was not asked for; it stands on no list, or on the list by hash of our domain. */
const hasOtherFields = (tbs: ToBeSignedCertificate, context: DeviceContext): boolean =>
  tbs.id.kind !== 'none' || !(namesNoList(tbs) || namesOwnList(tbs, context)) || saysMore(tbs);

const namesNoList = ({ crlSeries, cracaId }: ToBeSignedCertificate): boolean =>
  crlSeries === 0 && cracaId.every((byte) => byte === 0);

const namesOwnList = ({ crlSeries, cracaId }: ToBeSignedCertificate, context: DeviceContext): boolean =>
  crlSeries === HASH_CRL_SERIES &&
  ownAuthorities(context, 'cra').some(
    ({ certificate }) =>
      same(hashedId3(certificate), cracaId) && isCracaFor(certificate, context.profile.aid.crl, crlSeries),
  );
