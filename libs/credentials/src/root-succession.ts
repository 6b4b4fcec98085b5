/**
 * A root names its successor (根CA更替): the certificate of the new root, signed by the old one, as SignedData under the
 * management application. YD/T 3957 has no link certificate; the TRCL makes a root trusted, and this statement is what the
 * TRCLA asks for before a second root of one name stands on it. Devices need not see it.
 */
import { sm2Verify } from '#crypto/sm2.js';
import type { Certificate } from '#wire/secured-data.js';
import { certificateToBytes, hashedId8 } from './certificate-facts.js';
import { isValidAt } from './period.js';
import { ccsa } from './profile.js';
import { refused, type Refused } from './refusal.js';
import { asSignedData, isSignedWith, signData, signedPayload } from './signed-data.js';
import type { Signer } from './sm2-binding.js';
import type { Checked, VerifySignature } from './verify-certificate.js';

/** The statement, an encoded V2XSecData. */
export const signSuccession = (successor: Certificate, root: Signer): Promise<Uint8Array> =>
  signData(certificateToBytes(successor), { psid: ccsa.aid.management }, root, 'digest');

export type SuccessionRefusal =
  | 'succession-malformed'
  | 'succession-of-another'
  | 'succession-signer'
  | 'succession-root-expired'
  | 'succession-signature';

/** Whether `root`, valid at `nowMillis`, says in these bytes that `successor` follows it. */
export function verifySuccession(
  bytes: Uint8Array,
  { root, successor }: { root: Certificate; successor: Certificate },
  nowMillis: number,
  verify: VerifySignature = sm2Verify,
): Checked | Refused<SuccessionRefusal> {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  if (signed === undefined || payload === undefined) return refused('succession-malformed');
  const { psid, ...rest } = signed.tbsData.value.headerInfo;
  if (psid !== ccsa.aid.management || Object.values(rest).some((field) => field !== undefined))
    return refused('succession-malformed');
  if (Buffer.compare(payload, certificateToBytes(successor)) !== 0) return refused('succession-of-another');
  if (signed.signer.kind !== 'digest' || Buffer.compare(signed.signer.value, hashedId8(root)) !== 0)
    return refused('succession-signer');
  if (!isValidAt(root.value.toBeSigned.value.validityPeriod, nowMillis)) return refused('succession-root-expired');
  return isSignedWith(signed, root, verify) ? { kind: 'checked' } : refused('succession-signature');
}
