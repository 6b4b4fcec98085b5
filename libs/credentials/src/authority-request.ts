/**
 * An authority asks for its certificate: EeEcaCertRequest, signed by the key to be certified, as a file. Who may be what
 * is decided by the people who carry the file (ceremony, ICA operator), never by the request.
 */
import { isSm2PublicKey } from '#crypto/sm2.js';
import { hashedId8, sm2EncryptionPoint } from './certificate-facts.js';
import { compressedOf } from './keys-on-the-wire.js';
import type { Profile } from './profile.js';
import { refused, type Refused } from './refusal.js';
import { asSignedRequest, isRequestSignedBy, signRequest } from './signed-data.js';
import type { Sign } from './sm2-binding.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';

export type RequestRefusal = 'request-malformed' | 'request-version' | 'request-key' | 'request-signature';

/** Encoded V2XSecData with the self-signed request. */
export function requestAuthorityCertificate(
  tbsCert: ToBeSignedCertificate,
  sign: Sign,
  at: { profile: Profile; nowMillis: number },
): Promise<Uint8Array> {
  const { profile, nowMillis } = at;
  const value = {
    version: profile.scmsVersion,
    generationTime: time32FromMillis(nowMillis),
    type: 'explicit',
    tbsCert,
  } as const;
  return signRequest(
    { version: profile.scmsVersion, content: { kind: 'eca-ee', value: { kind: 'eeEcaCertRequest', value } } },
    { certificate: 'self', sign },
  );
}

/** The requested certificate, when the request is well formed and signed by the very key that it names. */
export function openAuthorityRequest(
  bytes: Uint8Array,
  profile: Profile,
): ToBeSignedCertificate | Refused<RequestRefusal> {
  const request = asSignedRequest(bytes);
  const pdu = request?.tbsRequest.value;
  if (request === undefined || pdu?.content.kind !== 'eca-ee' || pdu.content.value.kind !== 'eeEcaCertRequest')
    return refused('request-malformed');
  const { version, type, tbsCert } = pdu.content.value.value;
  if (request.signer.kind !== 'self' || type !== 'explicit') return refused('request-malformed');
  if (pdu.version !== profile.scmsVersion || version !== profile.scmsVersion) return refused('request-version');
  const indicator = tbsCert.verifyKeyIndicator;
  const key =
    indicator.kind === 'verificationKey' && indicator.value.kind === 'ecsigSm2'
      ? compressedOf(indicator.value.value)
      : undefined;
  if (key === undefined || !isSm2PublicKey(key) || !isEncryptionKeySound(tbsCert)) return refused('request-key');
  return isRequestSignedBy(request, 'self', key) ? tbsCert : refused('request-signature');
}

/** Absent, or an SM2 key on the curve: what is sealed to any other fails only later, at somebody else. */
function isEncryptionKeySound({ encryptionKey }: ToBeSignedCertificate): boolean {
  const point = sm2EncryptionPoint(encryptionKey);
  return encryptionKey === undefined || (point !== undefined && isSm2PublicKey(point));
}

export const certificateFileName = (certificate: Certificate): string =>
  `${Buffer.from(hashedId8(certificate)).toString('hex')}.coer`;
