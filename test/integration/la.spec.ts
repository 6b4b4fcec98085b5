/** Two LAs over their real lines with real databases; the PCA is a double that takes keys, or does not answer. */
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { encode } from '#coer/codec.js';
import { laAuthority } from '#apps/la/src/la.authority.js';
import { chainStoreConformance } from '#apps/la/src/store/chain.conformance.fixture.js';
import { chainStore } from '#apps/la/src/store/chain.store.js';
import { hex } from '#crypto/bytes.js';
import { advanceLinkageSeed } from '#crypto/linkage.js';
import { systemRandom } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';
import { addSignature, newApproval } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { periodAt, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { asEncryptedData, openShared, sealToCertificate, sharedKeyId } from '#credentials/sealing.js';
import { signData } from '#credentials/signed-data.js';
import { answerLine, LineRefusedError } from '#edge/answer-line.js';
import { callLine } from '#edge/call-line.js';
import { replayMemory } from '#edge/replay-memory.js';
import { LineFailure } from '#edge/transport.js';
import { laMa, PraStatement, type RevealSeed } from '#edges/la-ma/seeds.js';
import { laPca } from '#edges/la-pca/shared-key.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, WORK, type Lines, type Work } from '#service/authority-context.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import type { LaPraLinkageValueResponse } from '#wire/scms-pdu.js';
import type { EncryptedData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, directQueues, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const postgres = withPostgres(endUsers);
let bench: Bench;
let currentI: number;
const apps: INestApplicationContext[] = [];
const queues = directQueues();
const woken: ReturnType<typeof directQueues>[] = [queues];
const tables: Record<string, DataSource> = {};
/** What the double of the PCA was given, by LA and period. */
const keys = new Map<string, Uint8Array>();
let isPcaUp = false;

async function start(name: string, laId: number): Promise<void> {
  const dataSource = await openDataSource({
    url: await (await postgres()).instanceUrl(name),
    instance: name,
    entities: [LineReplayEntity, ...laAuthority.entities],
    migrations: [LineReplay1700000000000, ...laAuthority.migrations],
  });
  tables[name] = dataSource;
  const own = name === 'a-la1' ? queues : directQueues();
  woken.push(own);
  const context = await bench.contextFor(name, { dataSource, queues: own });
  const settings = laAuthority.settings.parse({ laId });
  const app = await NestFactory.createApplicationContext(laAuthority.module(context, settings), {
    logger: false,
    abortOnError: false,
  });
  apps.push(app);
  for (const [edge, handler] of Object.entries(app.get<Lines>(LINES, { strict: false })))
    bench.switchboard.connect(bench.address(name, edge), handler);
  await app.get<Work>(WORK, { strict: false }).begin();
}

async function pcaDouble(): Promise<void> {
  const { identity } = await bench.contextFor('a-pca');
  const answers = {
    announceKey: async ({ laId, iValue, key }: { laId: Uint8Array; iValue: number; key: Uint8Array }) => {
      keys.set(`${laId[1]}:${iValue}`, key);
      return { keyId: sharedKeyId(key) };
    },
  };
  const handler = answerLine(laPca, answers, { identity, replay: replayMemory(), onFailure: () => undefined });
  bench.switchboard.connect(bench.address('a-pca', laPca.name), async (message) => {
    if (!isPcaUp) throw new LineFailure('nobody answers');
    return handler(message);
  });
}

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  currentI = periodAt(ccsa.epochMillis, bench.clock.nowMillis());
  await pcaDouble();
  await start('a-la1', 1);
  await start('a-la2', 2);
}, 60_000);
async function endUsers(): Promise<void> {
  for (const app of apps) await app.get<Work>(WORK, { strict: false }).end();
  for (const each of woken) await each.settled();
  for (const app of apps) await app.close();
  for (const one of Object.values(tables)) if (one.isInitialized) await one.destroy();
}

