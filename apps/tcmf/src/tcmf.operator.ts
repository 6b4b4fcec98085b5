/** What an operator of the TCMF can do; not on the network: the token is resolved inside the process. */
import type { BroughtLists } from './domain/judge-lists.js';
import type { TcmfRefused } from './domain/refusal.js';

export const TCMF_OPERATOR = Symbol('TCMF_OPERATOR');

export interface TcmfOperator {
  /** Publishes lists that came from the offline side as files (encoded RootCtl, PkiCtl, CA CRL): all of them, or none. */
  publish(lists: BroughtLists): Promise<{ kind: 'published' } | TcmfRefused>;
}
