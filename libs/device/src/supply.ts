/**
 * A device keeps itself in certificates: it asks for many weeks at once, and fetches them week by week, each at a moment
 * that is drawn for this device and this week between the time the PRA names and the week's beginning. So a fleet does not
 * come at once (S10), and no car is known by the minute at which it comes (PV7). What the PRA says of coming again later is
 * kept to; all moments outlast a restart.
 */
import { decode, encode } from '#coer/codec.js';
import type { Random } from '#crypto/random.js';
import { periodAt, periodStartMillis } from '#credentials/period.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import type { NotYet } from './bundle-download.js';
import type { DeviceContext } from './device-context.js';
import { erasePastWeeks } from './erasure.js';
import {
  download,
  lastRequestedPeriod,
  requestCertificates,
  type Acknowledged,
  type Downloaded,
  type DownloadRefusal,
  type RequestRefusal,
} from './provisioning.js';
import { heldPeriods } from './pseudonyms.js';
import { SupplyRecord } from './records.js';

const RECORD = 'supply';
const HOUR_MILLIS = 3_600_000;
/** Certificates are here so long before their week begins, unless the PRA has them later. */
const SPARE_MILLIS = 2 * HOUR_MILLIS;
/** After a silence, or a refusal that lies with this device. */
const RETRY_SECONDS = 600;
/** After a refusal that the PRA set no end to; also the longest wait that its unsigned word is taken for. */
const DAY_SECONDS = 86_400;

export interface SupplyPlan {
  /** Weeks of one request. */
  readonly weeks: number;
  /** Another request is made when fewer weeks than this follow the current one. */
  readonly askBelow: number;
}

type Fetched = Downloaded | NotYet | Refused<DownloadRefusal>;

export interface SupplyRound {
  /** What became of the request, when one was due. */
  readonly asked: Acknowledged | Refused<RequestRefusal> | undefined;
  /** What became of each download that was due. */
  readonly fetched: ReadonlyMap<number, Fetched>;
  /** When the next round has something to do, Unix milliseconds. */
  readonly nextMillis: number;
}

/** An even draw from [from, until); `from` when there is nothing between. */
function drawMoment(from: number, until: number, random: Random): number {
  const draw = Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
  return from + Math.max(0, until - from) * draw;
}

/** When to fetch week i, of which the PRA says that it can be had from `fromMillis` on. */
export function downloadMoment(context: DeviceContext, i: number, fromMillis: number): number {
  const now = context.clock.nowMillis();
  const begins = periodStartMillis(context.profile.epochMillis, i);
  // A time after the week's beginning is no time; the info that names it is not signed.
  const from = Math.max(now, Math.min(fromMillis, begins));
  return drawMoment(from, begins - SPARE_MILLIS, context.random);
}

/** When to come again after a refusal: as told, and up to as long again, so that not all come at one moment. */
export function againMillis(
  context: DeviceContext,
  refusal: Refused<string> & { readonly retryAfterSeconds?: number },
): number {
  const otherwise = refusal.reason === 'authority-refused' ? DAY_SECONDS : RETRY_SECONDS;
  const millis = 1000 * Math.min(Math.max(1, refusal.retryAfterSeconds ?? otherwise), DAY_SECONDS);
  const now = context.clock.nowMillis();
  return drawMoment(now + millis, now + 2 * millis, context.random);
}

/** What is kept between rounds, as numbers to work with. */
interface Plans {
  askFrom: number;
  readonly downloads: Map<number, number>;
}

async function keptPlans({ store }: DeviceContext): Promise<Plans> {
  const bytes = await store.read(RECORD);
  const record: SupplyRecord = bytes === undefined ? { downloads: [] } : decode(SupplyRecord, bytes);
  return {
    askFrom: record.askFrom === undefined ? 0 : millisFromTime32(record.askFrom),
    downloads: new Map(record.downloads.map(({ i, due }) => [i, millisFromTime32(due)])),
  };
}

