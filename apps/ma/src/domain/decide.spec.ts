import fc from 'fast-check';
import { areaOf, decide, isNear, NO_AREA, type Circumstances, type Voice } from './decide.js';
import { consensusOf, type Bucket } from './opinions.js';

const NOON = Date.UTC(2026, 10, 18, 12);
const DAY = 86_400_000;
const HERE = areaOf(39.9, 116.4);
const FAR = areaOf(39.9, 117.4);
const calm: Circumstances = { minimumReporters: 3, refutedShare: 0, isSpoofingSuspected: false };

let made = 0;
const voice = (strength: number, parts: Partial<Voice> = {}): Voice => ({
  ...{ handle: `h${String(made++)}`, week: 5, bucket: 'medium', strength, kind: 'motion', atMillis: NOON, area: HERE },
  ...parts,
});
const voices = (strengths: readonly number[], parts: Partial<Voice> = {}): Voice[] =>
  strengths.map((strength) => voice(strength, parts));
const judged = (said: readonly Voice[], at: Partial<Circumstances> = {}) => decide(said, { ...calm, ...at });

const BUCKETS: readonly Bucket[] = ['low', 'medium', 'high', 'rsu'];

describe('a case is put before the operators', () => {
  it('not by nobody, one or two reporters, however sure they are (RV2)', () => {
    expect(judged([])).toMatchObject({ state: 'INVESTIGATING', reason: 'too-few-reporters' });
    for (const strengths of [[1], [1, 1]])
      expect(judged(voices(strengths))).toMatchObject({ state: 'INVESTIGATING', reason: 'too-few-reporters' });
  });

  it('not by one reporter who speaks three times', () => {
    expect(judged(voices([1, 1, 1], { handle: 'one' }))).toMatchObject({
      state: 'INVESTIGATING',
      weighing: { reporters: 1 },
    });
  });

  it('not by one device on both sides of the change of weeks: handles of two weeks are never added', () => {
    const both = [...voices([1, 1], { week: 5 }), ...voices([1, 1], { week: 6 })];
    expect(judged(both)).toMatchObject({ reason: 'too-few-reporters', weighing: { reporters: 2 } });
    expect(judged([...both, voice(1, { week: 6 })])).toMatchObject({
      state: 'PENDING_APPROVAL',
      weighing: { week: 6, reporters: 3 },
    });
  });

  it('not by three whose evidence shows little, though they agree', () => {
    expect(judged(voices([0.49, 0.49, 0.49], { bucket: 'rsu' }))).toMatchObject({
      state: 'INVESTIGATING',
      reason: 'evidence-too-weak',
      weighing: { scl: 0.49 },
    });
  });

  it('not by one poisoned finding among weak ones', () => {
    expect(judged(voices([1, 0.2, 0.2]))).toMatchObject({ reason: 'evidence-too-weak', weighing: { scl: 0.2 } });
    expect(judged(voices([1, 1, 0.2, 0.2, 0.2]))).toMatchObject({ reason: 'evidence-too-weak' });
  });

  it('not by three of little weight just above the evidence gate: the threshold is higher for few', () => {
    expect(judged(voices([0.5, 0.55, 0.5]))).toMatchObject({ state: 'INVESTIGATING', reason: 'below-threshold' });
    expect(judged(voices(Array.from({ length: 25 }, () => 0.55)))).toMatchObject({ state: 'PENDING_APPROVAL' });
  });

  it('by three whose evidence shows it', () => {
    expect(judged(voices([0.6, 0.6, 0.6]))).toMatchObject({
      state: 'PENDING_APPROVAL',
      reason: null,
      isProven: false,
    });
  });

  it('not by the same three where many cases of late were refuted: there it takes more', () => {
    expect(judged(voices([0.6, 0.6, 0.6]), { refutedShare: 0.11 })).toMatchObject({ reason: 'below-threshold' });
    expect(judged(voices([0.6, 0.6, 0.6]), { refutedShare: 0.1 })).toMatchObject({ state: 'PENDING_APPROVAL' });
    expect(judged(voices(Array.from({ length: 12 }, () => 0.6)), { refutedShare: 0.11 })).toMatchObject({
      state: 'PENDING_APPROVAL',
    });
  });

  it('by the week that leads farthest, when another says little', () => {
    expect(judged([...voices([1], { week: 4 }), ...voices([0.7, 0.7, 0.7])])).toMatchObject({
      state: 'PENDING_APPROVAL',
      weighing: { week: 5 },
    });
  });

  it('in no order of arrival, and only ever above every gate', () => {
    let pending = 0;
    const cast = fc.record({
      handle: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      week: fc.constantFrom(1, 2),
      strength: fc.oneof(fc.constantFrom(0.5, 0.9), fc.double({ min: 0, max: 1, noNaN: true })),
      kind: fc.constant('motion' as const),
      atMillis: fc.constant(NOON),
      area: fc.constant(HERE),
    });
    fc.assert(
      fc.property(fc.array(cast, { minLength: 4, maxLength: 12 }), (drawn) => {
        // A handle has one bucket in its week.
        const said = drawn.map((one) => ({ ...one, bucket: BUCKETS['abcdef'.indexOf(one.handle) % 4] as Bucket }));
        const decision = judged(said);
        const again = judged([...said].reverse());
        expect([again.state, again.reason]).toEqual([decision.state, decision.reason]);
        if (decision.state !== 'PENDING_APPROVAL') return;
        pending++;
        const { gates, scl, level, threshold, reporters } = decision.weighing as NonNullable<typeof decision.weighing>;
        expect(gates.every(({ isPassed }) => isPassed)).toBe(true);
        expect(scl).toBeGreaterThanOrEqual(0.5);
        expect(level).toBeGreaterThanOrEqual(threshold);
        expect(reporters).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 2_000 },
    );
    expect(pending).toBeGreaterThan(100);
  });
});

describe('one report suffices', () => {
  it('for a missing right alone, and then a standing approval may', () => {
    expect(judged([voice(0.95, { kind: 'rights' })])).toMatchObject({ state: 'PENDING_APPROVAL', isProven: true });
    for (const kind of ['bounds', 'value', 'motion'] as const)
      expect(judged([voice(0.99, { kind })])).toMatchObject({ reason: 'too-few-reporters', isProven: false });
  });

  it('whatever weak evidence others file beside it, and wherever satellites lie', () => {
    const shielded = [voice(0.95, { kind: 'rights' }), ...voices(Array.from({ length: 50 }, () => 0.01))];
    expect(judged(shielded, { isSpoofingSuspected: true })).toMatchObject({
      state: 'PENDING_APPROVAL',
      isProven: true,
    });
  });
});

describe('a time or place outside the certificate', () => {
  const bounds = (parts: Partial<Voice> = {}) => voice(0.95, { kind: 'bounds', ...parts });

  it('is a suspected fault while it was seen in one place on one day: a reset clock is no crime', () => {
    expect(judged([bounds(), bounds(), bounds()])).toMatchObject({ state: 'FAULT_WARN', reason: 'suspected-fault' });
  });

  it('is one too when one reporter alone saw it in two places', () => {
    const alone = [bounds({ handle: 'a' }), bounds({ handle: 'a', area: FAR, strength: 0.96 })];
    const others = voices([0.6, 0.6]);
    expect(judged([...alone, ...others])).toMatchObject({ reason: 'suspected-fault' });
  });

  it('goes to the operators when two areas or two days show it', () => {
    expect(judged([bounds(), bounds(), bounds({ area: FAR })])).toMatchObject({ state: 'PENDING_APPROVAL' });
    expect(judged([bounds(), bounds(), bounds({ atMillis: NOON + DAY })])).toMatchObject({
      state: 'PENDING_APPROVAL',
      isProven: false,
    });
  });

  it('is not in two areas where squares touch, or say no place', () => {
    const near = areaOf(39.9, 116.45);
    expect(near).not.toBe(HERE);
    for (const area of [near, NO_AREA])
      expect(judged([bounds(), bounds(), bounds({ area })])).toMatchObject({ reason: 'suspected-fault' });
    expect([isNear(HERE, FAR), isNear(HERE, near), isNear(NO_AREA, FAR)]).toEqual([false, true, true]);
  });
});

describe('a fault', () => {
  const value = (parts: Partial<Voice> = {}) => voice(0.6, { kind: 'value', ...parts });
  // Stronger than the weight of a single detector, so that the threshold is not what keeps it back.
  const many = (parts: Partial<Voice> = {}) => Array.from({ length: 20 }, () => value(parts));

  it('is a single value no car has, in a stream that is plausible otherwise', () => {
    expect(judged(many())).toMatchObject({ state: 'FAULT_WARN', reason: 'suspected-fault' });
  });

  it('that lasts a week goes to the operators', () => {
    expect(judged([...many(), value({ atMillis: NOON + 7 * DAY })])).toMatchObject({ state: 'PENDING_APPROVAL' });
  });

  it('does not hide an attack that others show', () => {
    expect(judged([...many(), ...voices([0.6, 0.6, 0.6])])).toMatchObject({ state: 'PENDING_APPROVAL' });
  });
});

it('where satellites may lie a case goes to people with that remark, and is not acted upon without them', () => {
  expect(judged(voices([0.9, 0.9, 0.9]), { isSpoofingSuspected: true })).toMatchObject({
    state: 'PENDING_APPROVAL',
    reason: 'gnss-spoofing-suspected',
    isProven: false,
  });
});

describe('voices together', () => {
  const level = (said: readonly [number, Bucket][], evidence: number) =>
    consensusOf(
      said.map(([shown, bucket]) => ({ shown, bucket })),
      evidence,
    );

  it('move toward the evidence, and not toward the crowd that denies it', () => {
    const crowd = Array.from({ length: 6 }, (): [number, Bucket] => [0, 'low']);
    const { level: after, rounds } = level([...crowd, [0.9, 'high'], [0.9, 'high']], 0.9);
    const { level: denied } = level([...crowd, [0.9, 'high'], [0.9, 'high']], 0);
    expect(rounds).toBeGreaterThan(1);
    expect(after).toBeGreaterThan(0.75);
    expect(denied).toBeLessThan(after);
  });

  it('count by reputation, none of them for more than a quarter', () => {
    const low = level(
      [
        [1, 'low'],
        [0.9, 'medium'],
        [0.9, 'medium'],
        [0.9, 'medium'],
      ],
      0.9,
    ).level;
    const high = level(
      [
        [1, 'high'],
        [0.9, 'medium'],
        [0.9, 'medium'],
        [0.9, 'medium'],
      ],
      0.9,
    ).level;
    expect(low).toBeLessThan(high);
    const one = level(
      [[1, 'rsu'], ...Array.from({ length: 9 }, (): [number, Bucket] => [0.9, 'low'])].slice(0, 8) as [
        number,
        Bucket,
      ][],
      0.9,
    );
    expect(one.level).toBeLessThanOrEqual(0.9 + 0.1 * 0.25 + 1e-4);
  });

  it('from ten on lose a tenth at each end', () => {
    const flat = Array.from({ length: 8 }, (): [number, Bucket] => [0.6, 'medium']);
    expect(level([...flat, [0.6, 'medium'], [1, 'medium']], 0.6).level).toBeCloseTo(0.6);
    expect(level([...flat, [1, 'medium']], 0.6).level).toBeGreaterThan(0.6);
  });

  it('of a roadside unit bear on the level', () => {
    const [without, withIt] = [voices([0.6, 0.6, 0.6]), [...voices([0.6, 0.6]), voice(0.9, { bucket: 'rsu' })]];
    const levelOf = (said: Voice[]) => judged(said).weighing?.level as number;
    expect(levelOf(withIt) - levelOf(without)).toBeGreaterThan(0.09);
  });
});
