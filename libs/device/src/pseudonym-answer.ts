/**
 * One answer of the PCA, Signed(Encrypted(AcaEeCertResponse)): whose it is, whether it is for this cocoon key, and whether
 * the certificate inside is the one that was asked for (PR10, PR11, PR12). The PRA carried it and is not believed in anything.
 */
import { encode } from '#coer/codec.js';
import { hashedId3, hashedId8 } from '#credentials/certificate-facts.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { periodValidity } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed, type Unwrap } from '#credentials/sealing.js';
import { asSignedData, isSignedWith, onlyCertificate, unsecuredBytes } from '#credentials/signed-data.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import { verifyCertificate, type CertificateRefusal } from '#credentials/verify-certificate.js';
import { GeographicRegion, ValidityPeriod, type PsidSsp } from '#wire/base-types.js';
import { V2XSecData, type Certificate, type SignedData } from '#wire/secured-data.js';
import { listedCa, responseIn, samePermissions, saysMore } from './ca-answer.js';
import { ownAuthorities, type DeviceContext } from './device-context.js';

export type PseudonymRefusal =
  | 'item-malformed'
  | 'pca-not-listed'
  | 'pca-of-another-domain'
  | 'item-signature'
  | 'item-not-for-this-key'
  | 'no-private-key-info'
  | 'other-period'
  | 'other-permissions'
  | 'other-region'
  | 'other-validity'
  | 'other-craca'
  | 'other-field'
  | CertificateRefusal;

export interface AskedPseudonym {
  readonly i: number;
  readonly appPermissions: readonly PsidSsp[];
  readonly region: GeographicRegion;
}

export interface Pseudonym {
  readonly certificate: Certificate;
  /** c of the standard's privateKeyInfo, 32 bytes. */
  readonly c: Uint8Array;
}

/** Opens an answer with the cocoon key Q (33 bytes) and judges the certificate in it. */
export async function openPseudonym(
  bytes: Uint8Array,
  cocoon: { publicKey: Uint8Array; unwrap: Unwrap },
  asked: AskedPseudonym,
  context: DeviceContext,
): Promise<Pseudonym | Refused<PseudonymRefusal>> {
  const signed = asSignedData(bytes);
  const sealed = signed && encryptedPayload(signed);
  if (signed === undefined || sealed === undefined) return refused('item-malformed');
  if (signed.tbsData.value.headerInfo.psid !== context.profile.aid.management) return refused('item-malformed');
  const pca = pcaOf(signed, context);
  if (isRefused(pca)) return pca;
  if (!isSignedWith(signed, pca.certificate, context.verify)) return refused('item-signature');
  const opened = await openSealed(sealed, encryptionKeyId(cocoon.publicKey), cocoon.unwrap, context.profile);
  if (opened === undefined) return refused('item-not-for-this-key');
  const response = responseIn(opened, context);
  if (response === undefined) return refused('item-malformed');
  const { certificate, privateKeyInfo } = response;
  if (privateKeyInfo === undefined) return refused('no-private-key-info');
  return checkPseudonym(certificate, pca, asked, context) ?? { certificate, c: privateKeyInfo };
}

/** The standard nests the encrypted data in the signed payload; as bytes of unsecured data it is the same content. */
function encryptedPayload(signed: SignedData): Uint8Array | undefined {
  const { data } = signed.tbsData.value.payload;
  if (data?.content.kind === 'encryptedData') return encode(V2XSecData, data);
  return unsecuredBytes(data);
}

/** The PCA that signed: on the lists now, a PCA, and of the domain of our own ECA. */
function pcaOf({ signer }: SignedData, context: DeviceContext): ListedAuthority | Refused<PseudonymRefusal> {
  const named = onlyCertificate(signer);
  const id8 = signer.kind === 'digest' ? signer.value : named && hashedId8(named);
  if (id8 === undefined) return refused('item-malformed');
  const pca = listedCa(id8, named, context);
  if (pca === 'not-listed') return refused('pca-not-listed');
  return pca === 'of-another-domain' ? refused('pca-of-another-domain') : pca;
}

/** The first thing about a certificate that is not as asked, if any; the signature comes last. */
export function checkPseudonym(
  certificate: Certificate,
  pca: ListedAuthority,
  asked: AskedPseudonym,
  context: DeviceContext,
): Refused<PseudonymRefusal> | undefined {
  const tbs = certificate.value.toBeSigned.value;
  const { id } = tbs;
  if (id.kind !== 'linkageData' || id.value.iCert !== asked.i) return refused('other-period');
  if (id.value['group-linkage-value'] !== undefined || saysMore(tbs)) return refused('other-field');
  if (!samePermissions(tbs.appPermissions ?? [], asked.appPermissions)) return refused('other-permissions');
  if (
    tbs.region === undefined ||
    !sameBytes(encode(GeographicRegion, tbs.region), encode(GeographicRegion, asked.region))
  )
    return refused('other-region');
  const validity = periodValidity(context.profile.epochMillis, asked.i);
  if (!sameBytes(encode(ValidityPeriod, tbs.validityPeriod), encode(ValidityPeriod, validity)))
    return refused('other-validity');
  // A certificate of another CRACA would be looked for on a CRL that never names it.
  const isOurs = ownAuthorities(context, 'cra').some((cra) => sameBytes(tbs.cracaId, hashedId3(cra.certificate)));
  if (!isOurs || tbs.crlSeries !== CRL_SERIES) return refused('other-craca');
  const verdict = verifyCertificate(certificate, pca.certificate, context.verify);
  return isRefused(verdict) ? verdict : undefined;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
