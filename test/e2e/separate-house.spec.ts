/** A domain whose programs and whose database server are processes of their own: each is killed, and comes back. */
import { DATABASE } from '#apps/all-in-one/src/house/separate-house.js';
import { separateHouse } from './separate-house.fixture.js';

type House = Awaited<ReturnType<typeof separateHouse>>;

let house: House;

beforeAll(async () => {
  house = await separateHouse(
    [
      { name: 'pca' },
      { name: 'la1' },
      { name: 'pra', roleSettings: { work: false } },
      { name: 'pra-worker', authority: 'pra' },
    ],
    { vehicles: 2 },
  );
  await house.startAll();
}, 120_000);

afterAll(async () => house.remove(), 60_000);

const health = async (name: string): Promise<{ instance: string }> =>
  (await (await fetch(`${house.urlOf(name)}/health`)).json()) as { instance: string };

const ALL = [
  ['pca', 'a-pca'],
  ['la1', 'a-la1'],
  ['pra', 'a-pra'],
  ['pra-worker', 'a-pra'],
] as const;

describe('a domain of separate processes', () => {
  it.each(ALL)('has %s answering as %s', async (name, instance) => {
    expect(await health(name)).toMatchObject({ status: 'up', instance });
  });

  it('has each in a process of its own', () => {
    const pids = [...ALL.map(([name]) => house.pidOf(name)), house.pidOf(DATABASE)];
    expect(new Set([...pids, process.pid]).size).toBe(6);
    expect(pids).not.toContain(undefined);
  });

  it.each(ALL)(
    'starts %s again after SIGKILL',
    async (name, instance) => {
      const before = house.pidOf(name);
      await house.kill(name, 'SIGKILL');
      expect(house.pidOf(name)).toBeUndefined();
      await expect(health(name)).rejects.toThrow();
      await house.start(name);
      expect(house.pidOf(name)).not.toBe(before);
      expect(await health(name)).toMatchObject({ instance });
    },
    30_000,
  );

  it('starts the database again after SIGKILL, with what was committed, and its programs live on', async () => {
    const pids = ALL.map(([name]) => house.pidOf(name));
    await house.kill(DATABASE, 'SIGKILL');
    expect(house.pidOf(DATABASE)).toBeUndefined();
    await house.start(DATABASE);
    expect(ALL.map(([name]) => house.pidOf(name))).toEqual(pids);
    const status = await fetch(`${house.urlOf('pra')}/status`);
    expect(status.status).toBe(200);
  }, 60_000);
});