async function request(
  caller = 'a-pra',
  la = 'a-la1',
  headerChange: object = {},
  value: object = { numberOfFreshInd: 1 },
) {
  const { identity } = await bench.contextFor(caller);
  const peer = { address: bench.address(la, laPra.name), hostname: `${la.slice(2)}.a.chrysalis.example` };
  const header = {
    iMin: currentI,
    iMax: currentI + 2,
    praId: 'pra.a.chrysalis.example',
    pcaId: 'pca.a.chrysalis.example',
    ...headerChange,
  };
  const line = callLine(laPra, peer, identity, bench.switchboard);
  return line.requestPreLinkageValues({ kind: 'individualLVRequest', value: { header, jMax: 4, ...value } });
}
async function given(...parameters: Parameters<typeof request>): Promise<LaPraLinkageValueResponse> {
  const answer = await request(...parameters);
  if (isRefused(answer)) throw new Error(answer.reason);
  return answer;
}

async function reveal(handle: EncryptedData, la: string, laId: number, signers = 2): Promise<RevealSeed> {
  const caseId = systemRandom.bytes(16);
  const target = systemRandom.bytes(32);
  let approval = newApproval({
    caseId,
    action: 'reveal-seed',
    addressee: hashedId8(bench.member(la).certificate),
    target,
    nonce: systemRandom.bytes(16),
    expiry: time32FromMillis(bench.clock.nowMillis() + 3_600_000),
  });
  for (const operator of bench.operators.slice(0, signers)) approval = await addSignature(approval, operator);
  const statement = encode(PraStatement, {
    caseId,
    target,
    laId: Uint8Array.of(0, laId),
    linkageChainId: handle,
    iMax: currentI + 2,
    jMax: 4,
  });
  return {
    approval,
    praStatement: await signData(statement, { psid: ccsa.aid.management }, bench.member('a-pra').signer),
  };
}
async function maLine(caller = 'a-ma', la = 'a-la1') {
  const { identity } = await bench.contextFor(caller);
  const peer = { address: bench.address(la, laMa.name), hostname: `${la.slice(2)}.a.chrysalis.example` };
  return callLine(laMa, peer, identity, bench.switchboard);
}
const count = async (sql: string, name = 'a-la1'): Promise<number> =>
  Number((await tables[name]!.query<{ n: string }[]>(`SELECT count(*) AS n FROM ${sql}`))[0]!.n);

