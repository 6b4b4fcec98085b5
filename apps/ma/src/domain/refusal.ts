/** Everything the MA refuses, and nothing of what was refused. */
import type { ApprovalRefusal } from '#credentials/approval.js';

/** Why a report is not looked at further. */
export type ReporterRefusal =
  | 'report-too-large'
  | 'report-malformed'
  | 'report-not-sealed-to-us'
  | 'report-not-signed'
  | 'report-aid'
  | 'report-header'
  | 'report-signer-form'
  | 'report-from-the-future'
  | 'report-too-old'
  | 'report-duplicate'
  | 'report-signature'
  | 'reporter-not-permitted'
  | 'reporter-issuer-not-listed'
  | 'reporter-issuer-not-pca'
  | 'reporter-of-another-domain'
  | 'reporter-outside-validity'
  | 'reporter-chain'
  | 'reporter-revoked';

/** Why evidence proves nothing. */
export type EvidenceRefusal =
  | 'evidence-aid'
  | 'evidence-type'
  | 'evidence-subject'
  | 'evidence-too-few'
  | 'evidence-too-many'
  | 'evidence-malformed'
  | 'evidence-without-certificate'
  | 'evidence-of-several-signers'
  | 'evidence-without-time'
  | 'evidence-too-old'
  | 'evidence-from-the-future'
  | 'evidence-signature'
  | 'evidence-unreadable'
  | 'evidence-is-own'
  | 'accused-not-pseudonym'
  | 'accused-issuer-not-listed'
  | 'accused-issuer-not-pca'
  | 'accused-chain'
  | 'accused-revoked'
  | 'accused-of-another-domain'
  | 'no-ma-for-domain';

export type ReportRefusal = ReporterRefusal | EvidenceRefusal;
export type LineRefusal = 'another-pra' | 'report-too-large' | 'week';

/** What an operator hears. */
export type OperatorRefusal =
  | 'case-unknown'
  | 'case-not-pending'
  | 'verdict-not-here'
  | 'case-not-approved'
  | 'peer-not-listed'
  | 'approval-unknown'
  | ApprovalRefusal;

/** Why an approved case stops. `refused-by-<step>: <reason>` repeats an authority's own word. */
export type StopReason =
  | 'pca-statement'
  | 'pra-statement'
  | 'pra-of-another-name'
  | 'la-answered-for-another'
  | 'witness-disagrees'
  | `refused-by-${string}`;
