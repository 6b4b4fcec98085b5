// One message that each detector refuses while the others let it pass, then what all of them must let pass.
import fc from 'fast-check';
import { DETECTORS, type DetectorName } from './detector-table.js';
import { lengthOf, offsetBetween, pointAt } from './geo.js';
import type { ObservedState } from './observed-state.js';
import { DEFAULT_CONTEXT } from './plausibility.js';

const HERE = { latitudeDegrees: 39.9, longitudeDegrees: 116.4 };

/** A car at HERE that goes north at 10 m/s, and what it is after `millis` when it goes on like that. */
const START: ObservedState = {
  ...HERE,
  generationTimeMillis: 0,
  speedMetresPerSecond: 10,
  headingDegrees: 0,
  isReversing: false,
  longitudinalAcceleration: 0,
  widthMetres: 1.8,
  lengthMetres: 4.5,
  positionSigmaMetres: 0.4,
};
const after = (millis: number, changes: Partial<ObservedState> = {}): ObservedState => ({
  ...START,
  ...moved(0, millis / 100),
  generationTimeMillis: millis,
  ...changes,
});
const moved = (eastMetres: number, northMetres: number) => pointAt(HERE, { eastMetres, northMetres });

function blamed(previous: ObservedState, current: ObservedState, receiver = HERE): DetectorName[] {
  return DETECTORS.filter(({ detector, against }) => {
    const earlier = against === 'single' ? current : previous;
    return detector(earlier, current, { ...DEFAULT_CONTEXT, receiver }) < 0.5;
  }).map(({ name }) => name);
}

describe('each detector', () => {
  it.each<[string, ObservedState, ObservedState, DetectorName[]]>([
    // What moves too far for any car moves too far for its speed: positionJump never speaks alone.
    ['a jump of 100 m', START, after(100, moved(0, 101)), ['positionJump', 'positionSpeedConsistency']],
    [
      '20 m in a second at 0 m/s',
      start({ speedMetresPerSecond: 0 }),
      after(1000, { ...moved(0, 20), speedMetresPerSecond: 0 }),
      ['positionSpeedConsistency'],
    ],
    ['standing still at 10 m/s', START, after(1000, moved(0, 0)), ['positionSpeedConsistency']],
    ['going east while pointing north', START, after(1000, moved(10, 0)), ['headingConsistency']],
    [
      '12 m/s more in half a second',
      START,
      after(500, { ...moved(0, 8), speedMetresPerSecond: 22 }),
      ['speedConsistency'],
    ],
    [
      '80 m/s',
      start({ speedMetresPerSecond: 80 }),
      after(100, { ...moved(0, 6.9), speedMetresPerSecond: 80 }),
      ['speedPlausibility'],
    ],
    ['an acceleration of 15 m/s²', START, after(100, { longitudinalAcceleration: 15 }), ['accelerationPlausibility']],
    ['two messages within 20 ms', START, after(20), ['beaconFrequency']],
    ['a car that grows', START, after(100, { lengthMetres: 6 }), ['staticConsistency']],
  ])('refuses: %s', (_, previous, current, names) => expect(blamed(previous, current)).toEqual(names));

  it('refuses a sender beyond radio range, and only where the receiver says where it is', () => {
    const far = moved(0, 3000);
    expect(blamed(START, after(100), far)).toEqual(['rangePlausibility']);
    const { detector } = DETECTORS.find(({ name }) => name === 'rangePlausibility')!;
    expect(detector(START, after(100, far), DEFAULT_CONTEXT)).toBe(1);
  });

  it.each<[string, ObservedState, ObservedState]>([
    ['going on', START, after(100)],
    ['braking hard', START, after(500, { ...moved(0, 4), speedMetresPerSecond: 6, longitudinalAcceleration: -8 })],
    ['a position error of a metre', START, after(100, moved(0.8, 1.6))],
    ['a right turn within two seconds', START, after(2000, { ...moved(11, 13), headingDegrees: 90 })],
    ['a message after two lost ones', START, after(300)],
    ['reversing', start({ isReversing: true }), after(1000, { ...moved(0, -10), isReversing: true })],
    [
      'turning on the spot',
      start({ speedMetresPerSecond: 0 }),
      after(100, { ...HERE, speedMetresPerSecond: 0, headingDegrees: 180 }),
    ],
    ['an unavailable acceleration', START, after(100, { longitudinalAcceleration: undefined })],
  ])('lets pass: %s', (_, previous, current) => expect(blamed(previous, current)).toEqual([]));

  it('is not bought off by a claim of being inexact', () => {
    const vague = { positionSigmaMetres: 200 };
    expect(blamed(start(vague), after(100, { ...moved(0, 101), ...vague }))).toContain('positionJump');
  });

  it('gives a factor between 0 and 1 for any two messages', () => {
    let met = 0;
    const state = fc.record({
      latitudeDegrees: fc.double({ min: -90, max: 90, noNaN: true }),
      longitudeDegrees: fc.double({ min: -180, max: 180, noNaN: true }),
      generationTimeMillis: fc.integer({ min: 0, max: 3000 }),
      speedMetresPerSecond: fc.double({ min: 0, max: 163.8, noNaN: true }),
      headingDegrees: fc.double({ min: 0, max: 359.99, noNaN: true }),
      isReversing: fc.boolean(),
      longitudinalAcceleration: fc.option(fc.double({ min: -20, max: 20, noNaN: true }), { nil: undefined }),
      widthMetres: fc.double({ min: 0, max: 10, noNaN: true }),
      lengthMetres: fc.double({ min: 0, max: 40, noNaN: true }),
      positionSigmaMetres: fc.option(fc.double({ min: 0, max: 200, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(state, state, (one, other) => {
        const [previous, current] =
          one.generationTimeMillis <= other.generationTimeMillis ? [one, other] : [other, one];
        for (const { detector } of DETECTORS) {
          const factor = detector(previous, current, { ...DEFAULT_CONTEXT, receiver: HERE });
          expect(factor >= 0 && factor <= 1).toBe(true);
          met++;
        }
      }),
      { numRuns: 300 },
    );
    expect(met).toBeGreaterThan(1000);
  });
});

describe('geo', () => {
  it('goes out and back, also across the date line', () => {
    const east = { latitudeDegrees: -17, longitudeDegrees: 179.9999 };
    const point = pointAt(east, { eastMetres: 100, northMetres: -50 });
    expect(offsetBetween(east, { ...point, longitudeDegrees: point.longitudeDegrees - 360 }).eastMetres).toBeCloseTo(
      100,
      3,
    );
    expect(lengthOf(offsetBetween(HERE, moved(3, 4)))).toBeCloseTo(5, 6);
  });
});

function start(changes: Partial<ObservedState>): ObservedState {
  return { ...START, ...changes };
}
