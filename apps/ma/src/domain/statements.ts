/**
 * What PCA and PRA state in a case, checked before it is carried on: signed by the very authority that was asked, about
 * this case and this target (RV4). The next authority checks the same for itself.
 */
import { tryDecode, type Codec } from '#coer/codec.js';
import { approvalTarget } from '#credentials/approval.js';
import { PcaStatement, PraStatement } from '#credentials/case-statements.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { TrustStore } from '#credentials/trust-store.js';
import type { ChainStatements } from '#edges/ma-pra/investigation.js';
import type { CaseFacts, LaName } from './case-steps.js';
import type { StopReason } from './refusal.js';

export interface StatementRules {
  readonly trust: TrustStore;
  readonly nowMillis: number;
  readonly managementAid: number;
  readonly facts: CaseFacts;
}

/** The payload when `by` (HashedId8 of one on the lists) signed it for the management application. */
function signedBy<T extends { caseId: Uint8Array; target: Uint8Array }>(
  bytes: Uint8Array,
  codec: Codec<T>,
  by: Uint8Array,
  { trust, nowMillis, managementAid, facts }: StatementRules,
): T | undefined {
  const signed = asSignedData(bytes);
  const named = signed && onlyCertificate(signed.signer);
  if (signed === undefined || named === undefined || Buffer.compare(hashedId8(named), by) !== 0) return undefined;
  const listed = trust.authority(by, nowMillis);
  if (isRefused(listed) || signed.tbsData.value.headerInfo.psid !== managementAid) return undefined;
  const payload = signedPayload(signed);
  const statement = payload && tryDecode(codec, payload);
  if (!statement?.ok || !isAbout(statement.value, facts) || !isSignedWith(signed, listed.certificate)) return undefined;
  return statement.value;
}

function isAbout({ caseId, target }: { caseId: Uint8Array; target: Uint8Array }, facts: CaseFacts): boolean {
  const own = approvalTarget(facts.salt, facts.certificateHash);
  return Buffer.compare(caseId, facts.id) === 0 && Buffer.compare(target, own) === 0;
}

/** The PCA's statement; it must send us to the PRA we have a line to. */
export function checkPcaStatement(
  bytes: Uint8Array,
  pca: Uint8Array,
  praHostname: string,
  rules: StatementRules,
): PcaStatement | Refused<StopReason> {
  const statement = signedBy(bytes, PcaStatement, pca, rules);
  if (statement === undefined) return refused('pca-statement');
  return statement.pra === praHostname ? statement : refused('pra-of-another-name');
}

/** What the PRA signed for the LAs that are asked, in their order: for each of them, and for no other. */
export function statementsFor(
  las: readonly LaName[],
  { la1Statement, la2Statement }: Pick<ChainStatements, 'la1Statement' | 'la2Statement'>,
): readonly Uint8Array[] | Refused<StopReason> {
  const signed = la2Statement === undefined ? [la1Statement] : [la1Statement, la2Statement];
  return signed.length === las.length ? signed : refused('pra-statement');
}

/** The PRA's statement for one LA, given by its 2-byte identifier. */
export function checkPraStatement(
  bytes: Uint8Array,
  pra: Uint8Array,
  laId: Uint8Array,
  rules: StatementRules,
): PraStatement | Refused<StopReason> {
  const statement = signedBy(bytes, PraStatement, pra, rules);
  return statement !== undefined && Buffer.compare(statement.laId, laId) === 0 ? statement : refused('pra-statement');
}
