/** Everything the CRA may answer an order with instead of a list number. */
import type { ApprovalRefusal } from '#credentials/approval.js';

export type ChainRefusal =
  | 'chain-of-half-a-pair'
  | 'chain-of-other-las'
  | 'chain-of-one-la'
  | 'chain-without-seeds'
  | 'chain-without-certificates'
  | 'chain-from-the-future'
  | 'chain-too-old'
  | 'chain-too-long';
export type CertificateRefusal = 'no-list-by-hash' | 'certificate-over';
export type RevocationRefusal = ApprovalRefusal | ChainRefusal | CertificateRefusal;
