// Each check: what it refuses, what it lets pass, where it has nothing to say. Excesses are in standard deviations.
import type { Motion } from '../motion.js';
import { motionAt, samplesOf } from '../motion.fixture.js';
import type { Sample } from '../sender-history.js';
import { rateExcess } from './beacon-rate.js';
import { overlapExcess } from './body-overlap.js';
import { headingChangeExcess } from './heading-consistency.js';
import { laneExcess, laneMapOf } from './lane-distance.js';
import { positionHeadingGap } from './position-heading.js';
import { beginTrack, follow, foretell, innovation } from './position-innovation.js';
import { positionJumpExcess } from './position-jump.js';
import { positionSpeedGap } from './position-speed.js';
import { ContentMemory } from './repeated-content.js';
import { errorCorrelation, independentPairs, NO_PAIRS, pairErrors, sharedErrorExcess } from './shared-error.js';
import { accelerationExcess, rangeExcess, speedExcess } from './single-message.js';
import { speedAccelerationGap, unseenSpeedChange } from './speed-acceleration.js';
import { speedChangeExcess } from './speed-consistency.js';
import { appearanceExcess } from './sudden-appearance.js';
import { transitExcess } from './transit-time.js';

type PairCheck = (earlier: Sample, now: Sample, scale: number) => number | undefined;

function between(check: PairCheck, earlier: Motion, now: Motion, scale = 1): number | undefined {
  const [first, last] = samplesOf(earlier, now);
  return check(first!, last!, scale);
}

const still: Partial<Motion> = { speedMetresPerSecond: 0 };
const silent: Partial<Motion> = { speedMetresPerSecond: undefined, acceleration: undefined, headingDegrees: undefined };

describe('checks of two messages', () => {
  it.each<[string, PairCheck, Motion, Motion]>([
    ['a jump of 300 m in a second', positionJumpExcess, motionAt(0), motionAt(1, { northMetres: 300 })],
    ['moving at 0 m/s', positionSpeedGap, motionAt(0, still), motionAt(2, still)],
    ['standing at 10 m/s', positionSpeedGap, motionAt(0), motionAt(2, { northMetres: 0 })],
    ['going south while pointing north', positionHeadingGap, motionAt(0), motionAt(2, { northMetres: -20 })],
    [
      'going east while pointing north',
      positionHeadingGap,
      motionAt(0),
      motionAt(2, { eastMetres: 20, northMetres: 0 }),
    ],
    [
      '12 m/s less in a second',
      speedChangeExcess,
      motionAt(0, { speedMetresPerSecond: 14 }),
      motionAt(1, { speedMetresPerSecond: 2 }),
    ],
    ['9 m/s more in a second', speedChangeExcess, motionAt(0), motionAt(1, { speedMetresPerSecond: 19 })],
    [
      'braking that no speed shows',
      speedAccelerationGap,
      motionAt(0, { acceleration: -5 }),
      motionAt(1, { acceleration: -5 }),
    ],
    ['a stop that no acceleration shows', unseenSpeedChange, motionAt(0), motionAt(1, still)],
    ['a right angle in a second at 10 m/s', headingChangeExcess, motionAt(0), motionAt(1, { headingDegrees: 90 })],
    [
      'a turn on the spot',
      headingChangeExcess,
      motionAt(0, still),
      motionAt(1, { ...still, headingDegrees: 180, northMetres: 0 }),
    ],
  ])('refuse %s', (_, check, earlier, now) => expect(between(check, earlier, now)).toBeGreaterThan(4.4));

  const bend = (90 / Math.PI) * (10 / 20) * 2;
  it.each<[string, Motion, Motion]>([
    ['going on', motionAt(0), motionAt(1)],
    ['an error of two deviations', motionAt(0), motionAt(1, { eastMetres: 2, northMetres: 12 })],
    [
      'braking hard',
      motionAt(0, { acceleration: -7 }),
      motionAt(1, { northMetres: 6.5, speedMetresPerSecond: 3, acceleration: -7 }),
    ],
    ['a bend of 20 m', motionAt(0), motionAt(1, { eastMetres: 2.4, northMetres: 9.6, headingDegrees: bend })],
    ['standing', motionAt(0, still), motionAt(1, { ...still, northMetres: 1 })],
    ['reversing', motionAt(0, { speedMetresPerSecond: 2 }), motionAt(4, { speedMetresPerSecond: 2, northMetres: -8 })],
  ])('let pass: %s', (_, earlier, now) => {
    for (const check of [
      positionJumpExcess,
      positionSpeedGap,
      positionHeadingGap,
      speedChangeExcess,
      speedAccelerationGap,
      unseenSpeedChange,
      headingChangeExcess,
    ] satisfies PairCheck[]) {
      expect(between(check, earlier, now) ?? 0).toBeLessThan(2.5);
    }
  });

  it('say nothing of what a message leaves out, but for the jump', () => {
    const [earlier, now] = [motionAt(0, silent), motionAt(1, { ...silent, northMetres: 300 })];
    for (const check of [
      positionSpeedGap,
      positionHeadingGap,
      speedChangeExcess,
      speedAccelerationGap,
      unseenSpeedChange,
      headingChangeExcess,
    ] satisfies PairCheck[]) {
      expect(between(check, earlier, now)).toBeUndefined();
    }
    expect(between(positionJumpExcess, earlier, now)).toBeGreaterThan(4.4);
  });

  it('weigh the same gap by the accuracy claimed, and by what the claim is worth', () => {
    const off = (sigma: number, scale: number) =>
      between(
        positionSpeedGap,
        motionAt(0, { positionSigmaMetres: sigma }),
        motionAt(1, { northMetres: 30, positionSigmaMetres: sigma }),
        scale,
      )!;
    expect(off(1, 1)).toBeGreaterThan(5);
    expect(off(6, 1)).toBeLessThan(3);
    expect(off(6, 0.5)).toBeGreaterThan(off(6, 1));
  });

  it('see an offset of speed in a long window that a short one does not show', () => {
    const told = (seconds: number) => motionAt(seconds, { northMetres: 8 * seconds, positionSigmaMetres: 1.5 });
    const samples = samplesOf(...Array.from({ length: 17 }, (_, second) => told(second)));
    expect(positionSpeedGap(samples[15]!, samples[16]!, 1)).toBeLessThan(2);
    expect(positionSpeedGap(samples[0]!, samples[16]!, 1)).toBeGreaterThan(4.4);
  });
});

