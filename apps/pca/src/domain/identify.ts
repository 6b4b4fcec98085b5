/** Which single request was this certificate issued for? Answered in an approved case alone, signed for the PRA (RV3, RV4). */
import { encode } from '#coer/codec.js';
import { constantTimeEqual } from '#crypto/equal.js';
import { approvalTarget, checkApproval, type UseOnce } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { signData } from '#credentials/signed-data.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { PcaStatement, type IdentifyCertificate } from '#edges/ma-pca/identify.js';
import type { IssuedStore } from './issued-store.js';
import { refuseIdentify, type IdentifyRefusal } from './refusal.js';

export interface IdentifyNeeds {
  readonly identity: LineIdentity;
  readonly operators: readonly Uint8Array[];
  readonly useOnce: UseOnce;
  readonly issued: Pick<IssuedStore, 'findCertificate'>;
}

/**
 * Refuses another certificate than the one the approval was given for, then an approval that is not of two operators, unused,
 * for us. An approval is used up by whatever comes after it.
 */
export async function identify(
  request: IdentifyCertificate,
  { identity, operators, useOnce, issued }: IdentifyNeeds,
): Promise<{ signedStatement: Uint8Array } | Refused<IdentifyRefusal>> {
  const { approval, salt, certificateHash, iValue, lv } = request;
  const target = approvalTarget(salt, certificateHash);
  if (!constantTimeEqual(target, approval.scope.value.target)) return refuseIdentify('target-mismatch');
  const scope = await checkApproval(approval, {
    action: 'identify',
    self: hashedId8(identity.signer.certificate),
    operators,
    nowMillis: identity.clock.nowMillis(),
    useOnce,
  });
  if (isRefused(scope)) return scope;
  const item = await issued.findCertificate(iValue, lv, certificateHash);
  if (item === undefined) return refuseIdentify('certificate-unknown');
  const statement = encode(PcaStatement, { caseId: scope.caseId, target, itemHash: item.itemHash, pra: item.pra });
  return { signedStatement: await signData(statement, { psid: identity.profile.aid.management }, identity.signer) };
}
