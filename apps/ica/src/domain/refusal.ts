/** Everything an ICA refuses, and nothing of what was refused. */
import type { RequestRefusal } from '#credentials/authority-request.js';
import { refused, type Refused } from '#credentials/refusal.js';

export type IcaRefusal =
  | RequestRefusal
  | 'kind-not-allowed'
  | 'hostname-malformed'
  | 'la-id'
  | 'validity-length'
  | 'request-encryption-key'
  | 'request-one-key-for-both'
  | 'key-of-the-issuer'
  | 'validity-outside-issuer'
  | 'region-outside-issuer'
  | 'permissions-outside-issuer'
  | 'key-certified-otherwise'
  | 'hostname-of-another-kind'
  | 'la-id-taken';

export type IcaRefused = Refused<IcaRefusal>;
export const refuse = (reason: IcaRefusal): IcaRefused => refused(reason);
