/**
 * Which weeks of a request are made when. A request may reach three years ahead; its certificates are made a few weeks
 * ahead of need. So week i is made while week i − aheadWeeks + 1 runs, each device at a moment of its own: a fleet that
 * asked in one minute does not come back in one minute.
 */
import { periodStartMillis } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import type { Random } from '#crypto/random.js';

const HOUR_MILLIS = 3_600_000;
/** For what lies between the moment of a top-up and certificates in a bundle: outages, and waiting for other devices. */
const MAKING_HOURS = 24;

export interface TopUpRules {
  /** The weeks that are made at a time, the current one counted: at least 2. */
  readonly aheadWeeks: number;
  /** Top-ups begin within so many hours after the week does. */
  readonly topUpJitterHours: number;
}

/** Whether every week is made a day before it may be fetched, even for the latest top-up. */
export function isAheadEnough(rules: TopUpRules & { readonly downloadAheadHours: number }): boolean {
  const { aheadWeeks, topUpJitterHours, downloadAheadHours } = rules;
  return (aheadWeeks - 1) * 168 >= downloadAheadHours + topUpJitterHours + MAKING_HOURS;
}

/** Weeks still to be made of a request: from nextI to iMax. */
export interface Unmade {
  readonly nextI: number;
  readonly iMax: number;
}

export type WeeksDue =
  | { readonly kind: 'weeks'; readonly iMin: number; readonly iMax: number }
  /** All of them lie further ahead. */
  | { readonly kind: 'later'; readonly nextI: number }
  /** All of them have passed. */
  | { readonly kind: 'over' };

/** What is to be made now: the weeks that have not passed and are no more than `aheadWeeks` ahead. */
export function weeksDue({ nextI, iMax }: Unmade, current: number, aheadWeeks: number): WeeksDue {
  const from = Math.max(nextI, current);
  if (from > iMax) return { kind: 'over' };
  const to = Math.min(iMax, current + aheadWeeks - 1);
  return from > to ? { kind: 'later', nextI: from } : { kind: 'weeks', iMin: from, iMax: to };
}

/**
 * When week i of a request is made, Unix milliseconds: after its time has begun by an even draw from the jitter, and never
 * in the very moment in which a week begins.
 */
export function topUpMillis(profile: Profile, i: number, rules: TopUpRules, random: Random): number {
  const opensMillis = periodStartMillis(profile.epochMillis, i - rules.aheadWeeks + 1);
  const dice = random.bytes(4);
  const draw = (new DataView(dice.buffer, dice.byteOffset).getUint32(0) + 1) / 2 ** 32;
  return opensMillis + Math.ceil(draw * rules.topUpJitterHours * HOUR_MILLIS);
}
