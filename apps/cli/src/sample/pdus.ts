/** The wrappings of the messages of the credential system, for either profile. */
import { encode, type Codec } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { PROTOCOL_VERSION, signData, signRequest, unsecured } from '#credentials/signed-data.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { sm2SignatureValue } from '#credentials/keys-on-the-wire.js';
import { signerId, type Signer } from '#credentials/sm2-binding.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { sm3 } from '#crypto/sm3.js';
import { IeeeScmsPdu, IeeeSignedCertificateRequest } from '#wire/dot2dot1/scms-pdu.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate, type SignerIdentifier } from '#wire/secured-data.js';
import { time64FromMillis } from '#wire/time.js';
import type { House, Member } from './house.js';

export type PduContent = ScmsPdu['content'] | IeeeScmsPdu['content'];

/** An encoded ScmsPdu of the house's profile. */
export function pduBytes({ profile }: House, content: PduContent): Uint8Array {
  const codec = (profile.name === 'ccsa' ? ScmsPdu : IeeeScmsPdu) as Codec<unknown>;
  return encode(codec, { version: profile.scmsVersion, content });
}

/** `03 80 …`. */
export const plainSpdu = (house: House, content: PduContent): Uint8Array =>
  encode(V2XSecData, unsecured(pduBytes(house, content)));

/** Signed with the management AID. IEEE 1609.2.1-2020 and later wants generationTime in the header, YD/T 3957 wants none. */
export function signedBytes({ profile, atMillis }: House, payload: Uint8Array, by: Signer): Promise<Uint8Array> {
  const time = profile.name === 'ieee' ? { generationTime: time64FromMillis(atMillis) } : {};
  return signData(payload, { psid: profile.aid.management, ...time }, by);
}
export const signedSpdu = (house: House, content: PduContent, by: Signer): Promise<Uint8Array> =>
  signedBytes(house, pduBytes(house, content), by);

export const sealedTo = (house: House, plaintext: Uint8Array, recipient: Member, label: string): Uint8Array =>
  sealToCertificate(plaintext, recipient.certificate, house.sealing(label));

/** A SignedCertificateRequest in its envelope, signed by a certificate or by the very key it names. */
export async function requestSpdu(
  { profile }: House,
  content: PduContent,
  by: { certificate: Certificate | 'self'; sign: Signer['sign'] },
): Promise<Uint8Array> {
  if (profile.name === 'ccsa')
    return signRequest({ version: profile.scmsVersion, content: content as ScmsPdu['content'] }, by);
  const pdu: IeeeScmsPdu = { version: profile.scmsVersion, content: content as IeeeScmsPdu['content'] };
  const tbsRequest = preserve(IeeeScmsPdu, pdu);
  const signature = sm2SignatureValue(await by.sign(signerId(by.certificate), tbsRequest.bytes));
  const signer: SignerIdentifier =
    by.certificate === 'self' ? { kind: 'self', value: null } : { kind: 'certificate', value: [by.certificate] };
  const value = encode(IeeeSignedCertificateRequest, { hashAlgorithmId: 'sm3', tbsRequest, signer, signature });
  const envelope = { protocolVersion: PROTOCOL_VERSION, content: { kind: 'signedCertificateRequest', value } } as const;
  return encode(V2XSecData, envelope);
}

/** requestHash: HashedId8 of a request as it was sent. */
export const requestHashOf = (request: Uint8Array): Uint8Array => sm3(request).subarray(24);
export const id8Of = ({ certificate }: Member): Uint8Array => hashedId8(certificate);
