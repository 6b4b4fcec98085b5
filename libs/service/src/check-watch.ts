/** Sees that the check is run: when it has not been for too long, health and log say so (BI17). */
import type { Provider } from '@nestjs/common';
import { z } from 'zod';
import type { Clock } from '#credentials/clock.js';
import { spanOf } from '#credentials/period.js';
import type { AuthorityContext, Work } from './authority-context.js';
import { checkRuns, type CheckRun, type CheckRuns } from './check-run.store.js';
import type { Log } from './log.js';

const DAY_MILLIS = 86_400_000;
const LOOK_MILLIS = 3_600_000;

/** Setting of a role that issues: after so many days without a complete run of the check there is an alarm. */
export const CheckDays = z.int().min(1).max(365).default(8);

export type CheckAlarm = 'check-overdue' | 'check-found-bad';
/** What GET /health shows of a role; exported by modules that have any. */
export const ALARMS = Symbol('ALARMS');
export type Alarms = () => readonly string[];
export const CHECK_WATCH = Symbol('CHECK_WATCH');

export interface CheckStatus {
  readonly lastCheck: CheckRun | undefined;
  readonly alarms: readonly CheckAlarm[];
}

export interface CheckWatch extends Work {
  /** As it is now. */
  status(): Promise<CheckStatus>;
  /** As it was when it was last looked at: within the hour. */
  readonly alarms: readonly CheckAlarm[];
}

export interface WatchNeeds {
  readonly runs: CheckRuns;
  readonly clock: Clock;
  readonly log: Log;
  readonly checkDays: number;
  /** Since when there is something to check, Unix milliseconds: what nobody ever checked is overdue from then on. */
  readonly bornMillis: () => number;
}

export function checkWatch({ runs, clock, log, checkDays, bornMillis }: WatchNeeds): CheckWatch {
  let alarms: readonly CheckAlarm[] = [];
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const status = async (): Promise<CheckStatus> => {
    const lastCheck = await runs.last();
    const since = (await runs.lastComplete()) ?? bornMillis();
    const isOverdue = clock.nowMillis() - since > checkDays * DAY_MILLIS;
    const hasBad = (lastCheck?.bad ?? 0) > 0;
    const now: CheckAlarm[] = [];
    if (isOverdue) now.push('check-overdue');
    if (hasBad) now.push('check-found-bad');
    return { lastCheck, alarms: now };
  };
  const look = async (): Promise<void> => {
    try {
      ({ alarms } = await status());
      for (const alarm of alarms) log.warn(`alarm.${alarm}`, { checkDays });
    } catch (error) {
      log.error('check-watch.failed', error);
    }
  };
  return {
    status,
    get alarms() {
      return alarms;
    },
    async begin() {
      await look();
      timer = setInterval(() => void (looking = look()), LOOK_MILLIS).unref();
    },
    async end() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** What a module of a role that issues provides; it exports ALARMS, and begins CHECK_WATCH with its work. */
export function checkProviders(context: AuthorityContext, checkDays: number): Provider[] {
  const { dataSource, clock, log } = context;
  // The certificate that counts is not the first one; the oldest that is left is old enough once it matters.
  const bornMillis = (): number =>
    Math.min(
      ...[context.certificate, ...context.formerCertificates].map(
        ({ value }) => spanOf(value.toBeSigned.value.validityPeriod).startMillis,
      ),
    );
  return [
    {
      provide: CHECK_WATCH,
      useFactory: () => checkWatch({ runs: checkRuns(dataSource), clock, log, checkDays, bornMillis }),
    },
    {
      provide: ALARMS,
      inject: [CHECK_WATCH],
      useFactory:
        (watch: CheckWatch): Alarms =>
        () =>
          watch.alarms,
    },
  ];
}

/** Several kinds of work as one: begun in their order, ended in reverse. */
export const together = (...works: readonly Work[]): Work => ({
  async begin() {
    for (const work of works) await work.begin();
  },
  async end() {
    for (const work of [...works].reverse()) await work.end();
  },
});
