/** Everything the TCMF refuses to publish, and nothing of what was refused. */
import type { CaCrlRefusal } from '#credentials/ca-crl.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { ListRefusal } from '#credentials/trust-lists.js';
import type { TrustRefusal } from '#credentials/trust-store.js';

export type TcmfRefusal =
  ListRefusal | TrustRefusal | CaCrlRefusal | 'nothing-to-publish' | 'list-names-unchained-authority';

export type TcmfRefused = Refused<TcmfRefusal>;
export const refuse = (reason: TcmfRefusal): TcmfRefused => refused(reason);