describe('an LA', () => {
  it('refuses to be what its certificate does not say', async () => {
    const context = await bench.contextFor('a-la1', { dataSource: tables['a-la1']! });
    expect(() => laAuthority.module(context, laAuthority.settings.parse({ laId: 2 }))).toThrow('laId');
  });

  it.each(['a-ma', 'a-pca', 'a-la2', 'b-pra'])('gives %s no values', async (caller) => {
    await expect(request(caller)).rejects.toThrow(LineRefusedError);
    expect(await count('chain')).toBe(0);
  });

  it.each(['a-pra', 'a-pca', 'a-la2', 'b-ma'])('reveals no seed to %s (RV3)', async (caller) => {
    const context = await bench.contextFor('a-la1');
    const own = bench.member('a-la1').certificate;
    const handle = asEncryptedData(sealToCertificate(new Uint8Array(20), own, context.identity)) as EncryptedData;
    const line = await maLine(caller);
    const asked = await reveal(handle, 'a-la1', 1);
    await expect(line.revealSeed(asked)).rejects.toThrow(LineRefusedError);
  });

  it('gives no values while the PCA has no key for them, and makes no chain', async () => {
    expect(await request()).toEqual({ kind: 'refused', reason: 'pca-not-reached' });
    expect([await count('chain'), await count('period_key WHERE NOT is_taken')]).toEqual([0, 3]);
  });

  it('announces its keys, and gives values that open under them alone (LK1, LK2)', async () => {
    isPcaUp = true;
    const answer = await given();
    const sealed = answer.individualLVs[0]!.values[1]![0]!;
    expect(openShared(sealed['enc-lv'], keys.get(`1:${currentI + 1}`)!)).toBeDefined();
    await given('a-pra', 'a-la2');
    expect(openShared(sealed['enc-lv'], keys.get(`2:${currentI + 1}`)!)).toBeUndefined();
    expect([await count('chain'), await count('period_key WHERE is_taken'), keys.size]).toEqual([1, 3, 6]);
  });

  it.each([
    ['wrong-pra', { praId: 'pra.b.chrysalis.example' }],
    ['pca-unknown', { pcaId: 'pca.b.chrysalis.example' }],
    ['period-past', { iMin: 1 }],
  ])('refuses with %s and changes nothing', async (reason, header) => {
    const before = await count('chain');
    expect(await request('a-pra', 'a-la1', header)).toEqual({ kind: 'refused', reason });
    expect(await count('chain')).toBe(before);
  });

  it('keeps seeds and keys sealed, and of who asked nothing (LK8)', async () => {
    const columns = await tables['a-la1']!.query<{ name: string }[]>(
      "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND table_name IN ('chain', 'period_key') ORDER BY name",
    );
    expect(columns.map(({ name }) => name)).toEqual([
      'chain.base_i',
      'chain.chain_id',
      'chain.i_max',
      'chain.sealed_seed',
      'period_key.i_value',
      'period_key.is_taken',
      'period_key.pca_id',
      'period_key.sealed_key',
    ]);
    const rows = await tables['a-la1']!.query<{ row: string }[]>('SELECT period_key::text AS row FROM period_key');
    for (const key of keys.values()) expect(rows.filter(({ row }) => row.includes(hex(key)))).toEqual([]);
  });

  it('continues a chain once (LK7)', async () => {
    const handle = (await given()).individualLVs[0]!.linkageChainId;
    const next = [
      'a-pra',
      'a-la1',
      { iMin: currentI + 3, iMax: currentI + 3 },
      { continuationsInd: [handle] },
    ] as const;
    const outcomes = await Promise.all([request(...next), request(...next)]);
    expect(outcomes.filter(isRefused)).toEqual([{ kind: 'refused', reason: 'chain-not-continued' }]);
    expect(await request('a-pra', 'a-la2', next[2], next[3])).toMatchObject({ reason: 'chain-handle' });
  });

  it('reveals the seed from the current week on, with both signatures, once; its past is gone (RV3, RV8)', async () => {
    const handle = (await given('a-pra', 'a-la1', { iMax: currentI + 2 })).individualLVs[0]!.linkageChainId;
    const line = await maLine();
    expect(await line.revealSeed(await reveal(handle, 'a-la1', 1, 1))).toMatchObject({ reason: 'approval-signatures' });
    const asked = await reveal(handle, 'a-la1', 1);
    const first = await line.revealSeed(asked);
    if (isRefused(first)) throw new Error(first.reason);
    expect(first.iValue).toBe(currentI);
    expect(await line.revealSeed(asked)).toMatchObject({ reason: 'approval-used' });
    const chains = await count('chain');
    bench.clock.advance(WEEK_MILLIS);
    const second = await line.revealSeed(await reveal(handle, 'a-la1', 1));
    expect(second).toMatchObject({
      iValue: currentI + 1,
      seed: advanceLinkageSeed(smSuite, Uint8Array.of(0, 1), first.seed, 1),
    });
    await queues.settled();
    expect([await count(`chain WHERE base_i = ${currentI + 1}`), await count('chain')]).toEqual([chains, chains]);
    expect(await bench.member('a-la1').device.labels()).not.toContain(`seeds-${currentI}`);
    expect(await count(`period_key WHERE i_value <= ${currentI}`)).toBe(0);
    const third = await line.revealSeed(await reveal(handle, 'a-la1', 1));
    expect(third).toEqual(second);
    bench.clock.advance(2 * WEEK_MILLIS);
    const ended = await line.revealSeed(await reveal(handle, 'a-la1', 1));
    expect(['chain-ended', 'chain-unknown']).toContain(isRefused(ended) && ended.reason);
  });

  it('the other LA holds none of it: the handle does not open there', async () => {
    const handle = (await given('a-pra', 'a-la1', { iMin: currentI + 3, iMax: currentI + 4 })).individualLVs[0]!
      .linkageChainId;
    const line = await maLine('a-ma', 'a-la2');
    expect(await line.revealSeed(await reveal(handle, 'a-la2', 2))).toMatchObject({ reason: 'chain-handle' });
  });
});

describe('the chains of an LA in PostgreSQL', () => {
  beforeEach(() => tables['a-la2']!.query('UPDATE chain_floor SET i_value = 0'));
  chainStoreConformance(() => chainStore(tables['a-la2']!));

  it('waits, before it closes a period, for the chains that are being kept', async () => {
    const runner = tables['a-la2']!.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT i_value FROM chain_floor FOR SHARE');
    let isClosed = false;
    const closing = chainStore(tables['a-la2']!)
      .closeBefore(400)
      .then(() => (isClosed = true));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isClosed).toBe(false);
    await runner.commitTransaction();
    await runner.release();
    await closing;
  });
});