/** Whole seconds, never earlier than what was drawn. */
const toTime32 = (millis: number): number => time32FromMillis(millis + 999);

async function keepPlans({ store }: DeviceContext, { askFrom, downloads }: Plans): Promise<void> {
  const record: SupplyRecord = {
    ...(askFrom > 0 ? { askFrom: toTime32(askFrom) } : {}),
    downloads: [...downloads].map(([i, due]) => ({ i, due: toTime32(due) })),
  };
  await store.write(RECORD, encode(SupplyRecord, record));
}

/**
 * One round: erases what is over, asks when too few weeks are left, fetches what is due. Rounds may come as often as one
 * likes; before `nextMillis` they do nothing.
 */
export async function keepSupplied(context: DeviceContext, plan: SupplyPlan): Promise<SupplyRound> {
  await erasePastWeeks(context);
  const plans = await keptPlans(context);
  const asked = await askIfDue(context, plan, plans);
  const fetched = await fetchDue(context, plans);
  await keepPlans(context, plans);
  return { asked, fetched, nextMillis: await nextRound(context, plan, await keptPlans(context)) };
}

const currentPeriod = ({ profile, clock }: DeviceContext): number => periodAt(profile.epochMillis, clock.nowMillis());

async function isShort(context: DeviceContext, { askBelow }: SupplyPlan): Promise<boolean> {
  const current = currentPeriod(context);
  return ((await lastRequestedPeriod(context)) ?? current - 1) - current < askBelow;
}

async function askIfDue(context: DeviceContext, plan: SupplyPlan, plans: Plans): Promise<SupplyRound['asked']> {
  if (context.clock.nowMillis() < plans.askFrom || !(await isShort(context, plan))) return undefined;
  const asked = await requestCertificates(context, plan.weeks);
  plans.askFrom = isRefused(asked) ? againMillis(context, asked) : 0;
  if (!isRefused(asked)) plans.downloads.set(asked.iMin, downloadMoment(context, asked.iMin, asked.nextDownloadMillis));
  return asked;
}

/** The current week and the next are wanted, whatever became of the week before them. */
async function wantNow(context: DeviceContext, { downloads }: Plans): Promise<void> {
  const current = currentPeriod(context);
  const last = (await lastRequestedPeriod(context)) ?? -1;
  const held = new Set(await heldPeriods(context.store));
  for (const i of downloads.keys()) if (i < current || held.has(i)) downloads.delete(i);
  for (const i of [current, current + 1])
    if (i <= last && !held.has(i) && !downloads.has(i)) downloads.set(i, downloadMoment(context, i, 0));
}

async function fetchDue(context: DeviceContext, plans: Plans): Promise<Map<number, Fetched>> {
  await wantNow(context, plans);
  const last = (await lastRequestedPeriod(context)) ?? -1;
  const outcomes = new Map<number, Fetched>();
  for (const [i, due] of [...plans.downloads]) {
    if (context.clock.nowMillis() < due) continue;
    const outcome = await download(context, i);
    outcomes.set(i, outcome);
    plans.downloads.delete(i);
    if (isRefused(outcome)) {
      if (outcome.reason !== 'not-requested') plans.downloads.set(i, againMillis(context, outcome));
    } else if (i < last && outcome.nextDownloadMillis !== undefined && !plans.downloads.has(i + 1))
      plans.downloads.set(i + 1, downloadMoment(context, i + 1, outcome.nextDownloadMillis));
    // What came is not forgotten when the next download meets a power cut.
    await keepPlans(context, plans);
  }
  return outcomes;
}

async function nextRound(context: DeviceContext, plan: SupplyPlan, plans: Plans): Promise<number> {
  const moments = [periodStartMillis(context.profile.epochMillis, currentPeriod(context) + 1)];
  moments.push(...plans.downloads.values());
  if (await isShort(context, plan)) moments.push(plans.askFrom);
  return Math.max(context.clock.nowMillis(), Math.min(...moments));
}
