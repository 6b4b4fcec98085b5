/**
 * What PCA, PRA, LAs and CRA ask of the MA before they answer: the signatures of two operators over this case, this
 * action, this addressee and this one target, once, before it expires. The operators' keys are known to each authority
 * by its own configuration, not from the MA.
 */
import type { Infer } from '#coer/codec.js';
import { preserve, withBytes } from '#coer/preserved.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { octets, utf8String } from '#coer/strings.js';
import { concat } from '#crypto/bytes.js';
import { constantTimeEqual } from '#crypto/equal.js';
import { sm2Verify } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { HashedId8, Time32 } from '#wire/base-types.js';
import { millisFromTime32 } from '#wire/time.js';
import { refused, type Refused } from './refusal.js';

export type ApprovedAction =
  | 'identify'
  | 'blacklist'
  | 'reveal-seed'
  | 'revoke'
  // Addressed to the MA itself: what its operators decide of a case without another authority.
  | 'refute'
  | 'appeal'
  | 'uphold'
  | 'reinstate';

/** `target` is SM3(salt ‖ hash of the one certificate), so that a scope tells nothing of whom it is about. */
export const ApprovalScope = sequence('ApprovalScope', {
  caseId: octets('caseId', 16),
  action: utf8String('action', 32),
  addressee: HashedId8,
  target: octets('target', 32),
  nonce: octets('nonce', 16),
  expiry: Time32,
});
export type ApprovalScope = Infer<typeof ApprovalScope>;
export const OperatorSignature = sequence('OperatorSignature', {
  operatorId: octets('operatorId', 8),
  signature: octets('signature', 64),
});
export const Approval = sequence('Approval', {
  scope: withBytes(ApprovalScope),
  signatures: sequenceOf(OperatorSignature, 0, 4),
});
export type Approval = Infer<typeof Approval>;

export type ApprovalRefusal = 'approval-scope' | 'approval-expired' | 'approval-signatures' | 'approval-used';

const SIGNING_ID = new TextEncoder().encode('chrysalis approval 1');
const LONGEST_LIFE_MILLIS = 72 * 3_600_000;

/** HashedId8 of an operator's 33-byte public key. */
export const operatorIdOf = (publicKey: Uint8Array): Uint8Array => sm3(publicKey).subarray(24);
export const approvalTarget = (salt: Uint8Array, certificateHash: Uint8Array): Uint8Array => sm3(salt, certificateHash);

export const newApproval = (scope: ApprovalScope): Approval => ({
  scope: preserve(ApprovalScope, scope),
  signatures: [],
});

/** Adds one operator's signature; `sign` is the operator's own key, wherever that is. */
export async function addSignature(
  approval: Approval,
  operator: { publicKey: Uint8Array; sign: (id: Uint8Array, message: Uint8Array) => Promise<Uint8Array> },
): Promise<Approval> {
  const signature = await operator.sign(SIGNING_ID, approval.scope.bytes);
  return {
    ...approval,
    signatures: [...approval.signatures, { operatorId: operatorIdOf(operator.publicKey), signature }],
  };
}

/** Notes that a nonce was used; false when it was before. Kept in the authority's own table. */
export type UseOnce = (nonceHash: Uint8Array, expiresMillis: number) => Promise<boolean>;

export interface ApprovalRules {
  readonly action: ApprovedAction;
  /** HashedId8 of the authority that checks. */
  readonly self: Uint8Array;
  /** 33-byte public keys of the operators this authority knows. */
  readonly operators: readonly Uint8Array[];
  readonly nowMillis: number;
  readonly useOnce: UseOnce;
}

/** The scope, when two different known operators signed exactly it for us, now, and for the first time. */
export async function checkApproval(
  approval: Approval,
  rules: ApprovalRules,
): Promise<ApprovalScope | Refused<ApprovalRefusal>> {
  const scope = approval.scope.value;
  if (scope.action !== rules.action || !constantTimeEqual(scope.addressee, rules.self))
    return refused('approval-scope');
  const expiry = millisFromTime32(scope.expiry);
  if (expiry <= rules.nowMillis || expiry > rules.nowMillis + LONGEST_LIFE_MILLIS) return refused('approval-expired');
  if (countSigners(approval, rules.operators) < 2) return refused('approval-signatures');
  const first = await rules.useOnce(sm3(concat(scope.nonce, approval.scope.bytes)), expiry);
  return first ? scope : refused('approval-used');
}

/** Different operators whose signature verifies; one who signed twice counts once. */
function countSigners(approval: Approval, operators: readonly Uint8Array[]): number {
  const signers = operators.filter((publicKey) =>
    approval.signatures.some(
      ({ operatorId, signature }) =>
        constantTimeEqual(operatorId, operatorIdOf(publicKey)) &&
        sm2Verify(publicKey, SIGNING_ID, approval.scope.bytes, signature),
    ),
  );
  return new Set(signers.map((publicKey) => Buffer.from(publicKey).toString('hex'))).size;
}