describe('checks of one message', () => {
  it('refuse what no car does', () => {
    expect(speedExcess(motionAt(0, { speedMetresPerSecond: 80 }))).toBeGreaterThan(5);
    expect(speedExcess(motionAt(0, { speedMetresPerSecond: -80 }))).toBeGreaterThan(5);
    expect(speedExcess(motionAt(0, { speedMetresPerSecond: 60 }))).toBe(0);
    expect(accelerationExcess(motionAt(0, { acceleration: -15 }))).toBeGreaterThan(5);
    expect(accelerationExcess(motionAt(0, { acceleration: -8 }))).toBe(0);
    expect([speedExcess(motionAt(0, silent)), accelerationExcess(motionAt(0, silent))]).toEqual([undefined, undefined]);
  });

  it('refuse what no radio hears', () => {
    expect(rangeExcess(motionAt(0), { eastMetres: 3000, northMetres: 0 }, 1000)).toBeGreaterThan(5);
    expect(rangeExcess(motionAt(0), { eastMetres: 900, northMetres: 0 }, 1000)).toBe(0);
  });

  it('refuse a time that is not now, whatever the clocks are off', () => {
    expect(transitExcess(5, 0.02)).toBeGreaterThan(5);
    expect(transitExcess(-2, 0.02)).toBeGreaterThan(5);
    expect(transitExcess(3600.2, 3600)).toBe(0);
  });
});

