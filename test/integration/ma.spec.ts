/** Two MAs with their real tables and lines; PCA, PRA, LAs and CRA are doubles on the real edges, with real approvals. */
import { caseStore } from '#apps/ma/src/store/case.store.js';
import { request as httpRequest } from 'node:http';
import { encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { addSignature, Approval, operatorIdOf } from '#credentials/approval.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { certificateHash, hashedId8 } from '#credentials/certificate-facts.js';
import { buildLinkedCrl, expandEntry, signCrl, type LinkedEntry } from '#credentials/linked-crl.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { LineFailure } from '#edge/transport.js';
import { maMa } from '#edges/ma-ma/evidence.js';
import { maPraInvestigation } from '#edges/ma-pra/investigation.js';
import { maPraReports } from '#edges/ma-pra/reports.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, type AuthorityContext, type Lines } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import { signSpdu } from '#credentials/spdu.js';
import { encodeBsmFrame } from '#uper/messages/message-frame.js';
import { MisbehaviourReport } from '#wire/misbehaviour-report.js';
import type { DataSource } from 'typeorm';
import { MA_OPERATOR, maFace, type CaseView, type MaOperator } from '#apps/ma/src/ma.authority.js';
import { bsmAt, drive, pseudonym, reportOf, upload, type Pseudonym } from '#apps/ma/src/ma.fixture.js';
import { casePorts } from '#apps/ma/src/jobs/case-ports.js';
import { House, type Asked } from '#apps/ma/src/other-authorities.fixture.js';
import type { Explanation } from '#apps/ma/src/domain/explain.js';
import type { Verdict } from '#apps/ma/src/domain/verdicts.js';
import { operatorProofId, operatorProofInput } from '#apps/ma/src/domain/operator-proof.js';
import { authorityBench, directQueues, type Bench, type Operator } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const postgres = withPostgres(endUsers);

interface Ma {
  host: HostedAuthority;
  dataSource: DataSource;
  context: AuthorityContext;
  queues: ReturnType<typeof directQueues>;
  desk: MaOperator;
}
let bench: Bench;
let a: Ma;
let b: Ma;
/** What the CRAs of the two domains list; `undefined` when the CRA is not reachable. */
const revoked: Record<string, LinkedEntry[] | undefined> = {};

const contexts = new Map<string, Promise<AuthorityContext>>();
/** One context an authority: making one verifies all lists. */
function contextOf(name: string): Promise<AuthorityContext> {
  const context = contexts.get(name) ?? bench.contextFor(name);
  contexts.set(name, context);
  return context;
}

const now = (): number => bench.clock.nowMillis();
const period = (): number => periodAt(ccsa.epochMillis, now());

async function fetchCrl(url: string): Promise<Uint8Array | undefined> {
  const domain = /^bench:(\w)-cra\//.exec(url)?.[1] ?? '';
  const entries = revoked[domain];
  if (entries === undefined || !url.endsWith(`&crlSeries=${CRL_SERIES}`)) return undefined;
  const { signer, certificate } = bench.member(`${domain}-cra`);
  const place = { issueMillis: now(), nextMillis: now() + 168 * HOUR, iRev: period(), indexWithinI: 0 };
  return signCrl(buildLinkedCrl({ craca: certificate, series: CRL_SERIES, entries, ...place }), signer, ccsa);
}

async function startMa(domain: string): Promise<Ma> {
  const name = `${domain}-ma`;
  const face = maFace(fetchCrl);
  const dataSource = await openDataSource({
    url: await (await postgres()).instanceUrl(name),
    instance: name,
    entities: [LineReplayEntity, ...face.entities],
    migrations: [LineReplay1700000000000, ...face.migrations],
  });
  const queues = directQueues();
  const context = await bench.contextFor(name, { dataSource, queues });
  // A tick that never comes: the tests wake by themselves.
  const settings = face.settings.parse({ tickMillis: 3_600_000, crlMaxAgeMinutes: 1 });
  const host = await hostAuthority(face, context, settings, { host: '127.0.0.1', port: 0 });
  for (const [line, handler] of Object.entries(host.app.get<Lines>(LINES, { strict: false })))
    bench.switchboard.connect(bench.address(name, line), handler);
  return { host, dataSource, context, queues, desk: host.app.get<MaOperator>(MA_OPERATOR, { strict: false }) };
}

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  [revoked['a'], revoked['b']] = [[], []];
  [a, b] = [await startMa('a'), await startMa('b')];
});
async function endUsers(): Promise<void> {
  await a.host.close();
  await b.host.close();
}
/** Each test with its own time: reports of the one before are no duplicates, lists are fetched anew. */
beforeEach(() => bench.clock.advance(10 * 60_000));

const settled = async (): Promise<void> => {
  for (let round = 0; round < 3; round++) for (const ma of [a, b]) await ma.queues.settled();
};

// ---- reports ------------------------------------------------------------------------------------------------------

const randomHandle = (): Uint8Array => systemRandom.bytes(16);

