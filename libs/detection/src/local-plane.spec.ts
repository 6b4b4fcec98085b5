// Cars told by latitude and longitude are judged as they are in metres.
import { Calibration } from './calibration.js';
import { pointAt } from './geo.js';
import { motionOnPlane } from './local-plane.js';
import { Neighbourhood } from './neighbourhood.js';
import type { ObservedState } from './observed-state.js';

const ORIGIN = { latitudeDegrees: 39.9, longitudeDegrees: 116.4 };
const at = (tick: number, eastMetres: number, changes: Partial<ObservedState> = {}): ObservedState => ({
  ...pointAt(ORIGIN, { eastMetres, northMetres: tick }),
  generationTimeMillis: 100 * tick,
  speedMetresPerSecond: 10,
  headingDegrees: 0,
  isReversing: false,
  longitudinalAcceleration: 0,
  widthMetres: 1.8,
  lengthMetres: 4.5,
  positionSigmaMetres: 0.4,
  ...changes,
});

function flags(states: readonly ObservedState[]): boolean[] {
  const ear = new Neighbourhood({ calibration: new Calibration(), rangeMetres: 1000, mostSenders: 10 });
  const hearing = (state: ObservedState) => ({
    receivedSeconds: state.generationTimeMillis / 1000,
    receiver: undefined,
  });
  return states.map((state) => ear.observe('car', motionOnPlane(state, ORIGIN), hearing(state)).flagged);
}

describe('motionOnPlane', () => {
  it('gives metres from the origin, and the rest as it was said', () => {
    expect(motionOnPlane(at(20, 7), ORIGIN)).toMatchObject({
      timeSeconds: 2,
      speedMetresPerSecond: 10,
      acceleration: 0,
    });
    expect(motionOnPlane(at(20, 7), ORIGIN).eastMetres).toBeCloseTo(7, 6);
    expect(motionOnPlane(at(20, 7), ORIGIN).northMetres).toBeCloseTo(20, 6);
  });

  it('lets a steady car pass and flags one that jumps, ten times a second', () => {
    const ticks = Array.from({ length: 100 }, (_, tick) => tick);
    expect(flags(ticks.map((tick) => at(tick, 0)))).not.toContain(true);
    const jumping = flags(ticks.map((tick) => at(tick, tick < 50 ? 0 : 60)));
    expect(jumping.slice(0, 50)).not.toContain(true);
    expect(jumping.slice(50, 60)).toContain(true);
  });

  it('lets a car pass that goes back in reverse gear at five metres a second', () => {
    const back = Array.from({ length: 60 }, (_, tick) =>
      at(0, 0, {
        ...pointAt(ORIGIN, { eastMetres: 0, northMetres: -tick / 2 }),
        generationTimeMillis: 100 * tick,
        speedMetresPerSecond: 5,
        isReversing: true,
      }),
    );
    expect(flags(back)).not.toContain(true);
    expect(flags(back.map((state) => ({ ...state, isReversing: false })))).toContain(true);
  });
});
