import { isRefused } from '#credentials/refusal.js';
import { isEnd, moved, MOVES, type OnboardingAct, type OnboardingState } from './moves.js';

const STATES: OnboardingState[] = [
  ...(['submitted', 'under-review', 'approved', 'at-ceremony', 'joined'] as const),
  ...(['refused', 'withdrawn', 'suspended', 'removed'] as const),
];
const ACTS = Object.keys(MOVES) as OnboardingAct[];

/** Every state that these acts lead to, from this one on. */
function reachable(from: OnboardingState, acts: readonly OnboardingAct[]): Set<OnboardingState> {
  const found = new Set([from]);
  for (const state of found)
    for (const act of acts) {
      const next = moved(state, act);
      if (typeof next === 'string') found.add(next);
    }
  return found;
}

describe('the moves of an application', () => {
  it('are sixteen of seventy-two; every other act is refused', () => {
    const pairs = STATES.flatMap((state) => ACTS.map((act) => moved(state, act)));
    expect(pairs).toHaveLength(72);
    expect(pairs.filter((next) => !isRefused(next))).toHaveLength(16);
  });

  it('lead to every state, and out of refused, withdrawn and removed none leads', () => {
    expect(reachable('submitted', ACTS)).toEqual(new Set(STATES));
    expect(STATES.filter(isEnd)).toEqual(['refused', 'withdrawn', 'removed']);
  });

  it.each<[OnboardingState, OnboardingAct]>([
    ['joined', 'import'],
    ['joined', 'export'],
    ['joined', 'approve'],
  ])('never lead to %s without %s', (state, act) => {
    const others = ACTS.filter((one) => one !== act);
    expect(reachable('submitted', others).has(state)).toBe(false);
  });

  it('take two approvals, one after the other', () => {
    expect(moved('submitted', 'approve')).toBe('under-review');
    expect(moved('under-review', 'approve')).toBe('approved');
    expect(isRefused(moved('approved', 'approve'))).toBe(true);
  });

  it('do not let an applicant take back what is at the ceremony', () => {
    expect(isRefused(moved('at-ceremony', 'withdraw'))).toBe(true);
  });
});
