import type { CheckRun } from './check-run.store.js';
import { checkWatch, together, type CheckWatch } from './check-watch.js';
import type { Log } from './log.js';

const DAY = 86_400_000;
const BORN = Date.UTC(2026, 0, 1);

describe('the watch over the check', () => {
  let nowMillis: number;
  let kept: CheckRun[];
  let warned: string[];
  let failed: string[];
  let watch: CheckWatch;

  const run = (change: Partial<CheckRun> = {}): CheckRun => ({
    endedMillis: nowMillis,
    sinceI: 0,
    good: 5,
    bad: 0,
    open: 0,
    errors: 0,
    ...change,
  });

  beforeEach(() => {
    nowMillis = BORN;
    [kept, warned, failed] = [[], [], []];
    const log: Log = {
      info: () => undefined,
      warn: (event) => void warned.push(event),
      error: (event) => void failed.push(event),
    };
    const runs = {
      keep: async (one: CheckRun) => void kept.push(one),
      last: async () => kept.at(-1),
      lastComplete: async () => kept.filter(({ errors }) => errors === 0).at(-1)?.endedMillis,
    };
    watch = checkWatch({ runs, clock: { nowMillis: () => nowMillis }, log, checkDays: 8, bornMillis: () => BORN });
  });
  const looked = async (): Promise<readonly string[]> => {
    await watch.begin();
    await watch.end();
    return watch.alarms;
  };

  it('says nothing while the last run is no older than the setting, and says so when it is', async () => {
    kept.push(run());
    nowMillis += 8 * DAY;
    expect([await looked(), warned]).toEqual([[], []]);
    nowMillis += 1;
    expect([await looked(), warned]).toEqual([['check-overdue'], ['alarm.check-overdue']]);
    expect(await watch.status()).toEqual({ lastCheck: kept[0], alarms: ['check-overdue'] });
  });

  it('counts from the beginning of the role when nobody ever checked', async () => {
    nowMillis += 8 * DAY;
    expect(await looked()).toEqual([]);
    nowMillis += 1;
    expect(await looked()).toEqual(['check-overdue']);
    expect((await watch.status()).lastCheck).toBeUndefined();
  });

  it('takes a run that could not read everything for none (BI17)', async () => {
    kept.push(run());
    nowMillis += 8 * DAY + 1;
    kept.push(run({ errors: 1 }));
    expect(await looked()).toEqual(['check-overdue']);
    kept.push(run());
    expect(await looked()).toEqual([]);
  });

  it('says that something bad was found until a run finds nothing bad', async () => {
    kept.push(run({ bad: 1 }));
    expect([await looked(), warned]).toEqual([['check-found-bad'], ['alarm.check-found-bad']]);
    kept.push(run());
    expect(await looked()).toEqual([]);
  });

  it('goes on when the table cannot be read, and its log says so', async () => {
    nowMillis += 9 * DAY;
    expect(await looked()).toEqual(['check-overdue']);
    kept = undefined as never;
    expect(await looked()).toEqual(['check-overdue']);
    expect(failed).toEqual(['check-watch.failed']);
  });
});

it('works that are one begin in their order and end in reverse', async () => {
  const told: string[] = [];
  const work = (name: string) => ({
    begin: async () => void told.push(`${name} begins`),
    end: async () => void told.push(`${name} ends`),
  });
  const both = together(work('first'), work('second'));
  await both.begin();
  await both.end();
  expect(told).toEqual(['first begins', 'second begins', 'second ends', 'first ends']);
});
