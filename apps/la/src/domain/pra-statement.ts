/** What the PRA states about a chain in an approved case: signed by a listed PRA of our domain, about this very case. */
import { tryDecode, type Infer } from '#coer/codec.js';
import { constantTimeEqual } from '#crypto/equal.js';
import type { ApprovalScope } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import { speaksAs } from '#edge/line-identity.js';
import { PraStatement } from '#edges/la-ma/seeds.js';
import type { Certificate, SignedData } from '#wire/secured-data.js';
import { refuse, type LaRefused } from './refusal.js';

export interface StatementRules {
  readonly trust: TrustStore;
  readonly own: Certificate;
  readonly laId: Uint8Array;
  readonly managementAid: number;
  readonly nowMillis: number;
}

/** The statement in signed bytes when it is a PRA's of our domain, of the scope's case and target, and for us. */
export function checkPraStatement(
  bytes: Uint8Array,
  scope: ApprovalScope,
  rules: StatementRules,
): Infer<typeof PraStatement> | LaRefused {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  if (signed === undefined || payload === undefined) return refuse('statement-malformed');
  if (signed.tbsData.value.headerInfo.psid !== rules.managementAid) return refuse('statement-malformed');
  const pra = statingPra(signed, rules);
  if (pra === undefined) return refuse('statement-signer');
  if (!isSignedWith(signed, pra.certificate)) return refuse('statement-signature');
  const statement = tryDecode(PraStatement, payload);
  if (!statement.ok) return refuse('statement-malformed');
  const { caseId, target, laId } = statement.value;
  if (!constantTimeEqual(caseId, scope.caseId) || !constantTimeEqual(target, scope.target))
    return refuse('statement-other-case');
  return constantTimeEqual(laId, rules.laId) ? statement.value : refuse('statement-other-la');
}

/** The certificate in the message only says which listed authority to look up. */
function statingPra(signed: SignedData, rules: StatementRules): ListedAuthority | undefined {
  const named = onlyCertificate(signed.signer);
  if (named === undefined) return undefined;
  const pra = rules.trust.authority(hashedId8(named), rules.nowMillis);
  const self = rules.trust.authority(hashedId8(rules.own), rules.nowMillis);
  if (isRefused(pra) || isRefused(self) || !rules.trust.sameDomain(self, pra)) return undefined;
  return speaksAs(pra.certificate, 'pra', rules.managementAid) ? pra : undefined;
}
