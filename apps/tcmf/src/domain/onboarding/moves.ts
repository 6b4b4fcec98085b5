/** Where an application may stand, and what moves it: the whole of it in one table. */
import { refused, type Refused } from '#credentials/refusal.js';

export type OnboardingState =
  | 'submitted'
  | 'under-review'
  | 'approved'
  | 'at-ceremony'
  | 'joined'
  | 'refused'
  | 'withdrawn'
  | 'suspended'
  | 'removed';

export type OnboardingAct = 'approve' | 'refuse' | 'withdraw' | 'export' | 'import' | 'suspend' | 'resume' | 'remove';

/** What an act makes of each state in which it is allowed; in every other it is refused. */
export const MOVES: Readonly<Record<OnboardingAct, Partial<Record<OnboardingState, OnboardingState>>>> = {
  approve: { submitted: 'under-review', 'under-review': 'approved' },
  refuse: { submitted: 'refused', 'under-review': 'refused', approved: 'refused', 'at-ceremony': 'refused' },
  withdraw: { submitted: 'withdrawn', 'under-review': 'withdrawn', approved: 'withdrawn' },
  // Once more while it is there: the medium may have been lost.
  export: { approved: 'at-ceremony', 'at-ceremony': 'at-ceremony' },
  import: { 'at-ceremony': 'joined' },
  suspend: { joined: 'suspended' },
  resume: { suspended: 'joined' },
  remove: { joined: 'removed', suspended: 'removed' },
};

/** The states that nothing leaves; contacts are erased there. */
export const isEnd = (state: OnboardingState): boolean =>
  Object.values(MOVES).every((from) => from[state] === undefined);

export function moved(state: OnboardingState, act: OnboardingAct): OnboardingState | Refused<'act-not-in-this-state'> {
  return MOVES[act][state] ?? refused('act-not-in-this-state');
}