async function forward(domain: string, report: Uint8Array, handle = randomHandle(), week = period()) {
  const { identity, transport } = await contextOf(`${domain}-pra`);
  const peer = {
    address: bench.address(`${domain}-ma`, maPraReports.name),
    hostname: `ma.${domain}.chrysalis.example`,
  };
  const answer = await callLine(maPraReports, peer, identity, transport).forwardReport({
    handle,
    week,
    bucket: 'medium',
    report,
  });
  await settled();
  return answer;
}

interface Told {
  readonly domain?: string;
  readonly reporter?: Pseudonym;
  readonly handle?: Uint8Array;
  readonly messages?: Uint8Array[];
}

/** One reporter tells its MA of `accused`; gives how that MA's reports stand afterwards, less how they stood before. */
async function tell(accused: Pseudonym, told: Told = {}): Promise<Record<string, number>> {
  const domain = told.domain ?? 'a';
  const ma = domain === 'a' ? a : b;
  const before = await ma.desk.reportCounts();
  const reporter = told.reporter ?? (await pseudonym(bench, domain));
  const messages = told.messages ?? (await drive(accused, now() - 30_000));
  const report = reportOf(messages, { generationMillis: now(), certificate: accused.certificate });
  const body = await upload(report, reporter, bench.member(`${domain}-ma`).certificate);
  expect(await forward(domain, body, told.handle)).toHaveProperty('receipt');
  const after = await ma.desk.reportCounts();
  return Object.fromEntries(
    Object.entries(after)
      .map(([how, count]) => [how, count - (before[how] ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  );
}

async function caseOf(accused: Pseudonym, { dataSource, desk } = a): Promise<CaseView | undefined> {
  const rows = (await dataSource.query('SELECT id FROM misbehaviour_case WHERE certificate_hash = $1', [
    Buffer.from(certificateHash(accused.certificate)),
  ])) as { id: Buffer }[];
  return (await desk.cases()).find(({ caseId }) => rows[0] && Buffer.compare(caseId, rows[0].id) === 0);
}

/** The chain of a device, and a pseudonym of this week that belongs to it. */
async function device(): Promise<{ chain: LinkedEntry; car: Pseudonym }> {
  const chain: LinkedEntry = {
    ...{ iRev: period(), iMax: period() + 2, jMax: 20 },
    ...{ la1Id: Uint8Array.of(0, 1), seed1: systemRandom.bytes(16) },
    ...{ la2Id: Uint8Array.of(0, 2), seed2: systemRandom.bytes(16) },
  };
  const linkageValue = expandEntry(chain, period())[7] as Uint8Array;
  return { chain, car: await pseudonym(bench, 'a', { linkageValue }) };
}

describe('a report', () => {
  it('is not taken when it is larger than the MA reads, or of a week that is not now', async () => {
    expect(await forward('a', new Uint8Array(65_537))).toEqual({ kind: 'refused', reason: 'report-too-large' });
    for (const week of [period() - 2, period() + 2])
      expect(await forward('a', Uint8Array.of(1), randomHandle(), week)).toEqual({ kind: 'refused', reason: 'week' });
  });

  it('that says nothing is acknowledged, refused, and leaves no case (RV2)', async () => {
    const answer = await forward('a', Uint8Array.of(1, 2, 3));
    expect(answer).toEqual({ receipt: expect.any(Uint8Array) });
    expect(await a.desk.reportCounts()).toEqual({ 'refused: report-malformed': 1 });
    expect(await a.desk.cases()).toEqual([]);
  });

  it('with fake evidence, own messages, or against one who drives well opens no case (RV2)', async () => {
    const { car } = await device();
    const bent = (await drive(car, now() - 30_000)).map((message) => message.slice());
    const last = bent[2] as Uint8Array;
    last[last.length - 1]! ^= 1;
    expect(await tell(car, { messages: bent })).toEqual({ 'refused: evidence-signature': 1 });
    expect(await tell(car, { reporter: car })).toEqual({ 'refused: evidence-is-own': 1 });
    const well = await drive(car, now() - 20_000, { lie: false });
    expect(await tell(car, { messages: well })).toEqual({ unconfirmed: 1 });
    const foreign = await pseudonym(await authorityBench({ domains: ['a'] }));
    expect(await tell(foreign)).toEqual({ 'refused: accused-issuer-not-listed': 1 });
    expect(await a.desk.cases()).toEqual([]);
  });

  it('by or against a revoked device opens no case (RV2)', async () => {
    const { chain, car } = await device();
    revoked['a'] = [chain];
    expect(await tell(car)).toEqual({ 'refused: accused-revoked': 1 });
    expect(await tell(await pseudonym(bench), { reporter: car })).toEqual({ 'refused: reporter-revoked': 1 });
    revoked['a'] = [];
    expect(await a.desk.cases()).toEqual([]);
  });

  it('waits while there is no list of the revoked, and is looked at when there is', async () => {
    const [{ car }, kept] = [await device(), revoked['a']];
    revoked['a'] = undefined;
    bench.clock.advance(8 * DAY);
    const { car: later } = await device();
    expect(await tell(later)).toEqual({ owed: 1 });
    revoked['a'] = kept ?? [];
    bench.clock.advance(61_000);
    await a.queues.wake('intake', 'owed');
    await settled();
    expect(await a.desk.reportCounts()).not.toHaveProperty('owed');
    expect(await caseOf(later)).toMatchObject({ state: 'INVESTIGATING', reporters: 1 });
    expect(await caseOf(car)).toBeUndefined();
  });

  it('handed over twice is one report, and signed anew it is a duplicate', async () => {
    const { car } = await device();
    const [reporter, messages, handle] = [await pseudonym(bench), await drive(car, now() - 30_000), randomHandle()];
    const report = reportOf(messages, { generationMillis: now(), certificate: car.certificate });
    const ma = bench.member('a-ma').certificate;
    const body = await upload(report, reporter, ma);
    const [first, second] = [await forward('a', body, handle), await forward('a', body, handle)];
    expect(first).toEqual(second);
    expect(await caseOf(car)).toMatchObject({ reporters: 1 });
    await forward('a', await upload(report, await pseudonym(bench), ma), handle);
    expect(await a.desk.reportCounts()).toMatchObject({ 'refused: report-duplicate': 1 });
    expect(await caseOf(car)).toMatchObject({ reporters: 1 });
  });
});

describe('a case', () => {
  it('is not put before the operators by one reporter, however often he reports (RV2)', async () => {
    const { car } = await device();
    const handle = randomHandle();
    for (let n = 0; n < 4; n++) {
      bench.clock.advance(1000);
      expect(await tell(car, { handle })).toEqual({ counted: 1 });
    }
    expect(await caseOf(car)).toMatchObject({ state: 'INVESTIGATING', reason: 'too-few-reporters', reporters: 1 });
    const view = (await caseOf(car)) as CaseView;
    expect(await a.desk.prepare(view.caseId)).toEqual({ kind: 'refused', reason: 'case-not-pending' });
    expect(await a.desk.resolve(view.caseId)).toEqual({ kind: 'refused', reason: 'case-not-approved' });
  });

  it('ends once: what another worker finds later changes nothing, nor does its dismissal when it is open again', async () => {
    const { view } = await pending();
    const cases = caseStore(a.dataSource);
    const end = { reason: 'late', nowMillis: now(), eraseMillis: now() };
    // Dismissed by one that read it while nobody had reported enough.
    expect(await cases.close(view.caseId, { state: 'DISMISSED', ...end })).toBe(false);
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REVOKED' });
    expect(await cases.close(view.caseId, { state: 'REFUSED', ...end })).toBe(false);
    expect(await cases.find(view.caseId)).toMatchObject({ state: 'REVOKED', reason: null, crlNumber: 7 });
  });

  it('is put before them by three, with what the detectors found and what was not borne out', async () => {
    const { car } = await device();
    for (let n = 0; n < 2; n++) await tell(car);
    await tell(car, { messages: await drive(car, now() - 20_000, { lie: false }) });
    expect(await caseOf(car)).toMatchObject({ state: 'INVESTIGATING', reporters: 2, unconfirmed: 1 });
    await tell(car);
    expect(await caseOf(car)).toMatchObject({
      state: 'PENDING_APPROVAL',
      reason: null,
      reporters: 3,
      scl: expect.any(Number),
      findings: expect.arrayContaining(['3/4']),
      steps: [],
    });
  });

  it('grows from both domains: evidence is passed on without its reporter, and judged again', async () => {
    const { car } = await device();
    await tell(car);
    const reporters = [await pseudonym(bench, 'b'), await pseudonym(bench, 'b')];
    const messages = await drive(car, now() - 30_000);
    const handles = [randomHandle(), randomHandle()];
    for (const [n, reporter] of reporters.entries()) {
      // Both heard the very same messages in the same hour.
      expect(await tell(car, { domain: 'b', reporter, handle: handles[n] as Uint8Array, messages })).toEqual({
        'passed-on': 1,
      });
    }
    expect(await caseOf(car)).toMatchObject({ state: 'PENDING_APPROVAL', reporters: 3 });
    expect(await b.desk.cases()).toEqual([]);
    expect(await b.dataSource.query('SELECT count(*)::int AS n FROM evidence_to_pass')).toEqual([{ n: 0 }]);
    for (const needle of [...handles, ...reporters.map(({ linkageValue }) => linkageValue)]) {
      expect(await tablesHolding(a.dataSource, needle)).toEqual([]);
      expect(await tablesHolding(b.dataSource, needle)).toEqual([]);
    }
  });

  it('is not opened by evidence that was passed to the wrong MA, or by fake evidence that was passed', async () => {
    const { identity, transport } = b.context;
    const peer = { address: bench.address('a-ma', maMa.name), hostname: 'ma.a.chrysalis.example' };
    const pass = async (accused: Pseudonym, messages: Uint8Array[]) => {
      const report = reportOf(messages, { generationMillis: now(), certificate: accused.certificate });
      const evidence = {
        handle: randomHandle(),
        week: period(),
        bucket: 'high',
        report: encode(MisbehaviourReport, report),
      } as const;
      const taken = await callLine(maMa, peer, identity, transport).passEvidence(evidence);
      await settled();
      return taken;
    };
    const before = await a.desk.reportCounts();
    const foreign = await pseudonym(bench, 'b');
    expect(await pass(foreign, await drive(foreign, now() - 30_000))).toHaveProperty('receipt');
    const { car } = await device();
    const thief = { ...(await pseudonym(bench)), certificate: car.certificate };
    await pass(car, await drive(thief, now() - 30_000));
    expect(await a.desk.reportCounts()).toMatchObject({
      'refused: accused-of-another-domain': (before['refused: accused-of-another-domain'] ?? 0) + 1,
      'refused: evidence-signature': (before['refused: evidence-signature'] ?? 0) + 1,
    });
    expect(await caseOf(car)).toBeUndefined();
  });

  it('keeps nothing of a reporter: no certificate, key, digest, linkage value or place (RV1)', async () => {
    const { car } = await device();
    const reporter = await pseudonym(bench);
    await tell(car, { reporter });
    expect(await caseOf(car)).toMatchObject({ reporters: 1 });
    const { certificate, linkageValue } = reporter;
    const key = certificate.value.toBeSigned.bytes.subarray(-32);
    for (const needle of [certificate.bytes, hashedId8(certificate), certificateHash(certificate), linkageValue, key])
      expect(await tablesHolding(a.dataSource, needle)).toEqual([]);
    // The search finds what is there.
    expect(await tablesHolding(a.dataSource, car.linkageValue)).toEqual(['misbehaviour_case']);
  });
});

/** Every table in which these bytes stand, raw or as hex. */
async function tablesHolding(dataSource: DataSource, needle: Uint8Array): Promise<string[]> {
  const tables = (await dataSource.query(
    "SELECT table_schema AS s, table_name AS t FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
  )) as { s: string; t: string }[];
  const found: string[] = [];
  for (const { s, t } of tables) {
    const rows = (await dataSource.query(`SELECT to_jsonb(x)::text AS row FROM "${s}"."${t}" x`)) as { row: string }[];
    if (rows.some(({ row }) => row.includes(hex(needle)))) found.push(t);
  }
  return found;
}

// ---- the way of a case --------------------------------------------------------------------------------------------

async function pending(): Promise<{ view: CaseView; house: House; car: Pseudonym; chain: LinkedEntry }> {
  const { chain, car } = await device();
  // Three handles are three reporters to the MA; whose pseudonyms they use it does not remember.
  const [reporter, messages] = [await pseudonym(bench), await drive(car, now() - 30_000, { count: 9 })];
  for (let n = 0; n < 3; n++) await tell(car, { reporter, messages });
  const view = (await caseOf(car)) as CaseView;
  expect(view.state).toBe('PENDING_APPROVAL');
  const house = new House(bench, contextOf, chain);
  await house.connect();
  return { view, house, car, chain };
}

const two = (): Operator[] => [bench.operators[0], bench.operators[1]];
async function signAll(approvals: readonly Approval[], by: readonly Operator[] = two()): Promise<Approval[]> {
  const signed: Approval[] = [];
  for (let approval of approvals) {
    for (const operator of by) approval = await addSignature(approval, operator);
    signed.push(approval);
  }
  return signed;
}
async function prepared(caseId: Uint8Array): Promise<Approval[]> {
  const approvals = await a.desk.prepare(caseId);
  if (isRefused(approvals)) throw new Error(`not prepared: ${(approvals as Refused).reason}`);
  return approvals as Approval[];
}
async function approve(caseId: Uint8Array): Promise<void> {
  expect(await a.desk.submit(caseId, await signAll(await prepared(caseId)))).toMatchObject({ state: 'APPROVED' });
}

describe('the approval of a case', () => {
  it('names each authority once, this case and one target, and is the same until it is signed', async () => {
    const { view } = await pending();
    const approvals = await prepared(view.caseId);
    const scopes = approvals.map(({ scope }) => scope.value);
    expect(scopes.map(({ action }) => action)).toEqual([
      'identify',
      'blacklist',
      'reveal-seed',
      'reveal-seed',
      'revoke',
    ]);
    const ids = ['a-pca', 'a-pra', 'a-la1', 'a-la2', 'a-cra'].map((name) =>
      hex(hashedId8(bench.member(name).certificate)),
    );
    expect(scopes.map(({ addressee }) => hex(addressee))).toEqual(ids);
    expect(new Set(scopes.map(({ target }) => hex(target))).size).toBe(1);
    expect(new Set(scopes.map(({ nonce }) => hex(nonce))).size).toBe(5);
    expect(scopes.every(({ caseId }) => hex(caseId) === hex(view.caseId))).toBe(true);
    expect((await prepared(view.caseId)).map(({ scope }) => hex(scope.bytes))).toEqual(
      approvals.map(({ scope }) => hex(scope.bytes)),
    );
  });

  it('is refused with one signature, one operator twice, a stranger, or a changed scope, and nothing moves (RV3)', async () => {
    const { view, house } = await pending();
    const approvals = await prepared(view.caseId);
    const [first] = two() as [Operator, Operator];
    const stranger = (await authorityBench({ domains: [] })).operators[0];
    for (const by of [[], [first], [first, first], [first, stranger]]) {
      expect(await a.desk.submit(view.caseId, await signAll(approvals, by))).toEqual({
        kind: 'refused',
        reason: 'approval-signatures',
      });
    }
    const { newApproval } = await import('#credentials/approval.js');
    const [approval] = approvals as [Approval];
    const foreign = newApproval({ ...approval.scope.value, nonce: systemRandom.bytes(16) });
    expect(await a.desk.submit(view.caseId, await signAll([foreign]))).toEqual({
      kind: 'refused',
      reason: 'approval-unknown',
    });
    expect(await a.desk.submit(systemRandom.bytes(16), [])).toEqual({ kind: 'refused', reason: 'case-unknown' });
    expect(await a.desk.resolve(view.caseId)).toEqual({ kind: 'refused', reason: 'case-not-approved' });
    expect(house.asked).toEqual({ identify: 0, blacklist: 0, reveal: 0, revoke: 0 });
  });

  it('is not whole while one step is not signed', async () => {
    const { view } = await pending();
    const signed = await signAll(await prepared(view.caseId));
    expect(await a.desk.submit(view.caseId, signed.slice(0, 4))).toMatchObject({ state: 'PENDING_APPROVAL' });
    expect(await prepared(view.caseId)).toHaveLength(1);
    expect(await a.desk.submit(view.caseId, signed.slice(4))).toMatchObject({ state: 'APPROVED' });
  });

  it('is made anew when it has expired', async () => {
    const { view } = await pending();
    const old = await prepared(view.caseId);
    bench.clock.advance(25 * HOUR);
    expect(await a.desk.submit(view.caseId, await signAll(old))).toEqual({
      kind: 'refused',
      reason: 'approval-expired',
    });
    const fresh = await prepared(view.caseId);
    expect(fresh.map(({ scope }) => hex(scope.value.nonce))).not.toEqual(
      old.map(({ scope }) => hex(scope.value.nonce)),
    );
    expect(await a.desk.submit(view.caseId, await signAll(fresh))).toMatchObject({ state: 'APPROVED' });
  });
});

describe('an approved case', () => {
  it('goes from PCA to PRA, to both LAs and to the CRA, and ends revoked', async () => {
    const { view, house, chain } = await pending();
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({
      state: 'REVOKED',
      reason: null,
      witness: 'agrees',
      crlNumber: 7,
    });
    expect(house.orders.map(({ chains }) => chains)).toEqual([[{ ...chain }]]);
    expect(house.asked).toEqual({ identify: 1, blacklist: 1, reveal: 2, revoke: 1 });
    expect(house.failures).toEqual([]);
    // The seeds are public with the list; here none stays.
    for (const seed of [chain.seed1, chain.seed2 as Uint8Array])
      expect(await tablesHolding(a.dataSource, seed)).toEqual([]);
    expect(await a.dataSource.query('SELECT count(*)::int AS n FROM case_step WHERE answer IS NOT NULL')).toEqual([
      { n: 0 },
    ]);
    expect(await a.desk.resolve(view.caseId)).toEqual({ kind: 'refused', reason: 'case-not-approved' });
  });

  it.each<[keyof Asked, string, Partial<Asked>]>([
    ['identify', 'refused-by-identify: certificate-unknown', { blacklist: 0, reveal: 0, revoke: 0 }],
    ['blacklist', 'refused-by-blacklist: certificate-unknown', { identify: 1, reveal: 0, revoke: 0 }],
    ['reveal', 'refused-by-reveal-0-la1: certificate-unknown', { blacklist: 1, revoke: 0 }],
    ['revoke', 'refused-by-revoke: certificate-unknown', { reveal: 2 }],
  ])('stops with the reason of the authority that refuses to %s (RV3)', async (step, reason, asked) => {
    const { view, house } = await pending();
    house.on[step] = () => refused('certificate-unknown');
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REFUSED', reason, crlNumber: null });
    expect(house.asked).toMatchObject(asked);
  });

  it("stops before the CRA is told when the PCA names another device's item (RV4)", async () => {
    const { view, house } = await pending();
    house.chains = [(await device()).chain];
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REFUSED', reason: 'witness-disagrees' });
    expect(house.asked).toMatchObject({ reveal: 2, revoke: 0 });
  });

  it('stops when the PCA leads to a PRA that is not ours (RV4)', async () => {
    const { view, house } = await pending();
    house.statedPra = 'pra.b.chrysalis.example';
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REFUSED', reason: 'pra-of-another-name' });
    expect(house.asked).toMatchObject({ identify: 1, blacklist: 0 });
  });

  it('stops when the PRA states chains for other LAs than ours (RV5)', async () => {
    const { view, house, chain } = await pending();
    house.chains = [{ ...chain, la1Id: Uint8Array.of(0, 9) }];
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REFUSED', reason: 'pra-statement' });
    expect(house.asked).toMatchObject({ reveal: 0, revoke: 0 });
  });

  it('stops when the PRA states a chain of one LA where there are two (a downgrade)', async () => {
    const { view, house } = await pending();
    house.statesOneLa = true;
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REFUSED', reason: 'pra-statement' });
    expect(house.asked).toMatchObject({ reveal: 0, revoke: 0 });
  });

  it('does not begin where the configured LAs are neither one nor two', () => {
    expect(() => casePorts(a.context, 1)).toThrow('a peer la2 is configured');
    const without = { ...a.context, hasPeer: (name: string) => name !== 'la2' };
    expect(() => casePorts(without, 2)).toThrow('no peer la2');
    expect(casePorts(without, 1).las).toEqual(['la1']);
  });

  it('stops when the PRA tells us another extent than it signed for the LAs (RV5)', async () => {
    const { view, house } = await pending();
    house.toldMore = 1;
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REFUSED', reason: 'pra-statement' });
    expect(house.asked).toMatchObject({ reveal: 0, revoke: 0 });
  });

  it('says so when the accused week was over and nobody can bear witness', async () => {
    const { view, house, chain } = await pending();
    house.chains = [{ ...chain, iRev: chain.iRev + 1 }];
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REVOKED', witness: 'impossible' });
  });

  it('waits for an authority that does not answer, and asks nobody twice who has answered', async () => {
    const { view, house } = await pending();
    const failing = { now: true };
    house.on.reveal = () => {
      if (failing.now) throw new Error('the disk is full');
      return undefined;
    };
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'RESOLVING' });
    expect(house.asked).toEqual({ identify: 1, blacklist: 1, reveal: 1, revoke: 0 });
    failing.now = false;
    // Its approval was used up before it failed: the operators sign that one step again.
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'PENDING_APPROVAL', reason: 'answer-lost' });
    const again = await prepared(view.caseId);
    expect(again.map(({ scope }) => scope.value.action)).toEqual(['reveal-seed']);
    expect(await a.desk.submit(view.caseId, await signAll(again))).toMatchObject({ state: 'APPROVED' });
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REVOKED' });
    expect(house.asked).toMatchObject({ identify: 1, blacklist: 1, revoke: 1 });
  });

  it('is taken up by the next start where it stood', async () => {
    const { view, house } = await pending();
    bench.switchboard.connect(bench.address('a-pra', maPraInvestigation.name), async () => {
      throw new LineFailure('nobody listens');
    });
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'RESOLVING' });
    await house.connect();
    await a.host.close();
    a = await startMa('a');
    await settled();
    const after = (await a.desk.cases()).find(({ caseId }) => hex(caseId) === hex(view.caseId));
    expect(after).toMatchObject({ state: 'REVOKED', crlNumber: 7 });
    expect(house.asked).toEqual({ identify: 1, blacklist: 1, reveal: 2, revoke: 1 });
  });

  it('of a device with two chains asks for the signatures of the second, and revokes both', async () => {
    const { view, house, chain } = await pending();
    house.chains = [(await device()).chain, chain];
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'PENDING_APPROVAL', reason: 'more-chains' });
    expect(await prepared(view.caseId)).toHaveLength(2);
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REVOKED', witness: 'agrees' });
    expect(house.orders[0]?.chains).toHaveLength(2);
    expect(house.asked).toEqual({ identify: 1, blacklist: 1, reveal: 4, revoke: 1 });
  });

  it('of a device whose chains are over ends without a list', async () => {
    const { view, house } = await pending();
    house.chains = [];
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({
      state: 'REVOKED',
      reason: 'no-chain-left',
      crlNumber: null,
    });
    expect(house.asked).toMatchObject({ blacklist: 1, reveal: 0, revoke: 0 });
  });
});

