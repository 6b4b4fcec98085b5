/** S10, PV7, PR16: a device that keeps itself in certificates, for weeks, past refusals and restarts; and what it erases. */
import { periodAt, periodStartMillis, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { systemRandom, type Random } from '#crypto/random.js';
import { BENCH_START } from '../../../test/support/authority-bench.js';
import type { DeviceContext } from './device-context.js';
import { enrol } from './enrolment.js';
import { erasePastKeys, erasePastWeeks } from './erasure.js';
import { anyBirth, DoubleHouse } from './house.fixture.js';
import { download, requestCertificates } from './provisioning.js';
import { heldPeriods, periodCertificates, periodOfLabel, pseudonymLabel } from './pseudonyms.js';
import { againMillis, downloadMoment, keepSupplied, type SupplyRound } from './supply.js';

const HOUR_MILLIS = 3_600_000;
const CURRENT = periodAt(ccsa.epochMillis, BENCH_START);
const startOf = (i: number): number => periodStartMillis(ccsa.epochMillis, i);
const PLAN = { weeks: 4, askBelow: 2 };

let house: DoubleHouse;
let context: DeviceContext;

beforeAll(async () => {
  house = await DoubleHouse.build();
});
beforeEach(async () => {
  house.bench.clock.set(BENCH_START);
  house.bend = { enrolment: {}, ack: {}, item: {}, bundle: {} };
  context = await house.device();
  const enrolled = await enrol(context, anyBirth);
  if (isRefused(enrolled)) throw new Error(enrolled.reason);
});

const now = (): number => house.bench.clock.nowMillis();
const round = (): Promise<SupplyRound> => keepSupplied(context, PLAN);
/** Dice that give these fractions, again and again. */
function dice(...fractions: number[]): Random {
  let throws = 0;
  return {
    bytes: (length) => {
      if (length !== 4) return systemRandom.bytes(length);
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(Math.floor((fractions[throws++ % fractions.length] as number) * 2 ** 32));
      return new Uint8Array(bytes);
    },
  };
}
const pseudonymKeys = async (): Promise<number[]> => {
  const periods = (await context.keys.labels()).flatMap((label) => periodOfLabel(label) ?? []);
  return [...new Set(periods)].sort((a, b) => a - b);
};

describe('the moment of a download', () => {
  it('lies between the time the PRA names and two hours before the week, evenly', () => {
    const from = startOf(CURRENT + 1) - 24 * HOUR_MILLIS;
    for (const fraction of [0, 0.25, 0.5, 0.999])
      expect(downloadMoment({ ...context, random: dice(fraction) }, CURRENT + 1, from)).toBeCloseTo(
        from + fraction * 22 * HOUR_MILLIS,
        -3,
      );
  });

  it.each([
    ['a week that has begun', CURRENT, 0],
    ['a time that has passed, and no time left', CURRENT, startOf(CURRENT)],
  ])('is now for %s', (_, i, from) => {
    expect(downloadMoment(context, i, from)).toBe(now());
  });

  it('is the beginning of the week at the latest, whatever an unsigned info says', () => {
    for (const from of [startOf(CURRENT + 2), startOf(CURRENT + 900), Number.MAX_SAFE_INTEGER])
      expect(downloadMoment(context, CURRENT + 1, from)).toBe(startOf(CURRENT + 1));
  });

  it('S10 spreads a fleet over the day: no hour gets twice its share, and PV7 no car its own hour of each week', () => {
    const hours = new Array<number>(22).fill(0);
    const hourOf = (i: number): number => {
      const from = startOf(i) - 24 * HOUR_MILLIS;
      return Math.floor((downloadMoment(context, i, from) - from) / HOUR_MILLIS);
    };
    let sameHour = 0;
    for (let car = 0; car < 4400; car++) {
      const [one, other] = [hourOf(CURRENT + 1), hourOf(CURRENT + 2)];
      hours[one] = (hours[one] ?? 0) + 1;
      if (one === other) sameHour++;
    }
    // 200 an hour expected, deviation 14.
    expect(Math.max(...hours)).toBeLessThan(300);
    expect(Math.min(...hours)).toBeGreaterThan(120);
    expect(sameHour).toBeLessThan(300);
  });
});

describe('coming again', () => {
  it.each<[string, { reason: string; retryAfterSeconds?: number }, number]>([
    ['as told', { reason: 'not-yet', retryAfterSeconds: 5 }, 5],
    ['not in the same moment', { reason: 'not-yet', retryAfterSeconds: 0 }, 1],
    ['after a silence', { reason: 'no-answer' }, 600],
    ['after a refusal without end', { reason: 'authority-refused' }, 86_400],
    ['within a day, whatever is told', { reason: 'authority-refused', retryAfterSeconds: 5_000_000 }, 86_400],
  ])('%s, and up to as long again', (_, refusal, seconds) => {
    const again = (fraction: number): number =>
      againMillis({ ...context, random: dice(fraction) }, { kind: 'refused', ...refusal }) - now();
    expect(again(0)).toBe(seconds * 1000);
    expect(again(0.5)).toBe(seconds * 1500);
  });
});

describe('a device that keeps itself in certificates', () => {
  it('asks once for many weeks and fetches them week by week, for half a year', async () => {
    let rounds = 0;
    const end = startOf(CURRENT + 26);
    while (now() < end) {
      house.bend.ack = { nextDownloadMillis: now() };
      const of = periodAt(ccsa.epochMillis, now());
      house.bend.bundle = { info: { nextDownloadMillis: startOf(of + 1) - 24 * HOUR_MILLIS } };
      const { nextMillis } = await round();
      // What was not due is not done: a round in between changes nothing.
      const calls = house.calls.length;
      await round();
      expect(house.calls.length).toBe(calls);
      expect(await heldPeriods(context.store)).toContain(of);
      house.bench.clock.set(Math.max(nextMillis, now() + 1));
      rounds++;
    }
    const held = (await heldPeriods(context.store)).filter((i) => i < CURRENT + 26);
    expect(held).toEqual(Array.from({ length: 26 }, (_, n) => CURRENT + n));
    expect(rounds).toBeLessThan(80);
    expect(house.requests.length).toBeLessThanOrEqual(13);
  }, 120_000);

  it('PR16 waits when too much is owed, asks with the same bytes, and gets what it asked for', async () => {
    context = { ...context, random: dice(0.5) };
    const before = house.requests.length;
    house.bend.ack = { always: { status: 503, retryAfter: 40 } };
    const refused = await round();
    expect(refused.asked).toEqual({ kind: 'refused', reason: 'authority-refused', code: '503', retryAfterSeconds: 40 });
    expect(refused.nextMillis).toBe(now() + 60_000);
    for (const wait of [1, 30_000, 29_999]) {
      expect((await round()).asked).toBeUndefined();
      house.bench.clock.advance(wait);
    }
    house.bend.ack = {};
    expect((await round()).asked).toMatchObject({ kind: 'acknowledged', iMin: CURRENT });
    const [first, second, ...others] = house.requests.slice(before);
    expect([second?.hash, others]).toEqual([first?.hash, []]);
    expect(await heldPeriods(context.store)).toEqual([CURRENT]);
  });

  it('comes again as the PRA tells it, also after a restart', async () => {
    context = { ...context, random: dice(0) };
    house.bend.bundle = { status: { status: 404, retryAfter: 100 } };
    const first = await round();
    expect(first.fetched.get(CURRENT)).toMatchObject({ reason: 'not-yet' });
    // The same store and keys in another process.
    context = await house.device({ keys: context.keys, store: context.store });
    house.bend.bundle = {};
    house.bench.clock.advance(99_000);
    expect((await round()).fetched.size).toBe(0);
    house.bench.clock.advance(1_000);
    expect((await round()).fetched.get(CURRENT)).toMatchObject({ kind: 'downloaded' });
  });

  it('fetches each week though one of them was never to be had', async () => {
    house.bend.bundle = { status: { status: 404 } };
    await round();
    house.bench.clock.set(startOf(CURRENT + 1) + HOUR_MILLIS);
    house.bend.bundle = {};
    await round();
    expect(await heldPeriods(context.store)).toEqual([CURRENT + 1]);
  });

  it('draws each moment once: rounds do not move it', async () => {
    const { nextMillis } = await round();
    for (let times = 0; times < 5; times++) expect((await round()).nextMillis).toBe(nextMillis);
  });
});

describe('what is erased when a week is over', () => {
  const provision = async (weeks: number): Promise<void> => {
    for (const step of [await requestCertificates(context, weeks), await download(context, CURRENT)])
      if (isRefused(step)) throw new Error(step.reason);
  };

  it('every private key that signed in it, and none of the week that runs', async () => {
    await provision(2);
    await download(context, CURRENT + 1);
    expect(await erasePastKeys(context)).toBe(0);
    house.bench.clock.set(startOf(CURRENT + 1) - 1);
    expect(await erasePastKeys(context)).toBe(0);
    house.bench.clock.set(startOf(CURRENT + 1));
    expect(await erasePastKeys(context)).toBe(20);
    expect(await pseudonymKeys()).toEqual([CURRENT + 1]);
    const [certificate] = await periodCertificates(context.store, CURRENT);
    if (certificate === undefined) throw new Error('no certificate');
    const label = pseudonymLabel(certificate, CURRENT, 0);
    await expect(context.keys.sign(label, new Uint8Array(32), Uint8Array.of(1))).rejects.toThrow(/destroyed/);
    expect(await erasePastKeys(context)).toBe(0);
  });

  it('keys too that were rebuilt for a bundle that was refused in the end', async () => {
    await requestCertificates(context, 1);
    house.bend.item = {
      tbs: (tbs, j) =>
        j === 19
          ? {
              ...tbs,
              verifyKeyIndicator: house.bench.member('a-pca').certificate.value.toBeSigned.value.verifyKeyIndicator,
            }
          : tbs,
    };
    expect(await download(context, CURRENT)).toMatchObject({ reason: 'key-mismatch' });
    expect(await pseudonymKeys()).toEqual([CURRENT]);
    house.bench.clock.advance(WEEK_MILLIS);
    expect(await erasePastKeys(context)).toBe(19);
  });

  it('the request with its caterpillar keys when all of its weeks are over, and the next one has keys of its own', async () => {
    await provision(2);
    const caterpillars = async (): Promise<string[]> =>
      (await context.keys.labels()).filter((label) => label.startsWith('caterpillar-'));
    expect(await caterpillars()).toEqual(['caterpillar-encryption-0', 'caterpillar-signing-0']);
    await requestCertificates(context, 1);
    house.bench.clock.set(startOf(CURRENT + 2) - 1);
    await erasePastWeeks(context);
    expect(await context.store.list('requests')).toEqual(['0', '1']);
    house.bench.clock.set(startOf(CURRENT + 2));
    await erasePastWeeks(context);
    expect(await context.store.list('requests')).toEqual(['1']);
    expect(await caterpillars()).toEqual(['caterpillar-encryption-1', 'caterpillar-signing-1']);
    house.bench.clock.set(startOf(CURRENT + 9));
    await erasePastWeeks(context);
    expect(await context.store.list('requests')).toEqual(['1']);
    expect(await requestCertificates(context, 1)).toMatchObject({ kind: 'acknowledged', iMin: CURRENT + 9 });
    expect(await context.store.list('requests')).toEqual(['1', '2']);
  });

  it('parts of bundles that came too late', async () => {
    await requestCertificates(context, 1);
    house.keepBundles();
    house.bend.bundle = { breaks: [100, 0] };
    await download(context, CURRENT);
    expect(await context.store.list('parts')).toEqual([String(CURRENT)]);
    await erasePastWeeks(context);
    expect(await context.store.list('parts')).toEqual([String(CURRENT)]);
    house.bench.clock.advance(WEEK_MILLIS);
    await erasePastWeeks(context);
    expect(await context.store.list('parts')).toEqual([]);
  });
});
