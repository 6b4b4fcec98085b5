/** A later start on a kept directory: the cars are as they were left, drive on, and go into the next week. */
import { createRoad } from '#apps/device/src/road/road.js';
import { emptyReport, type Report } from '../report.js';
import type { House } from '../house/house.js';
import type { LifeOptions } from './first-life.js';
import { Fleet, required } from './fleet.js';
import { closeReport, recallLife, rememberLife } from './life-memory.js';
import { judgePublishedCrl, watchTheRevoked } from './misbehaviour.js';
import { timed } from './stopwatch.js';
import { downloadPeriod, goToPeriod, WINDOW_TICKS, currentPeriod, type Life } from './weeks.js';

/** A short look at the week in which the last run ended. */
const LOOK_TICKS = 20;

export async function liveNextWeek(house: House, options: Omit<LifeOptions, 'weeks'>): Promise<Report> {
  const { progress, seed, ended } = options;
  const lived = await recallLife(house);
  const report = emptyReport();
  const fleet = new Fleet(house, house.vehicles);
  for (const brand of ['A', 'B'] as const) await fleet.open(brand);
  const road = createRoad({ seed, vehicles: fleet.size, startMillis: Math.ceil(house.clock.nowMillis()) });
  const life: Life = {
    house,
    fleet,
    road,
    seed,
    report,
    progress,
    ended,
    ...(lived.liar === undefined ? {} : { liar: lived.liar }),
  };
  try {
    await timed(report, 'setUp', () => comeBack(life));
    await timed(report, 'drive', () =>
      watchTheRevoked(life, 'the week of the last run: old certificates verify', LOOK_TICKS),
    );
    goToPeriod(life, lived.lastPeriod + 1);
    await timed(report, 'provision', () => topUp(life));
    await timed(report, 'drive', () => watchTheRevoked(life, 'the next week on the road', WINDOW_TICKS));
    await closeReport(life);
    report.vehicles = fleet.size;
    report.enrolled = await countEnrolled(fleet);
    await rememberLife(life, { lastPeriod: currentPeriod(life) });
    return report;
  } finally {
    await fleet.close();
  }
}

async function comeBack(life: Life): Promise<void> {
  const { house, fleet, progress } = life;
  await progress.step('authorities and cars fetch lists and CRLs', async () => {
    await house.refreshLists();
    await fleet.refreshLists();
  });
  await judgePublishedCrl(life);
}

async function countEnrolled(fleet: Fleet): Promise<number> {
  const enrolled = await Promise.all(fleet.cars.map(({ vehicle }) => vehicle.isEnrolled()));
  return enrolled.filter(Boolean).length;
}

/** Every car asks for the new week; the one on the blacklist is refused. */
async function topUp(life: Life): Promise<void> {
  const { fleet, progress, house } = life;
  await house.refreshLists();
  await fleet.refreshLists();
  const i = currentPeriod(life);
  await progress.step('every car asks for the next week', (count) =>
    fleet.each(fleet.cars, count, async ({ vehicle, index }) => {
      const outcome = await vehicle.requestCertificates(1);
      if (index === life.liar) {
        if (outcome.kind !== 'refused') throw new Error('the PRA took a request of the revoked car');
        return;
      }
      required(outcome, `the request of car ${index}`);
    }),
  );
  await progress.step('the certificates are fetched, keys rebuilt', async (count) => {
    const refusals = await downloadPeriod(life, i, count);
    const unexpected = refusals.find(({ car }) => car !== life.liar);
    if (unexpected !== undefined)
      throw new Error(`the download of car ${unexpected.car} was refused: ${unexpected.reason}`);
  });
}
