/** What a list costs, counted: rows that are read or changed, and bytes that are signed. */
import { systemRandom } from '#crypto/random.js';
import { advanceEntry } from '#credentials/linked-crl.js';
import { periodAt, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import type { CrlStore, IssuedCrl, LastList, ListBuilding } from '../store/crl.store.js';
import type { StoredChain } from '../store/revoked-rows.js';
import { issueIfOwed, type CrlIssuer } from './issue-crl.js';
import { chainLists } from './list-maker.js';
import { Publication } from './publication.js';

let bench: Bench;
beforeAll(async () => {
  bench = await authorityBench();
});

/** Tables in memory that count what goes in and out. */
class CountedStore implements CrlStore {
  chains: StoredChain[] = [];
  lists: IssuedCrl[] = [];
  rows = 0;
  private count<T>(rows: T[]): T[] {
    this.rows += rows.length;
    return rows;
  }
  orderAnswer = () => Promise.resolve(undefined);
  takeOrder = () => Promise.resolve(true);
  forgetExpiredOrders = () => Promise.resolve();
  published = () => Promise.resolve(this.lists);
  isOwed = () => Promise.resolve(this.chains.some((chain) => chain.isOwed));
  last(): Promise<LastList | undefined> {
    const last = this.lists.at(-1);
    const full = this.lists.filter(({ kind }) => kind === 'full').at(-1);
    const cracas = last?.copies.map(({ craca }) => Buffer.from(craca).toString('hex')) ?? [];
    return Promise.resolve(last && { ...last, cracas, entriesOfFull: full?.entries ?? 0 });
  }
  build<T>(run: (building: ListBuilding) => Promise<T>): Promise<T> {
    return run({
      last: () => this.last(),
      owedOrders: () => Promise.resolve([]),
      answer: () => Promise.resolve(),
      store: (lists) => Promise.resolve(void this.lists.push(...lists)),
      certificates: undefined as never,
      chains: {
        owed: () => Promise.resolve(this.count(this.chains.filter((chain) => chain.isOwed))),
        all: () => Promise.resolve(this.count([...this.chains])),
        known: (seeds) => {
          this.rows += seeds.length;
          return Promise.resolve(new Set<string>());
        },
        moveOn: (moved) => {
          const byId = new Map(this.count([...moved]).map((chain) => [chain.id, chain]));
          this.chains = this.chains.map((chain) => byId.get(chain.id) ?? chain);
          return Promise.resolve();
        },
        list: (listed) => {
          const ids = new Set(listed.filter((chain) => chain.isOwed).map(({ id }) => id));
          this.rows += ids.size;
          this.chains = this.chains.map((chain) => (ids.has(chain.id) ? { ...chain, isOwed: false } : chain));
          return Promise.resolve();
        },
        erase: (gone) => {
          const ids = new Set(this.count([...gone]).map(({ id }) => id));
          this.chains = this.chains.filter(({ id }) => !ids.has(id));
          return Promise.resolve();
        },
      },
    });
  }
}

function house() {
  const store = new CountedStore();
  const { signer } = bench.member('a-cra');
  let signed = 0;
  const counting: Signer = { ...signer, sign: (id, message) => ((signed += message.length), signer.sign(id, message)) };
  const issuer: CrlIssuer<StoredChain> = {
    ...{ store, lists: chainLists, publication: new Publication(), signers: () => [counting], profile: ccsa },
    ...{ clock: bench.clock, rules: { epochMillis: ccsa.epochMillis, validityHours: 168, renewBeforeHours: 24 } },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  let id = 0;
  const order = (count: number): void => {
    const iRev = periodAt(ccsa.epochMillis, bench.clock.nowMillis());
    const place = { iRev, iMax: iRev + 8, jMax: 20, isOwed: true };
    const las = { la1Id: Uint8Array.of(0, 1), la2Id: Uint8Array.of(0, 2) };
    const more = Array.from({ length: count }, () => ({
      ...{ id: id++, ...place, ...las, seed1: systemRandom.bytes(16), seed2: systemRandom.bytes(16) },
    }));
    store.chains = [...store.chains, ...more];
  };
  const issue = async (): Promise<{ rows: number; signed: number; kinds: string[] }> => {
    bench.clock.advance(60_000);
    const [rows, bytes, lists] = [store.rows, signed, store.lists.length];
    await issueIfOwed(issuer);
    const kinds = store.lists.slice(lists).map(({ kind }) => kind);
    return { rows: store.rows - rows, signed: signed - bytes, kinds };
  };
  return { store, issuer, order, issue };
}

it.each([5_000, 20_000])('a delta costs what is new, whatever stands already: %i', async (standing) => {
  const { order, issue } = house();
  order(standing);
  expect((await issue()).kinds).toEqual(['full']);
  const costs = [];
  for (const count of [1, 10, 100]) {
    order(count);
    costs.push({ count, ...(await issue()) });
  }
  for (const { count, rows, signed, kinds } of costs) {
    expect(kinds).toEqual(['delta']);
    // Whether any is owed, which, and that it stands on a list.
    expect(rows).toBe(3 * count);
    expect(signed).toBeLessThan(33 * count + 150);
  }
});

it('a roll-over costs all, once', async () => {
  const { store, order, issue } = house();
  order(6_000);
  await issue();
  const before = store.chains;
  bench.clock.advance(WEEK_MILLIS);
  const { rows, signed, kinds } = await issue();
  expect(kinds).toEqual(['full']);
  expect(rows).toBe(2 * 6_000);
  expect(signed / 6_000).toBeCloseTo(33, 0);
  const i = periodAt(ccsa.epochMillis, bench.clock.nowMillis());
  expect(store.chains[0]).toEqual({ ...before[0], ...advanceEntry(before[0] as StoredChain, i) });
});

it('a full list comes with a delta while it is small, and then when an eighth was added', async () => {
  const { order, issue } = house();
  order(1);
  await issue();
  order(1);
  expect((await issue()).kinds).toEqual(['delta', 'full']);
  order(5_000);
  expect((await issue()).kinds).toEqual(['delta', 'full']);
  order(600);
  expect((await issue()).kinds).toEqual(['delta']);
  order(200);
  expect((await issue()).kinds).toEqual(['delta', 'full']);
});

it('nothing is issued while nothing is owed, and an empty delta before the list runs out', async () => {
  const { issuer, store, order, issue } = house();
  order(5_000);
  await issue();
  expect((await issue()).kinds).toEqual([]);
  const [full] = store.lists as [IssuedCrl];
  // Within the same period, a day before its end.
  const late = { ...full, nextMillis: bench.clock.nowMillis() + 23 * 3_600_000 };
  store.lists = [late];
  expect(await issue()).toMatchObject({ kinds: ['delta'] });
  expect(store.lists.at(-1)).toMatchObject({ entries: 5_000, indexWithinI: full.indexWithinI + 1 });
  expect(issuer.publication.last?.nextMillis).toBeGreaterThan(late.nextMillis);
});