describe('the Kalman filter', () => {
  it('foretells a steady car better with every message, and refuses a place that is off', () => {
    const samples = samplesOf(...Array.from({ length: 21 }, (_, second) => motionAt(second)));
    let track = beginTrack(motionAt(0), 1);
    const first = foretell(track, samples[0]!, samples[1]!)!;
    for (let second = 1; second < 20; second++) {
      const foretold = foretell(track, samples[second - 1]!, samples[second]!)!;
      expect(innovation(foretold, motionAt(second), 1)).toBeLessThan(0.5);
      track = follow(foretold, motionAt(second), 1);
    }
    const later = foretell(track, samples[19]!, samples[20]!)!;
    expect(later.variance).toBeLessThan(first.variance);
    expect(innovation(later, motionAt(20, { eastMetres: 8 }), 1)).toBeGreaterThan(4.4);
    expect(innovation(later, motionAt(20, { eastMetres: 8, positionSigmaMetres: 5 }), 1)).toBeLessThan(2);
  });

  it('takes a sharp corner for what it is', () => {
    const corner = motionAt(1, { eastMetres: 5, northMetres: 5, headingDegrees: 90 });
    const [last, now] = samplesOf(motionAt(0), corner);
    expect(innovation(foretell(beginTrack(motionAt(0), 0.5), last!, now!)!, corner, 0.5)).toBeLessThan(2);
  });

  it('foretells nothing without a velocity, nor after a long silence', () => {
    const [last, now] = samplesOf(motionAt(0), motionAt(1, silent));
    expect(foretell(beginTrack(motionAt(0), 1), last!, now!)).toBeUndefined();
    const [early, late] = samplesOf(motionAt(0), motionAt(5));
    expect(foretell(beginTrack(motionAt(0), 1), early!, late!)).toBeUndefined();
  });
});

describe('beacon rate', () => {
  const usual = Math.log(1);
  it('refuses twice the usual rate where all keep it, and not where rates differ', () => {
    expect(rateExcess(0.5, usual, usual - 0.01)).toBeGreaterThan(4);
    expect(rateExcess(0.8, usual, usual - 0.01)).toBe(0);
    expect(rateExcess(0.5, usual, Math.log(0.6))).toBeLessThan(1);
  });

  it('refuses more than the service allows, whatever is usual', () => {
    expect(rateExcess(0.02, undefined, undefined)).toBeGreaterThan(5);
    expect(rateExcess(0.1, undefined, undefined)).toBe(0);
  });
});

describe('content heard before', () => {
  it('is held against whoever says it later', () => {
    const memory = new ContentMemory();
    const said = [motionAt(1, { acceleration: 0.123 }), motionAt(2, { acceleration: 0.456 })];
    expect(said.map((motion) => memory.repeats('first', motion))).toEqual([0, 0]);
    const later = said.map((motion) => ({ ...motion, timeSeconds: motion.timeSeconds + 0.5 }));
    expect(later.map((motion) => memory.repeats('later', motion))).toEqual([1, 2]);
    expect(memory.repeats('at once', said[1]!)).toBe(0);
    expect(memory.repeats('first', said[0]!)).toBe(0);
  });

  it('of standing cars is nobody’s', () => {
    const memory = new ContentMemory();
    expect([memory.repeats('a', motionAt(1, still)), memory.repeats('b', motionAt(1, still))]).toEqual([0, 0]);
  });

  it('is no chance the first time, where places never agree by chance', () => {
    const heard = (metres: (n: number) => number) => {
      const memory = new ContentMemory();
      for (let n = 0; n < 1000; n++) {
        memory.repeats(
          `car ${String(n % 50)}`,
          motionAt(n / 10, { eastMetres: metres(n), northMetres: metres(n + 7) }),
        );
      }
      memory.repeats('first', motionAt(101, { eastMetres: -5.25, northMetres: -9.75 }));
      return memory.repeats('used once', motionAt(102, { eastMetres: -5.25, northMetres: -9.75 }));
    };
    expect(heard((n) => n * 1.0137)).toBe(2);
    expect(heard((n) => (n * 37) % 101)).toBe(1);
  });

  it('shows a shared motion after more agreements than chance', () => {
    const memory = new ContentMemory();
    const copies = Array.from({ length: 5 }, (_, second) => {
      const motion = motionAt(second, { acceleration: 0.1 + second / 7 });
      memory.copiedMotions('first', motion);
      return memory.copiedMotions('ghost', { ...motion, eastMetres: 50 });
    });
    expect(copies).toEqual([0, 0, 1, 2, 3]);
  });
});

