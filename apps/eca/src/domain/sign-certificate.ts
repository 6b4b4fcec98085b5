/** Signs an intent and compares what came out with what was meant, before anybody sees it. */
import { decode, encode } from '#coer/codec.js';
import { certificateFromBytes, certificateToBytes } from '#credentials/certificate-facts.js';
import { assembleCertificate } from '#credentials/issue-certificate.js';
import { requireLintedCertificate } from '#credentials/lint/before-signing.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { sealToKey, type SealContext } from '#credentials/sealing.js';
import { signData } from '#credentials/signed-data.js';
import { signerId, type Signer } from '#credentials/sm2-binding.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';

/**
 * The certificate over exactly the bytes of the intent. Throws when the signature does not verify or the bytes differ:
 * then the signing device, or we, are broken. Throws LintError, before the key is used, when the intent breaks a rule.
 */
export async function signIntent(intent: Uint8Array, issuer: Signer, profile: Profile): Promise<Certificate> {
  const tbs = decode(ToBeSignedCertificate, intent);
  requireLintedCertificate(tbs, issuer.certificate, { profile, kind: 'ec' });
  const signature = await issuer.sign(signerId(issuer.certificate), intent);
  const certificate = certificateFromBytes(certificateToBytes(assembleCertificate(tbs, issuer.certificate, signature)));
  const isMeant = Buffer.compare(certificate.value.toBeSigned.bytes, intent) === 0;
  if (!isMeant || isRefused(verifyCertificate(certificate, issuer.certificate)))
    throw new Error('the certificate that was signed is not the one that was meant');
  return certificate;
}

/** EcaEeCertResponse, signed by the ECA and sealed to the key of the request (EN8); encoded V2XSecData. */
export async function sealedAnswer(
  answer: { requestHash: Uint8Array; certificate: Certificate; encryptionKey: Uint8Array },
  issuer: Signer,
  context: SealContext,
): Promise<Uint8Array> {
  const { profile } = context;
  const value = {
    version: profile.scmsVersion,
    requestHash: answer.requestHash.subarray(24),
    ecaCertChain: [issuer.certificate],
    certificate: answer.certificate,
  };
  const pdu = encode(ScmsPdu, {
    version: profile.scmsVersion,
    content: { kind: 'eca-ee', value: { kind: 'ecaEeCertResponse', value } },
  });
  const signed = await signData(pdu, { psid: profile.aid.management }, issuer);
  return sealToKey(signed, answer.encryptionKey, context);
}
