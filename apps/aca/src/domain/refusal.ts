/** Everything the ACA refuses its ARA, and nothing of what was refused. */
import { refused, type Refused } from '#credentials/refusal.js';

export type ItemRefusal =
  | 'item-malformed'
  | 'item-version'
  | 'item-form'
  | 'item-key'
  | 'item-possession'
  /** Made too long ago, or ahead of our clock: a new item may be made for the same request. */
  | 'item-stale'
  | 'item-permissions'
  | 'item-region'
  | 'item-validity';

export type IssueRefusal = ItemRefusal | 'another-ara' | 'already-certified';
export const refuse = <R extends IssueRefusal>(reason: R): Refused<R> => refused(reason);
