/**
 * The full matrix of deaths: each part at each boundary of provisioning. Who is in the middle of something there dies five
 * times at the same batch; who is not dies once, and nobody notices. One death a boundary is in test/e2e/kill.spec.ts.
 */
import { expectAgreement } from '../e2e/kill/auditor.fixture.js';
import { BOUNDARIES, type Boundary } from '../e2e/kill/boundaries.fixture.js';
import { dieAt } from '../e2e/kill/death.fixture.js';
import { Factory, type Asker } from '../e2e/kill/devices.fixture.js';
import { openKillHouse, PARTS, type KillHouse, type Part } from '../e2e/kill/house.fixture.js';
import { hasRedis } from '../e2e/kill/redis-server.fixture.js';

const LONGEST_FOUNDING_MILLIS = 180_000;
const LONGEST_CASE_MILLIS = 240_000;
const OFTEN = 5;

const kindOf = (part: Part): string =>
  part.startsWith('database') ? 'database' : /^(queue|redis)/.test(part) ? 'queue' : part;
const timesOf = ({ atWork }: Boundary, part: Part): number =>
  atWork.some((kind) => kind === kindOf(part)) ? OFTEN : 1;

function matrix(queue: 'postgres' | 'redis'): void {
  const cases = BOUNDARIES.flatMap((boundary: Boundary) =>
    PARTS[queue].map((part) => ({ name: boundary.name, part, times: timesOf(boundary, part), boundary })),
  );
  let house: KillHouse;
  let factory: Factory;
  const askers: Asker[] = [];

  beforeAll(async () => {
    house = await openKillHouse({ queue });
    factory = await Factory.open(house);
  }, LONGEST_FOUNDING_MILLIS);

  afterAll(async () => house.close(), LONGEST_FOUNDING_MILLIS);

  it.each(cases)(
    '$name: $part dies, times $times',
    async ({ boundary, part, times }) => {
      const died = await dieAt(house, factory, { boundary, part, times });
      askers.push(...died.askers);
      expect(died.deaths).toBe(times);
      await expectAgreement(house, askers);
    },
    LONGEST_CASE_MILLIS,
  );
}

describe('with its queue in PostgreSQL', () => matrix('postgres'));

// Where there is no redis-server on the PATH these count as skipped.
(hasRedis() ? describe : describe.skip)('with its queue in Redis', () => matrix('redis'));
