/** Signs an intent, compares what came out with what was meant, and seals it to the device. */
import { decode, encode } from '#coer/codec.js';
import { certificateFromBytes, certificateToBytes } from '#credentials/certificate-facts.js';
import { assembleCertificate } from '#credentials/issue-certificate.js';
import { requireLintedCertificate } from '#credentials/lint/before-signing.js';
import { isRefused } from '#credentials/refusal.js';
import { sealToKey } from '#credentials/sealing.js';
import { decodeSecured, signData, unsecured } from '#credentials/signed-data.js';
import { signerId } from '#credentials/sm2-binding.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { AcaRaCertResponse, ScmsPdu } from '#wire/scms-pdu.js';
import { ToBeSignedCertificate, V2XSecData, type Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';

/**
 * The certificate over exactly the bytes of the intent. Throws when the signature does not verify or the bytes differ:
 * then the signing device, or we, are broken (BI5). Throws LintError, before the key is used, when the intent breaks a rule.
 */
export async function signIntent(
  intent: Uint8Array,
  kind: 'ac' | 'identity',
  { signer, profile }: LineIdentity,
): Promise<Certificate> {
  const tbs = decode(ToBeSignedCertificate, intent);
  requireLintedCertificate(tbs, signer.certificate, { profile, kind });
  const signature = await signer.sign(signerId(signer.certificate), intent);
  const certificate = certificateFromBytes(certificateToBytes(assembleCertificate(tbs, signer.certificate, signature)));
  const isMeant = Buffer.compare(certificate.value.toBeSigned.bytes, intent) === 0;
  if (!isMeant || isRefused(verifyCertificate(certificate, signer.certificate)))
    throw new Error('the certificate that was signed is not the one that was meant');
  return certificate;
}

export interface Answered {
  /** 32 bytes. */
  readonly itemHash: Uint8Array;
  readonly certificate: Certificate;
  /** 33 bytes: the key that the device named for its answer. */
  readonly encryptionKey: Uint8Array;
}

/** AcaRaCertResponse with Signed(Encrypted(AcaEeCertResponse)): the ARA can neither read nor replace it (PR12). */
export async function answerFor(
  { itemHash, certificate, encryptionKey }: Answered,
  identity: LineIdentity,
): Promise<Uint8Array> {
  const { profile, signer, clock } = identity;
  const version = profile.scmsVersion;
  const generationTime = time32FromMillis(clock.nowMillis());
  const pdu = encode(ScmsPdu, {
    version,
    content: {
      kind: 'aca-ee',
      value: {
        kind: 'acaEeCertResponse',
        value: { version, generationTime, certificate, privateKeyInfo: undefined },
      },
    },
  });
  const sealed = sealToKey(encode(V2XSecData, unsecured(pdu)), encryptionKey, identity);
  const signed = await signData(sealed, { psid: profile.aid.management }, signer);
  return encode(AcaRaCertResponse, {
    version,
    generationTime,
    requestHash: itemHash.subarray(24),
    acaResponse: { kind: 'private', value: decodeSecured(signed) },
  });
}
