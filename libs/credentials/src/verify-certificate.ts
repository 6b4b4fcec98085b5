/** One step of a chain: does this certificate stand under that issuer? */
import { isSm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { hashedId8, verificationKeyOf } from './certificate-facts.js';
import { sm2SignatureBytes } from './keys-on-the-wire.js';
import { isWithin, spanOf } from './period.js';
import { namesEachOnce, permissionsWithin, regionWithin } from './permissions.js';
import { refused, type Refused } from './refusal.js';
import { signerId } from './sm2-binding.js';

export type CertificateRefusal =
  | 'certificate-form'
  | 'certificate-issuer'
  | 'certificate-signature'
  | 'certificate-validity-outside-issuer'
  | 'certificate-permissions-outside-issuer'
  | 'certificate-region-outside-issuer';

/** Checks a signature of `signer` over `message`; the default checks with the reference arithmetic. */
export type VerifySignature = (
  publicKey: Uint8Array,
  id: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean;

export interface Checked {
  readonly kind: 'checked';
}
const checked: Checked = { kind: 'checked' };

/**
 * An explicit certificate of version 3 with an SM2 signature and a key on the curve: the only form this profile issues or
 * takes. The key is judged here, once, because a verification under no point at all throws.
 */
function isOurForm(certificate: Certificate): boolean {
  const { version, type, signature, toBeSigned } = certificate.value;
  const key = verificationKeyOf(certificate);
  if (version !== 3 || type !== 'explicit' || signature?.kind !== 'sm2Signature' || key === undefined) return false;
  return namesEachOnce(toBeSigned.value) && isSm2PublicKey(key);
}

/**
 * What the issuer omits it inherits from its own issuer, unless it signed itself. From the issuer alone the inherited
 * region cannot be known, so a subject that names one of its own is refused rather than believed.
 */
function isRegionKnownWithin(subject: ToBeSignedCertificate, issuer: Certificate): boolean {
  const allowed = issuer.value.toBeSigned.value.region;
  if (allowed === undefined && issuer.value.issuer.kind !== 'self') return subject.region === undefined;
  return regionWithin(subject.region, allowed);
}

/**
 * Refuses unless `certificate` names `issuer`, lies inside the issuer's validity, region and permissions, and carries its
 * signature. The cheap checks come first. Says nothing of trust: who the issuer is must be known otherwise.
 */
export function verifyCertificate(
  certificate: Certificate,
  issuer: Certificate,
  verify: VerifySignature = sm2Verify,
): Checked | Refused<CertificateRefusal> {
  if (!isOurForm(certificate)) return refused('certificate-form');
  const named = certificate.value.issuer;
  if (named.kind !== 'sm3AndDigest' || Buffer.compare(named.value, hashedId8(issuer)) !== 0)
    return refused('certificate-issuer');
  const subjectTbs = certificate.value.toBeSigned.value;
  const issuerTbs = issuer.value.toBeSigned.value;
  if (!isWithin(spanOf(subjectTbs.validityPeriod), spanOf(issuerTbs.validityPeriod)))
    return refused('certificate-validity-outside-issuer');
  if (!isRegionKnownWithin(subjectTbs, issuer)) return refused('certificate-region-outside-issuer');
  if (!permissionsWithin(subjectTbs, issuerTbs)) return refused('certificate-permissions-outside-issuer');
  return isSignedBy(certificate, issuer, verify) ? checked : refused('certificate-signature');
}

function isSignedBy(certificate: Certificate, issuer: Certificate, verify: VerifySignature): boolean {
  const key = verificationKeyOf(issuer);
  const signature = certificate.value.signature && sm2SignatureBytes(certificate.value.signature);
  if (key === undefined || signature === undefined) return false;
  return verify(key, signerId(issuer), certificate.value.toBeSigned.bytes, signature);
}

/** A root's or the TRCLA's certificate: names itself and carries its own signature. Says nothing of trust. */
export function verifySelfSigned(
  certificate: Certificate,
  verify: VerifySignature = sm2Verify,
): Checked | Refused<CertificateRefusal> {
  const key = verificationKeyOf(certificate);
  const signature = certificate.value.signature && sm2SignatureBytes(certificate.value.signature);
  if (!isOurForm(certificate) || key === undefined || signature === undefined) return refused('certificate-form');
  if (certificate.value.issuer.kind !== 'self') return refused('certificate-issuer');
  const valid = verify(key, signerId('self'), certificate.value.toBeSigned.bytes, signature);
  return valid ? checked : refused('certificate-signature');
}