describe('shared errors', () => {
  const error = (timeSeconds: number, east: number, north: number) => ({ timeSeconds, east, north, sigma: 1 });
  const errors = [0.9, -1.2, 0.4, 1.7, -0.6, -1.4, 1.1, 0.3];
  const excess = (other: (east: number, index: number) => number) => {
    const pairs = errors.reduce(
      (pair, east, n) =>
        pairErrors(pair, error(n, east, errors[(n + 3) % 8]!), error(n, other(east, n), errors[(n + 3) % 8]!)),
      NO_PAIRS,
    );
    return sharedErrorExcess(errorCorrelation(pairs)!, pairs.count, 0);
  };

  it('of ghosts are refused, of neighbours they are not', () => {
    expect(excess((east) => east * 0.99)).toBeGreaterThan(5);
    expect(excess((_, index) => errors[(index + 5) % 8]!)).toBe(0);
  });

  it('count for little while they last: two slow drifts agree by chance', () => {
    const drift = (from: number, metres: number) =>
      Array.from({ length: 40 }, (_, n) => error(from + n / 10, metres + n / 100, 2 * metres)).reduce(
        (pair, own) => pairErrors(pair, own, { ...own, east: own.east * 0.9 }),
        NO_PAIRS,
      );
    expect(independentPairs(drift(0, 1))).toBeLessThan(3);
    expect(errorCorrelation(drift(0, 1))).toBeUndefined();
    const own = errors.map((east, n) => error(n, east, errors[(n + 3) % 8]!));
    const jumping = own.reduce((pair, one) => pairErrors(pair, one, one), NO_PAIRS);
    expect(errorCorrelation(jumping)).toBeCloseTo(1, 6);
    expect(independentPairs(jumping)).toBeGreaterThan(3);
  });

  it('say nothing when they are few, or too small to be errors', () => {
    const one = pairErrors(NO_PAIRS, error(0, 1, 1), error(0, 1, 1));
    expect(errorCorrelation(one)).toBeUndefined();
    const small = [1, 2, 3, 4].reduce((pair, n) => pairErrors(pair, error(n, 0.1, 0.1), error(n, 0.1, 0.1)), NO_PAIRS);
    expect(errorCorrelation(small)).toBeUndefined();
  });
});

describe('two bodies', () => {
  it('do not overlap, as far as their accuracy tells', () => {
    const exact = { positionSigmaMetres: 0.3 };
    expect(overlapExcess(motionAt(1, exact), motionAt(0.9, exact))).toBeGreaterThan(3);
    expect(overlapExcess(motionAt(1, { ...exact, eastMetres: 3 }), motionAt(1, exact))).toBe(0);
    expect(overlapExcess(motionAt(1), motionAt(1))).toBeLessThan(2);
  });
});

describe('sudden appearance', () => {
  const at = (timeSeconds: number, eastMetres: number) => ({ timeSeconds, eastMetres, northMetres: 0 });
  it('of several at once is a hint, and no more', () => {
    expect(appearanceExcess(at(1, 0), [at(0.9, 10)])).toBe(0);
    expect(appearanceExcess(at(1, 0), [at(0.9, 10), at(0.8, 20), at(0.7, 30)])).toBe(2);
    expect(
      appearanceExcess(
        at(1, 0),
        Array.from({ length: 20 }, () => at(1, 5)),
      ),
    ).toBe(3);
    expect(appearanceExcess(at(1, 0), [at(0.9, 500), at(-5, 10), at(0.9, -500)])).toBe(0);
  });
});

describe('lanes', () => {
  const road = laneMapOf(Array.from({ length: 101 }, (_, step) => [step * 10, 0] as const));
  it('are where cars are, as far as their accuracy tells', () => {
    expect(laneExcess(motionAt(0, { eastMetres: 500, northMetres: 40 }), road)).toBeGreaterThan(5);
    expect(laneExcess(motionAt(0, { eastMetres: 500, northMetres: 7 }), road)).toBe(0);
    expect(laneExcess(motionAt(0, { eastMetres: 500, northMetres: 20, positionSigmaMetres: 8 }), road)).toBeLessThan(2);
  });

  it('that nobody knows say nothing', () => {
    expect(laneExcess(motionAt(0, { eastMetres: 5000, northMetres: 5000 }), road)).toBeUndefined();
  });

  it('are measured right at any distance within the asked one', () => {
    for (let north = 0; north < 60; north += 7)
      expect(road.distance(503, north, 70)).toBeCloseTo(Math.hypot(3, north), 6);
    expect(road.distance(500, 100, 70)).toBe(70);
  });
});
