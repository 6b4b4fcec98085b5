/**
 * A whole life, from the founding to the first revocation: brand A joins and enrols, brand B joins and enrols, both drive,
 * meet after the lists are synchronised, find a liar, and go on without it.
 */
import { createRoad } from '#apps/device/src/road/road.js';
import { emptyReport, type Report } from '../report.js';
import type { House } from '../house/house.js';
import type { Progress } from '../progress.js';
import { certifyUnits } from './certified-units.js';
import { meetTheOtherBrand } from './cross-domain.js';
import { Fleet, required } from './fleet.js';
import { exposeTheLiar, watchTheRevoked } from './misbehaviour.js';
import { registerBySerial, registerByX509 } from './registration.js';
import { closeReport, rememberLife } from './life-memory.js';
import { timed } from './stopwatch.js';
import { currentPeriod, downloadPeriod, driveWindow, goToPeriod, WINDOW_TICKS, type Life } from './weeks.js';

export interface LifeOptions {
  readonly weeks: number;
  readonly seed: number;
  readonly progress: Progress;
  readonly ended: AbortSignal;
}

/** The lie comes in the second week: the first is the earlier one that must stay unlinkable. */
const LYING_WEEK = 1;

export async function liveFirstWeeks(house: House, options: LifeOptions): Promise<Report> {
  const life = await begin(house, options);
  try {
    await requestAll(life, options.weeks);
    const first = currentPeriod(life);
    for (let week = 0; week < options.weeks; week++) await liveWeek(life, first, week, options.weeks);
    await closeReport(life);
    await rememberLife(life, { lastPeriod: currentPeriod(life) });
    await house.markComplete();
    return life.report;
  } finally {
    await life.fleet.close();
  }
}

/** Founding, both brands, all cars enrolled. Brand A's cars are born before brand B joins, so they know only brand A's list. */
async function begin(house: House, options: LifeOptions): Promise<Life> {
  const { progress, seed, ended } = options;
  const report = emptyReport();
  const fleet = new Fleet(house, house.vehicles);
  await timed(report, 'setUp', async () => {
    await progress.step('the ceremony: root CA 根CA and TRCLA, offline; the one custodian is this machine', () =>
      house.found(),
    );
    await progress.step('brand A joins: ICA and the authorities below it', () => house.join('a'));
  });
  await timed(report, 'enrol', () =>
    progress.step('brand A enrols its cars by serial (注册)', async (count) => {
      await fleet.open('A', await registerBySerial(house, 'a', fleet.size));
      await enrolBrand(fleet, 'A', count);
    }),
  );
  await timed(report, 'setUp', () => progress.step('brand B joins', () => house.join('b')));
  await timed(report, 'enrol', () =>
    progress.step('brand B enrols its cars by X.509 certificate', async (count) => {
      await fleet.open('B', await registerByX509(house, 'b', fleet.size));
      await enrolBrand(fleet, 'B', count);
    }),
  );
  // The founding was before the week; the cars begin to drive in it.
  goToPeriod({ house, seed }, currentPeriod({ house }) + 1);
  const road = createRoad({ seed, vehicles: fleet.size, startMillis: Math.ceil(house.clock.nowMillis()) });
  report.vehicles = fleet.size;
  return { house, fleet, road, seed, report, progress, ended };
}

async function enrolBrand(fleet: Fleet, brand: 'A' | 'B', count: (done: number, of: number) => void): Promise<void> {
  await fleet.each(fleet.of(brand), count, async ({ vehicle, index }) => {
    required(await vehicle.enrol(), `the enrolment of car ${index}`);
  });
}

async function requestAll(life: Life, weeks: number): Promise<void> {
  const { fleet, progress, report } = life;
  await timed(report, 'provision', () =>
    progress.step(`every car asks for ${weeks} weeks of pseudonym certificates (假名证书)`, (count) =>
      fleet.each(fleet.cars, count, async ({ vehicle, index }) => {
        required(await vehicle.requestCertificates(weeks), `the request of car ${index}`);
      }),
    ),
  );
}

async function liveWeek(life: Life, first: number, week: number, weeks: number): Promise<void> {
  const { house, fleet, progress, report } = life;
  if (week > 0) goToPeriod(life, first + week);
  await timed(report, 'provision', () =>
    progress.step(
      `week ${week + 1}: the certificates of this and the next week are fetched, keys rebuilt`,
      async (count) => {
        await fetchPeriod(life, first + week, count);
        if (week + 1 < weeks) await fetchPeriod(life, first + week + 1, count);
      },
    ),
  );
  if (week > 0) {
    await house.refreshLists();
    await fleet.refreshLists();
  }
  await timed(report, 'drive', async () => {
    if (week === 0) {
      await meetTheOtherBrand(life);
      await certifyUnits(life);
    } else if (week === LYING_WEEK)
      await driveWindow(life, { name: 'week 2 on the road', ticks: WINDOW_TICKS, rotate: true });
    else await watchTheRevoked(life, `week ${week + 1} on the road, the revoked car among them`, WINDOW_TICKS);
  });
  if (week === LYING_WEEK) await exposeTheLiar(life);
}

/** A car that is on the PRA's blacklist is told so; every other must get its certificates. */
async function fetchPeriod(life: Life, i: number, count: (done: number, of: number) => void): Promise<void> {
  const refusals = await downloadPeriod(life, i, count);
  const unexpected = refusals.find(({ car }) => car !== life.liar);
  if (unexpected !== undefined)
    throw new Error(`the download of car ${unexpected.car} was refused: ${unexpected.reason}`);
}
