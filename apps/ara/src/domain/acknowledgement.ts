/** RaEeCertAck: the ARA took the request and says when to come back (YD/T 3957-2021 EeRaInterfacePdu). */
import { encode } from '#coer/codec.js';
import { signData } from '#credentials/signed-data.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { time32FromMillis } from '#wire/time.js';

/** Encoded V2XSecData, signed by the ARA; `requestHash` is of 32 bytes. */
export function acknowledge(
  { requestHash, nextDownloadMillis }: { requestHash: Uint8Array; nextDownloadMillis: number },
  { profile, clock, signer }: LineIdentity,
): Promise<Uint8Array> {
  const value = {
    version: profile.scmsVersion,
    generationTime: time32FromMillis(clock.nowMillis()),
    requestHash: requestHash.subarray(24),
    nextDlTime: time32FromMillis(nextDownloadMillis),
  };
  const pdu: ScmsPdu = {
    version: profile.scmsVersion,
    content: { kind: 'ee-ra', value: { kind: 'raEeCertAck', value } },
  };
  // YD/T 3957-2021: the header carries the AID alone, generationTime is in the PDU.
  return signData(encode(ScmsPdu, pdu), { psid: profile.aid.management }, signer);
}
