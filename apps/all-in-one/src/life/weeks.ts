/** One week on the road: certificates, lists, a drive with a change of pseudonym, and what was heard in it. */
import type { Road } from '#apps/device/src/road/road.js';
import { createRoadRandom } from '#apps/device/src/road/road-random.js';
import type { Lie } from '#apps/device/src/road/liar.js';
import { ccsa } from '#credentials/profile.js';
import { periodAt, periodStartMillis } from '#credentials/period.js';
import type { House } from '../house/house.js';
import type { Progress } from '../progress.js';
import type { Report } from '../report.js';
import { drive, type Heard } from './drive.js';
import type { Fleet } from './fleet.js';
import { until } from './wait.js';

/** Ten seconds at ten messages a second. */
export const WINDOW_TICKS = 100;
const HOUR_MILLIS = 3_600_000;
/** Real time the authorities are given to make what is due. */
const PATIENCE_MILLIS = 180_000;

export interface Life {
  /** The car that lies, once it has begun to. */
  liar?: number;
  readonly house: House;
  readonly fleet: Fleet;
  readonly road: Road;
  readonly seed: number;
  readonly report: Report;
  readonly progress: Progress;
  readonly ended: AbortSignal;
}

export const currentPeriod = ({ house }: Pick<Life, 'house'>): number =>
  periodAt(ccsa.epochMillis, house.clock.nowMillis());

/** Jumps to some hours into period i; the hour comes from the seed. */
export function goToPeriod({ house, seed }: Pick<Life, 'house' | 'seed'>, i: number): void {
  const hours = 8 + createRoadRandom(seed, i)() * 48;
  house.clock.advanceTo(periodStartMillis(ccsa.epochMillis, i) + Math.round(hours * HOUR_MILLIS));
}

/** Every car of `cars` holds period i: asks until the bundle is there, or is told no for good. Answers who was refused. */
export async function downloadPeriod(
  life: Life,
  i: number,
  count: (done: number, of: number) => void,
): Promise<{ car: number; reason: string }[]> {
  const refusedCars: { car: number; reason: string }[] = [];
  await life.fleet.each(life.fleet.cars, count, async ({ vehicle, index }) => {
    const outcome = await until(
      async () => {
        const answer = await vehicle.download(i);
        return answer.kind === 'refused' && answer.reason === 'not-yet' ? undefined : answer;
      },
      {
        patienceMillis: PATIENCE_MILLIS,
        missing: () =>
          `the certificates of period ${i} were not ready for car ${index} after ${PATIENCE_MILLIS / 1000} s`,
        ended: life.ended,
      },
    );
    if (outcome.kind === 'refused') refusedCars.push({ car: index, reason: outcome.reason });
  });
  return refusedCars;
}

export interface WindowOptions {
  readonly name: string;
  readonly ticks: number;
  readonly lie?: { readonly car: number; readonly kind: Lie };
  /** Whether each car changes its pseudonym at a moment of its own inside the window. */
  readonly rotate: boolean;
  readonly heard?: (what: Heard) => void;
}

/** A drive under the eyes of whoever watches; the cars themselves count what they sign, accept and refuse. */
export async function driveWindow(life: Life, options: WindowOptions): Promise<void> {
  const { house, fleet, road, progress, ended } = life;
  const random = createRoadRandom(life.seed, Math.floor(road.timeMillis / 1000));
  const changes = fleet.cars.map(() => (options.rotate ? Math.floor(options.ticks * (0.2 + 0.4 * random())) : -1));
  await progress.step(options.name, (count) =>
    drive({
      drivers: fleet.cars,
      road,
      clock: house.clock,
      ticks: options.ticks,
      ...(options.lie ? { lie: options.lie } : {}),
      beforeTick: (tick) => fleet.cars.forEach((car, index) => changes[index] === tick && car.changePseudonym()),
      heard: options.heard ?? (() => undefined),
      count,
      ended,
    }),
  );
}
