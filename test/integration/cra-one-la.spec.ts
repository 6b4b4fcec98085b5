/** A CRA's tables in a domain with one LA: a chain is one seed, listed once and moved on, and never half a pair. */
import type { DataSource } from 'typeorm';
import { craAuthority } from '#apps/cra/src/cra.authority.js';
import { crlStore, type CrlStore, type Order } from '#apps/cra/src/store/crl.store.js';
import { systemRandom } from '#crypto/random.js';
import { advanceEntry, type LinkedEntry } from '#credentials/linked-crl.js';
import { openDataSource } from '#persistence/data-source.js';
import { withPostgres } from '../support/postgres.js';

let dataSource: DataSource;
let store: CrlStore;
const postgres = withPostgres(() => dataSource.destroy());

beforeAll(async () => {
  const { entities, migrations } = craAuthority;
  const url = await (await postgres()).instanceUrl('one-la-cra');
  dataSource = await openDataSource({
    ...{ url, instance: 'one-la-cra' },
    ...{ entities: [...entities], migrations: [...migrations] },
  });
  store = crlStore(dataSource, 1);
});

const chain = (): LinkedEntry => ({
  ...{ iRev: 358, iMax: 361, jMax: 20 },
  ...{ la1Id: Uint8Array.of(0, 1), seed1: systemRandom.bytes(16) },
});
const order = (...chains: LinkedEntry[]): Order => ({
  ...{ requestHash: systemRandom.bytes(32), approvalHash: systemRandom.bytes(32) },
  ...{ expiresMillis: 1, chains },
});
const standing = () => store.build((building) => building.chains.all());

describe('chains of one LA', () => {
  it('stand once, however often they are ordered, and are given back without a second LA', async () => {
    const [one, other] = [chain(), chain()];
    expect(await store.takeOrder(order(one, other))).toBe(true);
    expect(await store.takeOrder(order(one))).toBe(true);
    const chains = await standing();
    expect(chains.map(({ id: _id, isOwed: _owed, ...rest }) => rest)).toEqual([one, other]);
  });

  it('move on to later seeds, and no second one comes of it', async () => {
    const before = await standing();
    const moved = before.map((one) => ({ ...one, ...advanceEntry(one, 359) }));
    await store.build((building) => building.chains.moveOn(moved));
    expect(await standing()).toEqual(moved);
    expect(moved[0]?.seed1).not.toEqual(before[0]?.seed1);
  });

  it.each(['la2_id', 'seed2'])('are not half a pair: the table refuses %s alone', async (column) => {
    await expect(dataSource.query(`UPDATE revoked_chain SET ${column} = $1`, [Buffer.alloc(2, 1)])).rejects.toThrow(
      'revoked_chain_pair',
    );
  });
});
