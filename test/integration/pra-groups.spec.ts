/** Requests of many devices are made together, and what is wrong with one of them is its own affair. */
import { expansionScalar } from '#crypto/butterfly.js';
import { sm2PublicKey } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import type { TestDevice } from '../../apps/pra/src/device.fixture.js';
import {
  ask,
  bench,
  count,
  CURRENT,
  dataSource,
  devices,
  fetchBundle,
  mood,
  now,
  pooled,
  queues,
  restartPra,
  seen,
  standPra,
  tick,
} from './pra-house.fixture.js';

standPra();

/** All of them wait: la1 does not answer while they ask. */
async function allAsk(
  all: readonly TestDevice[],
  weeks: (n: number) => number = () => 1,
): Promise<Awaited<ReturnType<typeof ask>>[]> {
  mood.la1 = 'mute';
  const asked = [];
  for (const [n, device] of all.entries()) asked.push(await ask(device, weeks(n)));
  await queues.settled();
  expect(await count('requests', "state = 'accepted' AND next_i = i_min")).toBe(all.length);
  delete mood.la1;
  bench.clock.advance(60_000);
  seen.chains = 0;
  return asked;
}

describe('requests that wait for the same weeks', () => {
  it('LK8 are put before each LA in one exchange, other weeks in another', async () => {
    await allAsk(await devices(8), (n) => (n < 5 ? 1 : 2));
    await tick();
    expect(seen.chains).toBe(4);
    expect(await count('requests', "state = 'expanded'")).toBe(8);
    expect(await count('request_chains')).toBe(8);
    const handles = 'SELECT la1_chain AS handle FROM request_chains UNION SELECT la2_chain FROM request_chains';
    expect(await count(`(${handles}) AS handles`)).toBe(16);
  });

  it('end alone: bad keys, and keys that another asked for, keep nobody else from being served', async () => {
    const [infinite, thief, victim, ...others] = (await devices(5)) as [TestDevice, TestDevice, TestDevice];
    const point = sm2PublicKey(expansionScalar(smSuite, infinite.keys.ks, 'signing', CURRENT, 3)).slice();
    point[0] = point[0] === 2 ? 3 : 2;
    const asked = await allAsk([
      { ...infinite, keys: { ...infinite.keys, a: point } },
      { ...thief, keys: victim.keys },
      victim,
      ...others,
    ]);
    await tick();
    expect([await count('requests', "state = 'refused'"), await count('requests', "state = 'expanded'")]).toEqual([
      2, 3,
    ]);
    expect(seen.chains).toBe(2);
    expect([await count('granted_periods'), await pooled()]).toEqual([3, 0]);
    const statuses = await Promise.all(asked.map(async (one) => (await fetchBundle(one)).status));
    // Which of the two with the same keys came first is left to dice.
    expect(statuses.filter((status) => status === 200).length).toBe(3);
    expect(statuses.slice(3)).toEqual([200, 200]);
  });

  it('are gathered: what an LA hears at one moment became due in the stretch before', async () => {
    await restartPra({ gatherSeconds: 10 });
    bench.clock.set(Math.ceil(now() / 10_000) * 10_000);
    for (const device of await devices(3)) {
      await ask(device);
      bench.clock.advance(3_000);
    }
    await tick();
    expect([seen.chains, await count('request_chains')]).toEqual([0, 0]);
    bench.clock.advance(1_000);
    await tick();
    expect([seen.chains, await count('request_chains')]).toEqual([2, 3]);
  });

  it('stay owed as they were while the pool is full: a slow PCA slows the LAs down as well', async () => {
    await restartPra({ maximumItems: 40, maximumPooledItems: 60 });
    mood.pca = 'mute';
    await allAsk(await devices(8), (n) => 1 + (n % 4));
    const before = await dataSource.query('SELECT request_id, due_millis FROM requests ORDER BY request_id');
    await tick();
    // Four groups of two requests: one or two of them fill the pool.
    const open = "state = 'accepted' AND attempts = 1";
    expect([4, 6]).toContain(await count('requests', open));
    const left = await dataSource.query(`SELECT request_id, due_millis FROM requests WHERE ${open}`);
    for (const row of left) expect(before).toContainEqual(row);
    delete mood.pca;
    for (let turn = 0; turn < 6; turn++) {
      bench.clock.advance(60_000);
      await tick();
    }
    expect(await count('requests', "state = 'expanded'")).toBe(8);
  });

  it('are due again when the worker died that had taken them', async () => {
    mood.la1 = 'mute';
    await ask((await devices(1))[0] as TestDevice);
    await queues.settled();
    delete mood.la1;
    // As the worker leaves it: taken, and nothing done.
    await dataSource.query('UPDATE requests SET due_millis = $1', [Math.floor(now()) + 60_000]);
    await tick();
    expect(seen.chains).toBe(1);
    bench.clock.advance(60_001);
    await tick();
    expect([seen.chains, await count('request_chains')]).toEqual([3, 1]);
  });
});