// ---- the operators' door ------------------------------------------------------------------------------------------

function http(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<{ status: number; json: unknown }>((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const sent = httpRequest({ host: '127.0.0.1', port: a.host.port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(parts).toString() || 'null') }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
async function asOperator(path: string): Promise<Record<string, string>> {
  const [operator] = two() as [Operator, Operator];
  const signature = await operator.sign(operatorProofId, operatorProofInput('GET', path, now()));
  return { 'chrysalis-operator': `${hex(operatorIdOf(operator.publicKey))}:${now()}:${hex(signature)}` };
}
const post = (path: string, body: unknown) =>
  http(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe("the operators' door", () => {
  it('shows nothing to anybody else', async () => {
    expect(await http('/ydt/v1/cases')).toEqual({ status: 403, json: { refused: 'not-an-operator' } });
    const other = await asOperator('/ydt/v1/other');
    expect((await http('/ydt/v1/cases', { headers: other })).status).toBe(403);
  });

  it('takes approvals as JSON and sets the case going', async () => {
    const { view, house } = await pending();
    const path = `/ydt/v1/cases/${hex(view.caseId)}/approvals`;
    expect((await http(path)).status).toBe(403);
    const { json } = await http(path, { headers: await asOperator(path) });
    const { approvals } = json as { approvals: string[] };
    expect(approvals).toHaveLength(5);
    expect(await post(path, { approvals })).toEqual({ status: 409, json: { refused: 'approval-signatures' } });
    expect(await post(path, { approvals: ['AAAA'] })).toEqual({ status: 400, json: { refused: 'malformed' } });
    expect((await post('/ydt/v1/cases/00/approvals', { approvals })).status).toBe(404);
    const { decode } = await import('#coer/codec.js');
    const signed = await signAll(
      approvals.map((text) => decode(Approval, new Uint8Array(Buffer.from(text, 'base64')))),
    );
    const texts = signed.map((approval) => Buffer.from(encode(Approval, approval)).toString('base64'));
    a.queues.work('cases', async () => undefined);
    expect(await post(path, { approvals: texts })).toMatchObject({ status: 201, json: { state: 'APPROVED' } });
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REVOKED' });
    expect(house.orders).toHaveLength(1);
    const all = await http('/ydt/v1/cases', { headers: await asOperator('/ydt/v1/cases') });
    expect(all.json).toContainEqual(expect.objectContaining({ caseId: hex(view.caseId), state: 'REVOKED' }));
  });

  it('explains a case to an operator: gates, scores and voices, and no handle', async () => {
    const { car } = await device();
    const handle = randomHandle();
    await tell(car, { handle });
    const { caseId } = (await caseOf(car)) as CaseView;
    const path = `/ydt/v1/cases/${hex(caseId)}/explanation`;
    expect((await http(path)).status).toBe(403);
    const { json, status } = await http(path, { headers: await asOperator(path) });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      state: 'INVESTIGATING',
      decision: { reason: 'too-few-reporters', weighing: { reporters: 1, kind: 'motion' } },
      voices: [{ bucket: 'medium', findings: ['3/4'] }],
      isSpoofingSuspected: false,
    });
    const { lines } = json as { lines: string[] };
    expect(lines.join('\n')).toContain('FAILED  enough-reporters');
    expect(JSON.stringify(json)).not.toContain(hex(handle));
    const unknown = `/ydt/v1/cases/${hex(systemRandom.bytes(16))}/explanation`;
    expect((await http(unknown, { headers: await asOperator(unknown) })).status).toBe(404);
  });

  it('tells an operator how reports ended, each refusal by its code', async () => {
    await forward('a', Uint8Array.of(9));
    const path = '/ydt/v1/cases/report-counts';
    expect((await http(path)).status).toBe(403);
    const { json } = await http(path, { headers: await asOperator(path) });
    expect(json).toEqual(await a.desk.reportCounts());
    expect(json).toHaveProperty(['refused: report-malformed']);
  });

  it('is described in OpenAPI', async () => {
    const { json } = await http('/api.json');
    expect(Object.keys((json as { paths: object }).paths)).toEqual(
      expect.arrayContaining(['/ydt/v1/cases', '/ydt/v1/cases/{id}/approvals', '/ydt/v1/cases/{id}/verdicts']),
    );
  });
});

describe('a verdict of two operators', () => {
  const signed = async (caseId: Uint8Array, verdict: Verdict, by = two()): Promise<Approval> => {
    const prepared = await a.desk.prepareVerdict(caseId, verdict);
    if (isRefused(prepared)) throw new Error(`not prepared: ${(prepared as Refused).reason}`);
    return (await signAll([prepared as Approval], by))[0] as Approval;
  };

  it('is refused with one signature, voided by a newer one, for another case, too late, or where it does not follow', async () => {
    const { view } = await pending();
    bench.clock.advance(HOUR);
    const { view: other } = await pending();
    const one = await signed(view.caseId, 'refute', [two()[0] as Operator]);
    expect(await a.desk.submitVerdict(view.caseId, one)).toEqual(refused('approval-signatures'));
    const old = await signed(view.caseId, 'refute');
    const fresh = await signed(view.caseId, 'refute');
    expect(await a.desk.submitVerdict(view.caseId, old)).toEqual(refused('approval-unknown'));
    await signed(other.caseId, 'refute');
    expect(await a.desk.submitVerdict(other.caseId, fresh)).toEqual(refused('approval-unknown'));
    bench.clock.advance(25 * HOUR);
    expect(await a.desk.submitVerdict(view.caseId, fresh)).toEqual(refused('approval-expired'));
    expect(await a.desk.prepareVerdict(view.caseId, 'appeal')).toEqual(refused('verdict-not-here'));
    expect(await a.desk.prepareVerdict(systemRandom.bytes(16), 'refute')).toEqual(refused('case-unknown'));
  });

  it('is not taken when the case has gone on since it was prepared', async () => {
    const { view } = await pending();
    const verdict = await signed(view.caseId, 'refute');
    await approve(view.caseId);
    expect(await a.desk.submitVerdict(view.caseId, verdict)).toEqual(refused('verdict-not-here'));
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REVOKED' });
  });

  it('ends a case that is none, once, and is remembered when later cases are weighed', async () => {
    const { view } = await pending();
    expect((await a.desk.explain(view.caseId)) as Explanation).toMatchObject({ refutedShare: 0 });
    const verdict = await signed(view.caseId, 'refute');
    expect(await a.desk.submitVerdict(view.caseId, verdict)).toMatchObject({ state: 'DISMISSED', reason: 'refuted' });
    expect(await a.desk.submitVerdict(view.caseId, verdict)).toEqual(refused('approval-unknown'));
    const { refutedShare } = (await a.desk.explain(view.caseId)) as Explanation;
    expect(refutedShare).toBeGreaterThan(0);
    expect(refutedShare).toBeLessThanOrEqual(0.2);
  });

  it('takes an appeal against a revocation, which stands or was wrong', async () => {
    const { view } = await pending();
    await approve(view.caseId);
    expect(await a.desk.resolve(view.caseId)).toMatchObject({ state: 'REVOKED' });
    const take = async (verdict: Verdict) => a.desk.submitVerdict(view.caseId, await signed(view.caseId, verdict));
    expect(await a.desk.prepareVerdict(view.caseId, 'reinstate')).toEqual(refused('verdict-not-here'));
    expect(await take('appeal')).toMatchObject({ state: 'APPEAL', crlNumber: 7 });
    expect(await take('uphold')).toMatchObject({ state: 'REVOKED', reason: 'upheld' });
    expect(await take('appeal')).toMatchObject({ state: 'APPEAL' });
    expect(await take('reinstate')).toMatchObject({ state: 'REINSTATED', reason: 'wrongful', crlNumber: 7 });
    expect(await a.desk.prepareVerdict(view.caseId, 'appeal')).toEqual(refused('verdict-not-here'));
  });
});

describe('forged satellites', () => {
  it('send the case of one of many who err alike to people, with that remark', async () => {
    bench.clock.advance(40 * DAY);
    const victims = [await device(), await device(), await device(), await device(), await device()];
    for (const { car } of victims.slice(1)) await tell(car);
    const { car } = victims[0] as (typeof victims)[number];
    for (let n = 0; n < 3; n++) await tell(car);
    expect(await caseOf(car)).toMatchObject({ state: 'PENDING_APPROVAL', reason: 'gnss-spoofing-suspected' });
    bench.clock.advance(HOUR);
    const { car: alone } = await device();
    for (let n = 0; n < 3; n++) await tell(alone);
    expect(await caseOf(alone)).toMatchObject({ state: 'PENDING_APPROVAL', reason: null });
  });
});

describe('what one signed message proves', () => {
  it('goes to the operators on one report, and a reset clock does not', async () => {
    const { car } = await device();
    const payload = encodeBsmFrame(bsmAt(now(), now(), 0));
    const spdu = { payload, generationTimeMillis: now(), signer: car, named: 'digest' } as const;
    expect(
      await tell(car, { messages: [await signSpdu({ ...spdu, aid: 112 }), await signSpdu({ ...spdu, aid: 112 })] }),
    ).toEqual({ counted: 1 });
    expect(await caseOf(car)).toMatchObject({ state: 'PENDING_APPROVAL', reporters: 1, findings: ['2/3'] });
    const { car: reset } = await device();
    const early = await drive(reset, now() - 7 * DAY, { lie: false });
    for (let n = 0; n < 3; n++) expect(await tell(reset, { messages: early })).toEqual({ counted: 1 });
    expect(await caseOf(reset)).toMatchObject({ state: 'FAULT_WARN', reason: 'suspected-fault', findings: ['2/5'] });
  });
});

describe('as time goes on', () => {
  it('every case has an erase date from its opening', async () => {
    const { car } = await device();
    await tell(car);
    const { caseId } = (await caseOf(car)) as CaseView;
    const rows = await a.dataSource.query('SELECT erase_millis FROM misbehaviour_case WHERE id = $1', [
      Buffer.from(caseId),
    ]);
    expect(rows).toEqual([{ erase_millis: String(now() + 106 * DAY) }]);
    expect(
      await a.dataSource.query('SELECT count(*)::int AS n FROM misbehaviour_case WHERE erase_millis IS NULL'),
    ).toEqual([{ n: 0 }]);
  });

  it('cases nobody can add to are dismissed, and evidence goes when its time has come', async () => {
    const { car } = await device();
    await tell(car);
    expect(await caseOf(car)).toMatchObject({ state: 'INVESTIGATING' });
    bench.clock.advance(20 * DAY);
    await a.host.close();
    a = await startMa('a');
    expect(await caseOf(car)).toMatchObject({ state: 'DISMISSED', reason: 'too-few-reporters' });
    expect(await a.desk.reportCounts()).toEqual({});
    bench.clock.advance(100 * DAY);
    await a.host.close();
    a = await startMa('a');
    const kept = (await a.dataSource.query(
      "SELECT count(*)::int AS n FROM observation o JOIN misbehaviour_case c ON c.id = o.case_id WHERE c.state IN ('REVOKED', 'REFUSED', 'DISMISSED')",
    )) as { n: number }[];
    expect(kept).toEqual([{ n: 0 }]);
    expect(await a.dataSource.query('SELECT count(*)::int AS n FROM seen_content')).toEqual([{ n: 0 }]);
  });
});

describe('settings', () => {
  it.each([
    ['two reporters', { minimumReporters: 2 }],
    ['approvals for longer than three days', { approvalHours: 73 }],
    ['a report window of nothing', { reportWindowDays: 0 }],
    ['reports larger than the line carries', { maximumReportBytes: 100_000 }],
    ['an unknown name', { reporters: 3 }],
  ])('that make no sense keep the role from starting: %s', (_, settings) => {
    expect(maFace(fetchCrl).settings.safeParse(settings).success).toBe(false);
  });
});
