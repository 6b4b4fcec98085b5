import { ccsa } from '#credentials/profile.js';
import { periodAt, WEEK_MILLIS } from '#credentials/period.js';
import { silentLog } from '#service/log.js';
import { BENCH_START, SettableClock } from '../../../../test/support/authority-bench.js';
import { upkeep, type Upkeep } from './upkeep.js';

const I = periodAt(ccsa.epochMillis, BENCH_START);

function set() {
  const clock = new SettableClock(BENCH_START);
  const woken: string[] = [];
  const state = { owes: false, isQueueUp: true };
  const queues = {
    wake: async (queue: string) => {
      if (!state.isQueueUp) throw new Error('no queue');
      woken.push(queue);
    },
    work: () => undefined,
    emptyAll: async () => undefined,
    close: async () => undefined,
  };
  const nothing = async (): Promise<void> => undefined;
  const kept = upkeep({
    ...{ queues, clock, profile: ccsa, log: silentLog, tickMillis: 100, tidy: nothing, announce: nothing },
    owesKeys: async () => state.owes,
  });
  return { clock, woken, state, kept };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let n = 0; n < 100 && !isSo(); n++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo()).toBe(true);
}

describe('the upkeep of an LA', () => {
  let kept: Upkeep | undefined;
  afterEach(() => kept?.end());

  it('brings keys to a PCA that was away, without a request or a start', async () => {
    const { woken, state, kept: own } = set();
    kept = own;
    await kept.begin();
    woken.length = 0;
    state.owes = true;
    await until(() => woken.includes('announce'));
    expect(woken).not.toContain('tidy');
  });

  it('sees a new period by itself', async () => {
    const { clock, woken, kept: own } = set();
    kept = own;
    await kept.begin();
    woken.length = 0;
    clock.advance(WEEK_MILLIS);
    await until(() => woken.includes('tidy'));
    expect(woken).toEqual(['tidy']);
  });

  it('tries again when the queue could not be reached', async () => {
    const { clock, woken, state, kept: own } = set();
    kept = own;
    await kept.begin();
    woken.length = 0;
    state.isQueueUp = false;
    clock.advance(WEEK_MILLIS);
    expect(kept.currentI()).toBe(I + 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(woken).toEqual([]);
    state.isQueueUp = true;
    await until(() => woken.includes('tidy'));
  });
});
