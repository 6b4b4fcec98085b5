// What a car's own sensors make of the truth: errors that last, that differ between cars, and now and then are large.
import { normal, type RoadRandom } from '#apps/device/src/road/road-random.js';
import type { TrueState } from './traffic.js';

export interface SensorModel {
  /** Usual deviation of a position on each axis, in metres; cars have from half to one and a third of it. */
  readonly positionSigma: number;
  /** Time over which errors of position last; 0 draws each anew. */
  readonly positionSeconds: number;
  readonly headingSigma: number;
  readonly speedSigma: number;
  readonly accelerationSigma: number;
  /** What a car claims, in true deviations: 1 is one deviation, 2.45 a radius of 95 %. */
  readonly claimedDeviations: number;
}

/** What a message says. Positions on the plane of the road, in metres. */
export interface Claim {
  readonly eastMetres: number;
  readonly northMetres: number;
  readonly positionNoise: number;
  readonly speed: number;
  readonly acceleration: number;
  readonly headingDegrees: number;
  readonly headingNoise: number;
}

export interface Sensors {
  /** What is sensed at that time, not earlier than the last. */
  sense(state: TrueState, timeSeconds: number): Claim;
}

/** A multipath error comes every so many seconds, lasts, and is so many deviations large. */
const MULTIPATH = { everySeconds: 240, seconds: 4, deviations: 2.5 };

export function createSensors(model: SensorModel, random: RoadRandom): Sensors {
  const own = 0.5 + random() * 0.83;
  const sigma = model.positionSigma * own;
  const headingSigma = model.headingSigma * (0.5 + random() * 0.83);
  let east = sigma * normal(random);
  let north = sigma * normal(random);
  let before: number | undefined;
  let multipathUntil = -1;
  let multipath: readonly [number, number] = [0, 0];
  return {
    sense(state, timeSeconds) {
      const seconds = before === undefined ? 0 : timeSeconds - before;
      const kept = model.positionSeconds === 0 ? 0 : Math.exp(-seconds / model.positionSeconds);
      const fresh = sigma * Math.sqrt(1 - kept * kept);
      if (before === undefined || seconds > 0) {
        east = east * kept + fresh * normal(random);
        north = north * kept + fresh * normal(random);
      }
      if (random() < seconds / MULTIPATH.everySeconds) {
        multipathUntil = timeSeconds + MULTIPATH.seconds;
        multipath = [MULTIPATH.deviations * sigma * (random() - 0.5), MULTIPATH.deviations * sigma * (random() - 0.5)];
      }
      before = timeSeconds;
      const extra = timeSeconds < multipathUntil ? multipath : [0, 0];
      return {
        eastMetres: state.eastMetres + east + (extra[0] ?? 0),
        northMetres: state.northMetres + north + (extra[1] ?? 0),
        positionNoise: sigma * model.claimedDeviations,
        speed: state.speed < 0.05 ? 0 : Math.max(0, state.speed * 1.01 + model.speedSigma * normal(random)),
        acceleration: state.acceleration + (state.speed < 0.05 ? 0 : model.accelerationSigma * normal(random)),
        headingDegrees: (state.headingDegrees + headingSigma * normal(random) + 720) % 360,
        headingNoise: headingSigma * model.claimedDeviations,
      };
    },
  };
}
