/** The PCA's word in an approved case: this certificate was issued for that single item (RV4, RV5). */
import { tryDecode } from '#coer/codec.js';
import type { ApprovalScope } from '#credentials/approval.js';
import { PcaStatement } from '#credentials/case-statements.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { constantTimeEqual } from '#crypto/equal.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import { speaksAs, type LineIdentity } from '#edge/line-identity.js';
import type { Certificate, SignedData } from '#wire/secured-data.js';
import type { InvestigationRefusal } from './refusal.js';

export interface StatementRules {
  readonly scope: ApprovalScope;
  /** Our own host name: the statement is for us. */
  readonly hostname: string;
  readonly identity: LineIdentity;
}

/** The statement, when a listed PCA of our domain signed it for this case and target and for us. */
export function checkPcaStatement(
  bytes: Uint8Array,
  rules: StatementRules,
): PcaStatement | Refused<InvestigationRefusal> {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const statement = payload && tryDecode(PcaStatement, payload);
  if (signed === undefined || statement?.ok !== true) return refused('statement-malformed');
  const pca = listedPca(signed, rules.identity);
  if (pca === undefined) return refused('statement-signer');
  if (!isSignedWith(signed, pca)) return refused('statement-signature');
  const { caseId, target, pra } = statement.value;
  const isOfScope = constantTimeEqual(caseId, rules.scope.caseId) && constantTimeEqual(target, rules.scope.target);
  if (!isOfScope) return refused('statement-scope');
  return pra === rules.hostname ? statement.value : refused('statement-addressee');
}

/** The signer as the lists know it; the certificate in the statement only says which one to look up. */
function listedPca(signed: SignedData, { trust, profile, clock, signer }: LineIdentity): Certificate | undefined {
  if (signed.tbsData.value.headerInfo.psid !== profile.aid.management) return undefined;
  const named = onlyCertificate(signed.signer);
  const id8 = signed.signer.kind === 'digest' ? signed.signer.value : named && hashedId8(named);
  if (id8 === undefined) return undefined;
  const pca = trust.authority(id8, clock.nowMillis());
  const self = trust.authority(hashedId8(signer.certificate), clock.nowMillis());
  if (isRefused(pca) || isRefused(self)) return undefined;
  const counts = speaksAs(pca.certificate, 'pca', profile.aid.management) && trust.sameDomain(pca, self);
  return counts ? pca.certificate : undefined;
}
