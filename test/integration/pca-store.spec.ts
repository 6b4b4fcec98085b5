/** What a PCA stores when two processes of it are at the same items, and either may end between intent and result. */
import type { DataSource } from 'typeorm';
import type { Intent, Result } from '#apps/pca/src/domain/issued-store.js';
import { pcaAuthority } from '#apps/pca/src/pca.authority.js';
import { checkStore } from '#apps/pca/src/store/check.store.js';
import { intentOf, resultOf } from '#apps/pca/src/store/issued.conformance.fixture.js';
import { COMPLETE, FIND } from '#apps/pca/src/store/issued.sql.js';
import { issuedStore } from '#apps/pca/src/store/issued.store.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { isRefused } from '#credentials/refusal.js';
import { openDataSource } from '#persistence/data-source.js';
import { withPostgres } from '../support/postgres.js';

const ROUNDS = 60;
const ITEMS = 8;
const PRA = 'pra.a.chrysalis.example';
const NO_BATCH = '00000000-0000-0000-0000-000000000000';

const postgres = withPostgres(endUsers);
let processes: DataSource[];
beforeAll(async () => {
  const url = await (await postgres()).instanceUrl('a-pca');
  const { entities, migrations } = pcaAuthority;
  const open = () => openDataSource({ url, instance: 'a-pca', entities: [...entities], migrations: [...migrations] });
  processes = [await open(), await open()];
}, 60_000);
async function endUsers(): Promise<void> {
  for (const one of processes ?? []) await one.destroy();
}

/** The same numbers at each run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const handle = ({ itemHash }: { itemHash: Uint8Array }): string => hex(itemHash);

describe('two processes of one PCA', () => {
  it('give each item one result, the same to whoever asked, through ends in between (BI6, BI7)', async () => {
    const roll = dice(7);
    const met = { ended: 0, answered: 0, replaced: 0, both: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const intents = Array.from({ length: ITEMS }, () => intentOf({ i: 350 + (round % 2) }));
      // In some rounds one of them signs other bytes: its certificate was renewed.
      const isRenewed = round % 3 === 0;
      const renewed = intents.map((intent) => ({ ...intent, tbsHash: systemRandom.bytes(32) }));
      const out = new Map<string, Set<string>>();
      const work = async (n: number, mine: readonly Intent[], results: ReadonlyMap<string, Result>): Promise<void> => {
        const part = mine.filter(() => roll() < 0.7);
        if (part.length === 0) return;
        const store = issuedStore(processes[n] as DataSource, systemRandom);
        const begun = await store.begin(part, PRA);
        if (isRefused(begun)) throw new Error(begun.reason);
        if (roll() < 0.25) return void met.ended++;
        try {
          const answers = await store.complete(
            begun.batch,
            part.map((intent) => results.get(handle(intent)) as Result),
          );
          for (const [k, intent] of part.entries()) {
            const seen = out.get(handle(intent)) ?? new Set<string>();
            if (seen.size > 0) met.both++;
            out.set(handle(intent), seen.add(hex(answers[k] as Uint8Array)));
            met.answered++;
          }
        } catch (error) {
          if (!(error as Error).message.includes('was replaced')) throw error;
          met.replaced++;
        }
      };
      const signed = (all: readonly Intent[]) => new Map(all.map((intent) => [handle(intent), resultOf(intent)]));
      const [own, others] = [signed(intents), signed(renewed)];
      const second = (): [readonly Intent[], ReadonlyMap<string, Result>] =>
        isRenewed ? [renewed, others] : [intents, own];
      await Promise.all([work(0, intents, own), work(1, ...second()), work(0, intents, own), work(1, ...second())]);
      // Who asks for all of them at last gets what was given out.
      const store = issuedStore(processes[1] as DataSource, systemRandom);
      const [last, results] = second();
      const begun = await store.begin(last, PRA);
      if (isRefused(begun)) throw new Error(begun.reason);
      const answers = await store.complete(
        begun.batch,
        last.map((intent) => results.get(handle(intent)) as Result),
      );
      for (const [k, intent] of last.entries()) {
        const seen = out.get(handle(intent)) ?? new Set<string>();
        expect(seen.add(hex(answers[k] as Uint8Array)).size).toBe(1);
      }
    }
    expect(met.ended).toBeGreaterThan(10);
    expect(met.answered).toBeGreaterThan(100);
    expect(met.both).toBeGreaterThan(50);
    expect(met.replaced).toBeGreaterThan(0);
  }, 120_000);

  it.each([
    ['lv', { lv: new Uint8Array(8) }],
    ['keyHash', { keyHash: new Uint8Array(33) }],
    ['a tag', { linkageTags: [new Uint8Array(32), new Uint8Array(16)] as const }],
    ['tbsHash', { tbsHash: new Uint8Array(31) }],
  ])(
    'store nothing of a batch with %s of another length, which would move what stands behind it',
    async (_, change) => {
      const [tables] = processes as [DataSource];
      const [good, bad] = [intentOf(), intentOf(change)];
      await expect(issuedStore(tables, systemRandom).begin([bad, good], PRA)).rejects.toThrow('of another length');
      expect(await issuedStore(tables, systemRandom).find([good])).toEqual([]);
    },
  );

  it('leave tables in which each certificate has one intent and each intent one certificate', async () => {
    const [tables] = processes as [DataSource];
    const [row] = await tables.query<{ intents: number; places: number; certificates: number; answers: number }[]>(
      `SELECT (SELECT count(*)::int FROM issued) AS intents,
              (SELECT count(*)::int FROM (SELECT DISTINCT i, batch, place FROM issued) AS p) AS places,
              (SELECT sum(cardinality(starts) - 1)::int FROM issued_certificates) AS certificates,
              (SELECT sum(cardinality(starts) - 1)::int FROM issued_answers) AS answers`,
    );
    const all = ROUNDS * ITEMS;
    expect(row).toEqual({ intents: all, places: all, certificates: all, answers: all });
    for (const i of [350, 351]) expect(await checkStore(tables).loose(i)).toEqual({ open: 0, lost: [] });
  });

  it('look up the items of a batch by the primary key, also while a period is too young to have statistics', async () => {
    const [tables] = processes as [DataSource];
    const i = 360;
    const store = issuedStore(tables, systemRandom);
    for (let n = 0; n < 4; n++)
      await store.begin(
        Array.from({ length: 400 }, () => intentOf({ i })),
        PRA,
      );
    const [bytes, none] = [Buffer.alloc(0), Array<number>()];
    const batch = [i, Buffer.from(systemRandom.bytes(400 * 32)), 400];
    const results = [NO_BATCH, bytes, none, bytes, bytes, none];
    for (const [statement, parameters] of [
      [FIND, batch],
      [COMPLETE, [...batch, ...results]],
    ] as const) {
      const rows = await tables.query<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${statement}`, [...parameters]);
      const scans = rows.map((row) => row['QUERY PLAN']).filter((line) => line.includes(' issued_p360 '));
      expect(scans).toEqual([expect.stringMatching(/Index (Only )?Scan using issued_item_p360 on /)]);
    }
  });
});
