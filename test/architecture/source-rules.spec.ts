/** The rules about the sources' text: each is broken by a planted file, and none by the sources themselves. */
import { readFileSync, readdirSync } from 'node:fs';
import { brokenRules, sourceRules, type SourceFile } from './source-rules.js';

const planted: readonly (readonly [rule: string, path: string, text: string])[] = [
  ['synchronize-never', 'libs/persistence/src/a.ts', 'new DataSource({ synchronize: true })'],
  ['synchronize-never', 'test/integration/a.spec.ts', 'const options = { "synchronize": isTest };'],
  ['no-database-clock', 'apps/pca/src/store/issued.entity.ts', "@Column({ default: () => 'now()' })"],
  ['no-database-clock', 'apps/pca/src/store/migrations/1.ts', '`"at" timestamp DEFAULT CURRENT_TIMESTAMP`'],
  ['no-database-clock', 'apps/pca/src/store/issued.store.ts', "where('due <= NOW()')"],
  ['no-database-clock', 'apps/la/src/store/chain.entity.ts', '@CreateDateColumn() createdAt!: Date;'],
  ['no-database-clock', 'apps/la/src/store/chain.entity.ts', '@UpdateDateColumn() updatedAt!: Date;'],
  ['no-database-clock', 'libs/persistence/src/a.ts', 'await query(`select clock_timestamp()`)'],
  ['no-date-patching', 'apps/all-in-one/src/a.ts', 'Date.now = () => scenarioMillis;'],
  ['no-date-patching', 'test/e2e/a.spec.ts', 'globalThis.Date = FakeDate;'],
  ['no-date-patching', 'libs/keys/src/a.spec.ts', 'jest.useFakeTimers();'],
  ['no-date-patching', 'libs/keys/src/a.spec.ts', "jest.spyOn(Date, 'now')"],
  ['no-queue-timing', 'apps/pra/src/jobs/expand.ts', "queue.add('expand', {}, { delay: 604_800_000 })"],
  ['no-queue-timing', 'libs/queue/src/a.ts', "queue.add('wake', {}, { repeat: { every: 1000 } })"],
  ['no-queue-timing', 'libs/queue/src/a.ts', "queue.upsertJobScheduler('weekly', {})"],
  ['bullmq-in-queue-only', 'apps/pra/src/jobs/expand.ts', "import { Queue } from 'bullmq';"],
  ['a-disable-has-a-reason', 'libs/coer/src/a.ts', '// eslint-disable-next-line no-console'],
  ['a-disable-has-a-reason', 'libs/coer/src/a.spec.ts', '// @ts-expect-error\nopen(sealedForAnother);'],
  ['no-type-check-switched-off', 'libs/coer/src/a.ts', '// @ts-' + 'ignore\nwrong();'],
];

const allowed: readonly (readonly [path: string, text: string])[] = [
  ['libs/persistence/src/a.ts', 'new DataSource({ synchronize: false })'],
  ['apps/pca/src/lines/pca-pra.ts', 'if (row.dueAt <= deps.clock.now()) return;'],
  ['apps/la/src/jobs/upkeep.ts', "queues.work('tidy', () => tidy(now())); log(`at ${now()}`);"],
  ['libs/credentials/src/clock.ts', 'export const systemClock = { now(): number { return Date.now(); } };'],
  ['apps/pca/src/store/issued.entity.ts', '/** Never now(): the time is handed in. */ @Column() issuedAt!: number;'],
  ['libs/detection/src/a.ts', 'const timing = { delay: 3 };'],
  ['libs/coer/src/a.ts', '// eslint-disable-next-line no-bitwise -- the preamble is a bit field'],
  ['libs/coer/src/a.spec.ts', '// @ts-expect-error the wrong key is refused by its type'],
];

/** Every TypeScript file of apps, libs and test, but for this folder, which speaks of what is forbidden. */
function ownSources(): SourceFile[] {
  return ['apps', 'libs', 'test'].flatMap((top) =>
    readdirSync(top, { recursive: true, encoding: 'utf8' })
      .map((path) => `${top}/${path}`)
      .filter((path) => path.endsWith('.ts') && !path.startsWith('test/architecture/'))
      .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
  );
}

describe('the rules about source text', () => {
  it.each(planted)('%s refuses %s: %s', (rule, path, text) => {
    expect(brokenRules([{ path, text }])).toEqual([`${rule}: ${path}`]);
  });

  it.each(allowed)('accept %s: %s', (path, text) => {
    expect(brokenRules([{ path, text }])).toEqual([]);
  });

  it('have a planted violation each', () => {
    expect(new Set(planted.map(([rule]) => rule))).toEqual(new Set(sourceRules.map(({ name }) => name)));
  });

  it('are kept by the sources', () => {
    const sources = ownSources();
    expect(sources.length).toBeGreaterThan(10);
    expect(brokenRules(sources)).toEqual([]);
  });

  it('find no file named index.ts: a barrel hides who needs what', () => {
    expect(ownSources().filter(({ path }) => /(^|\/)index\.ts$/.test(path))).toEqual([]);
  });
});
