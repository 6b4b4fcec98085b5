import fc from 'fast-check';
import { decide, type Vote } from './decide.js';

const votes = (strengths: readonly number[], week = 5): Vote[] =>
  strengths.map((strength, n) => ({ handle: `h${week}-${n}`, week, strength }));

describe('a case is put before the operators', () => {
  it('not by nobody, one or two reporters, however sure they are (RV2)', () => {
    expect(decide([], 3)).toEqual({ state: 'INVESTIGATING', scl: 0, reporters: 0, reason: 'too-few-reporters' });
    for (const strengths of [[1], [1, 1]]) {
      expect(decide(votes(strengths), 3)).toMatchObject({ state: 'INVESTIGATING', reason: 'too-few-reporters' });
    }
  });

  it('not by one reporter who speaks three times', () => {
    const again = [1, 1, 1].map((strength) => ({ handle: 'one', week: 5, strength }));
    expect(decide(again, 3)).toMatchObject({ state: 'INVESTIGATING', reporters: 1 });
  });

  it('not by three handles of which two may be one reporter in two weeks', () => {
    expect(decide([...votes([1, 1], 5), ...votes([1, 1], 6)], 3)).toMatchObject({
      state: 'INVESTIGATING',
      reason: 'too-few-reporters',
      reporters: 2,
    });
  });

  it('not by three whose evidence shows little', () => {
    expect(decide(votes([0.49, 0.49, 0.49]), 3)).toEqual({
      state: 'INVESTIGATING',
      scl: 0.49,
      reporters: 3,
      reason: 'evidence-too-weak',
    });
  });

  it('not by one poisoned finding among weak ones', () => {
    expect(decide(votes([1, 0.2, 0.2]), 3)).toMatchObject({ reason: 'evidence-too-weak', scl: 0.2 });
    expect(decide(votes([1, 1, 0.2, 0.2, 0.2]), 3)).toMatchObject({ reason: 'evidence-too-weak' });
  });

  it('by three whose evidence shows it', () => {
    expect(decide(votes([0.5, 0.6, 0.5]), 3)).toEqual({ state: 'PENDING_APPROVAL', scl: 0.5, reporters: 3 });
  });

  it('by the five strongest, whoever files weak evidence beside them', () => {
    const shielded = votes([0.9, 0.8, 0.7, 0.6, 0.6, ...Array.from({ length: 50 }, () => 0)]);
    expect(decide(shielded, 3)).toMatchObject({ state: 'PENDING_APPROVAL', scl: 0.7, reporters: 55 });
  });

  it('by the week that says most, when another says little', () => {
    expect(decide([...votes([1], 4), ...votes([0.7, 0.7, 0.7], 5)], 3)).toMatchObject({
      state: 'PENDING_APPROVAL',
      reporters: 3,
    });
  });

  it('in no order of arrival, and only ever above both gates', () => {
    let pending = 0;
    const vote = fc.record({
      handle: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      week: fc.constantFrom(1, 2),
      strength: fc.oneof(fc.constantFrom(0.5, 0.9), fc.double({ min: 0, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(vote, { minLength: 4, maxLength: 12 }), (cast) => {
        const decision = decide(cast, 3);
        expect(decide([...cast].reverse(), 3)).toEqual(decision);
        if (decision.state !== 'PENDING_APPROVAL') return;
        pending++;
        expect(decision.scl).toBeGreaterThanOrEqual(0.5);
        const strong = cast.filter(({ strength }) => strength >= 0.5).map(({ handle }) => handle);
        expect(new Set(strong).size).toBeGreaterThanOrEqual(2);
        expect(new Set(cast.map(({ handle }) => handle)).size).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 2_000 },
    );
    expect(pending).toBeGreaterThan(100);
  });
});
