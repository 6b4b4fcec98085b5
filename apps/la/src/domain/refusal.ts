/** Everything an LA refuses, and nothing of what was refused. */
import type { ApprovalRefusal } from '#credentials/approval.js';
import { refused, type Refused } from '#credentials/refusal.js';

export type LaRefusal =
  | 'not-supported'
  | 'another-pra'
  | 'wrong-pra'
  | 'pca-unknown'
  | 'pca-not-reached'
  | 'period-order'
  | 'period-past'
  | 'period-too-far'
  | 'index-count'
  | 'chain-count'
  | 'too-many-values'
  | 'chain-handle'
  | 'chain-not-continued'
  | 'period-closed'
  | 'chain-unknown'
  | 'chain-ended'
  | 'statement-malformed'
  | 'statement-signer'
  | 'statement-signature'
  | 'statement-other-case'
  | 'statement-other-la'
  | ApprovalRefusal;

export type LaRefused = Refused<LaRefusal>;
export const refuse = (reason: LaRefusal): LaRefused => refused(reason);
