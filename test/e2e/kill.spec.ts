/**
 * Nothing lost, nothing twice, whoever dies: one death at each boundary between two steps of provisioning, each part of the
 * domain at least once. The full matrix is test/matrix (`npm run test:kill`).
 */
import { audit, expectAgreement } from './kill/auditor.fixture.js';
import { boundary, type BoundaryName } from './kill/boundaries.fixture.js';
import { dieAt } from './kill/death.fixture.js';
import { ask, askOnce, downloadAll, Factory, type Asker } from './kill/devices.fixture.js';
import { DEVICES, openKillHouse, type KillHouse, type Part } from './kill/house.fixture.js';
import { PLANTS, type Shown } from './kill/planted.fixture.js';
import { hasRedis } from './kill/redis-server.fixture.js';

/** Founding a domain takes seconds, a death takes seconds; on a machine that is busy otherwise, many. */
const LONGEST_FOUNDING_MILLIS = 180_000;
const LONGEST_DEATH_MILLIS = 60_000;

const IN_POSTGRES: readonly (readonly [BoundaryName, Part])[] = [
  ['request stored, not acknowledged', 'pra'],
  ['LA not called yet', 'la2'],
  ['chains claimed, answer of la1 not arrived', 'la1'],
  ['chains claimed, answer of la2 not arrived', 'pra-worker'],
  ['items pooled', 'database-killed'],
  ['batch formed', 'queue-emptied'],
  ['batch sent, not arrived', 'pca'],
  ['intents of the PCA stored, not signed', 'pca'],
  ['signed, not stored', 'pca'],
  ['stored at the PCA, answer not arrived', 'pra-worker'],
  ['answer arrived, not stored', 'database-immediate'],
  ['answers stored', 'pra-worker'],
  ['downloading', 'pra'],
];

const IN_REDIS: readonly (readonly [BoundaryName, Part])[] = [
  ['items pooled', 'redis-killed'],
  ['batch formed', 'redis-flushed'],
];

interface House extends Shown {
  readonly factory: Factory;
  readonly askers: Asker[];
}

/** One house for all of these cases; what it has given stays in the sight of the auditor. */
function deathsIn(queue: 'postgres' | 'redis', cases: readonly (readonly [BoundaryName, Part])[]): () => House {
  let house: KillHouse;
  let factory: Factory;
  const askers: Asker[] = [];

  beforeAll(async () => {
    house = await openKillHouse({ queue });
    factory = await Factory.open(house);
  }, LONGEST_FOUNDING_MILLIS);

  afterAll(async () => house.close(), LONGEST_FOUNDING_MILLIS);

  it.each(cases)(
    'PR16 BI14 %s: loses nothing and gives nothing twice when %s dies',
    async (name, part) => {
      const died = await dieAt(house, factory, { boundary: boundary(name), part, times: 1 });
      askers.push(...died.askers);
      expect(died.deaths).toBe(1);
      await expectAgreement(house, askers);
    },
    LONGEST_DEATH_MILLIS,
  );
  return () => ({ house, factory, askers });
}

describe('provisioning with its queue in PostgreSQL', () => {
  const shown = deathsIn('postgres', IN_POSTGRES);

  it.each(PLANTS)('and the auditor would have named $name', async ({ bend, finding }) => {
    const { house, askers } = bend(shown());
    const { findings } = await audit(house, askers);
    expect(findings).toContainEqual(expect.stringContaining(finding));
  });
});

// Where there is no redis-server on the PATH these count as skipped.
(hasRedis() ? describe : describe.skip)('provisioning with its queue in Redis', () => {
  const shown = deathsIn('redis', IN_REDIS);

  it(
    'loses nothing that is asked for while Redis refuses connections',
    async () => {
      const { house, factory, askers } = shown();
      await house.kill('redis-killed');
      const fresh = await factory.devices(DEVICES);
      // The door has stored the request when it finds nobody to wake: the device may hear that it failed.
      for (const one of fresh) await askOnce(one);
      await house.revive('redis-killed');
      for (const one of fresh) await ask(one);
      await downloadAll(house, fresh);
      askers.push(...fresh);
      await expectAgreement(house, askers);
    },
    LONGEST_DEATH_MILLIS,
  );
});
