/** RaEeCertAck: the PRA took the request and says when to come back (YD/T 3957-2021 EeRaInterfacePdu). */
import { encode } from '#coer/codec.js';
import { signData } from '#credentials/signed-data.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { time32FromMillis } from '#wire/time.js';

/** The last 8 bytes of a 32-byte request hash: how device and PRA name the request. */
export const shortHash = (requestHash: Uint8Array): Uint8Array => requestHash.subarray(24);

/** Encoded V2XSecData, signed by the PRA. */
export function acknowledge(
  request: { requestHash: Uint8Array; nextDownloadMillis: number },
  identity: LineIdentity,
): Promise<Uint8Array> {
  const { profile, clock, signer } = identity;
  const value = {
    version: profile.scmsVersion,
    generationTime: time32FromMillis(clock.nowMillis()),
    requestHash: shortHash(request.requestHash),
    nextDlTime: time32FromMillis(request.nextDownloadMillis),
  };
  const pdu: ScmsPdu = {
    version: profile.scmsVersion,
    content: { kind: 'ee-ra', value: { kind: 'raEeCertAck', value } },
  };
  // YD/T 3957-2021: the header carries the AID alone, generationTime is in the PDU.
  return signData(encode(ScmsPdu, pdu), { psid: profile.aid.management }, signer);
}
