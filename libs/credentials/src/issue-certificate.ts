/** Makes certificates: the to-be-signed part is linted, encoded once, and exactly those bytes are signed. */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { CertificateBase, ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';
import { issuedBySelf, issuerIdOf } from './certificate-facts.js';
import { sm2SignatureValue } from './keys-on-the-wire.js';
import { AS_IT_SAYS, requireLintedCertificate, type IssuedAs } from './lint/before-signing.js';
import { signerId, type Sign, type Signer } from './sm2-binding.js';

/** The bytes that an issuer signs. */
export const toBeSignedBytes = (tbs: ToBeSignedCertificate): Uint8Array => encode(ToBeSignedCertificate, tbs);

/** Puts a signature (64 bytes, over `toBeSignedBytes(tbs)`) and the to-be-signed part together; explicit certificate, version 3. */
export function assembleCertificate(
  tbs: ToBeSignedCertificate,
  issuer: Certificate | 'self',
  signature: Uint8Array,
): Certificate {
  return preserve(CertificateBase, {
    version: 3,
    type: 'explicit',
    issuer: issuer === 'self' ? issuedBySelf : issuerIdOf(issuer),
    toBeSigned: preserve(ToBeSignedCertificate, tbs),
    signature: sm2SignatureValue(signature),
  });
}

/** Throws LintError, before the key is used, for what breaks a rule of severity error by itself or under its issuer. */
export async function issueCertificate(
  tbs: ToBeSignedCertificate,
  issuer: Signer,
  as: IssuedAs = AS_IT_SAYS,
): Promise<Certificate> {
  requireLintedCertificate(tbs, issuer.certificate, as);
  const signature = await issuer.sign(signerId(issuer.certificate), toBeSignedBytes(tbs));
  return assembleCertificate(tbs, issuer.certificate, signature);
}

/** A root's or the TRCLA's certificate: signed by the key that it names. Throws LintError as `issueCertificate`. */
export async function issueSelfSigned(
  tbs: ToBeSignedCertificate,
  sign: Sign,
  as: IssuedAs = AS_IT_SAYS,
): Promise<Certificate> {
  requireLintedCertificate(tbs, 'self', as);
  return assembleCertificate(tbs, 'self', await sign(signerId('self'), toBeSignedBytes(tbs)));
}
