/** The privacy meter: how often a tracker still has the right car after ten minutes. */
import { createRoadRandom } from '../road/road-random.js';
import { drive, type DriveOptions } from './drives.js';
import { Tracker } from './tracker.js';

export interface Setting {
  readonly rotationSeconds: number;
  readonly pseudonyms: number;
  readonly coverage: number;
  /** Cars on ten kilometres. */
  readonly cars: number;
}

export interface Measured extends Setting {
  /** Of the cars heard at both ends of ten minutes: those that the tracker calls by one name, and nobody else by it. */
  readonly relinked: number;
  readonly pairs: number;
}

export const AFTER_SECONDS = 600;
const DRIVE_SECONDS = 1200;
const ROAD_METRES = 10_000;
const POSTS = 5;
const RUNS = 3;

export function measurePrivacy(setting: Setting, seed: number): Measured {
  let [pairs, right] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const random = createRoadRandom(seed, 100 + run);
    const options: DriveOptions = {
      ...setting,
      roadMetres: ROAD_METRES,
      seconds: DRIVE_SECONDS,
      posts: POSTS,
      random,
    };
    const tracker = new Tracker(ROAD_METRES);
    const firsts = new Map<number, { second: number; track: number }>();
    const done = new Set<number>();
    drive(options, (second, heard) => {
      const tracks = tracker.follow(second, heard);
      for (const [n, { car }] of heard.entries()) {
        const track = tracks[n] as number;
        const first = firsts.get(car);
        if (first === undefined) firsts.set(car, { second, track });
        else if (!done.has(car) && second - first.second >= AFTER_SECONDS) {
          done.add(car);
          pairs++;
          if (first.track === track) right++;
        }
      }
    });
  }
  return { ...setting, relinked: pairs === 0 ? NaN : right / pairs, pairs };
}

/** Five minutes at most, twenty a week: the rule of this system. */
export const RULE = { rotationSeconds: 300, pseudonyms: 20 } as const;

export const ROTATIONS: readonly number[] = [1, 3, 10, 30, 60, 120, 300, 600, Infinity];
const USUAL = { pseudonyms: RULE.pseudonyms, coverage: 0.1, cars: 150 };

/** What is varied, each about the usual: a line of the picture is one setting over all rotations. */
export const FAMILIES: Readonly<Record<string, readonly Omit<Setting, 'rotationSeconds'>[]>> = {
  'listening posts': [0.02, 0.1, 0.3, 1].map((coverage) => ({ ...USUAL, coverage })),
  'certificates a week': [2, 20, 100].map((pseudonyms) => ({ ...USUAL, pseudonyms })),
  'cars on ten kilometres': [30, 150, 400].map((cars) => ({ ...USUAL, cars })),
};
