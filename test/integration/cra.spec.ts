/** The CRA with its real tables, its real line and its real door; the MA is the bench's. */
import { request as httpRequest } from 'node:http';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { addSignature, newApproval, type Approval, type ApprovalScope } from '#credentials/approval.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { advanceEntry, entriesOf, expandEntry, RevocationStore, verifyCrl } from '#credentials/linked-crl.js';
import { periodAt, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { TrustStore } from '#credentials/trust-store.js';
import { callLine } from '#edge/call-line.js';
import { httpTransport } from '#edge/http-transport.js';
import { craMa, type RevokedChain } from '#edges/cra-ma/revocation.js';
import { CRL_PATH } from '#edges/ee-lists/paths.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, type Lines } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import type { LineHandler } from '#edge/transport.js';
import type { CrlContents } from '#wire/crl.js';
import { time32FromMillis } from '#wire/time.js';
import type { DataSource } from 'typeorm';
import { craAuthority } from '#apps/cra/src/cra.authority.js';
import { CRL_ISSUER } from '#apps/cra/src/lines/crl.controller.js';
import { issueIfOwed, type CrlIssuer } from '#apps/cra/src/jobs/issue-crl.js';
import { crlStore } from '#apps/cra/src/store/crl.store.js';
import { authorityBench, type Bench, type Operator } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const HOUR = 3_600_000;
const postgres = withPostgres(endUsers);
let bench: Bench;
let trust: TrustStore;
let host: HostedAuthority;
let dataSource: DataSource;

async function startCra(): Promise<void> {
  const url = await (await postgres()).instanceUrl('a-cra');
  dataSource = await openDataSource({
    url,
    instance: 'a-cra',
    entities: [LineReplayEntity, ...craAuthority.entities],
    migrations: [LineReplay1700000000000, ...craAuthority.migrations],
  });
  const context = await bench.contextFor('a-cra', { dataSource });
  // A tick that never comes: the tests look by themselves.
  const settings = craAuthority.settings.parse({ tickMillis: 3_600_000 });
  host = await hostAuthority(craAuthority, context, settings, { host: '127.0.0.1', port: 0 });
  const lines = host.app.get<Lines>(LINES, { strict: false });
  bench.switchboard.connect(bench.address('a-cra', craMa.name), lines[craMa.name] as LineHandler);
}

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  trust = await bench.trust();
  await startCra();
});
async function endUsers(): Promise<void> {
  await host.close();
}

const now = (): number => bench.clock.nowMillis();
const period = (): number => periodAt(ccsa.epochMillis, now());
const craId = (name = 'a-cra'): Uint8Array => hashedId8(bench.member(name).certificate);

const scope = (over: Partial<ApprovalScope> = {}): ApprovalScope => ({
  caseId: systemRandom.bytes(16),
  action: 'revoke',
  addressee: craId(),
  target: systemRandom.bytes(32),
  nonce: systemRandom.bytes(16),
  expiry: time32FromMillis(now() + HOUR),
  ...over,
});

async function approved(
  over: Partial<ApprovalScope> = {},
  by: readonly Operator[] = bench.operators,
): Promise<Approval> {
  let approval = newApproval(scope(over));
  for (const operator of by) approval = await addSignature(approval, operator);
  return approval;
}

const chain = (over: Partial<RevokedChain> = {}): RevokedChain => ({
  iRev: period(),
  iMax: period() + 3,
  jMax: 20,
  la1Id: Uint8Array.of(0, 1),
  seed1: systemRandom.bytes(16),
  la2Id: Uint8Array.of(0, 2),
  seed2: systemRandom.bytes(16),
  ...over,
});

async function asMa(name = 'a-ma') {
  const { identity, transport } = await bench.contextFor(name);
  const peer = { address: bench.address('a-cra', craMa.name), hostname: 'cra.a.chrysalis.example' };
  return callLine(craMa, peer, identity, transport);
}
const revoke = async (approval: Approval, chains: RevokedChain[] = [chain()]) =>
  (await asMa()).revoke({ approval, chains });

interface Answer {
  status: number;
  body: Buffer;
  etag: string | undefined;
}
function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: host.port, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts), etag: response.headers.etag }),
      );
    })
      .on('error', reject)
      .end();
  });
}
const crlPath = (craca = craId(), series: number | string = CRL_SERIES): string =>
  `${CRL_PATH}?craca=${hex(craca)}&crlSeries=${series}`;

async function published(): Promise<CrlContents> {
  const { status, body } = await get(crlPath());
  expect(status).toBe(200);
  const contents = verifyCrl(new Uint8Array(body), trust, now(), ccsa);
  if (isRefused(contents)) throw new Error(`the published list is refused: ${contents.reason}`);
  return contents;
}
const status = async (): Promise<Record<string, unknown>> =>
  JSON.parse((await get('/ydt/v1/crl-status')).body.toString()) as Record<string, unknown>;

describe('the CRA at birth', () => {
  it('has issued an empty list before anybody asked', async () => {
    expect(await dataSource.query('SELECT number, entries FROM issued_crl')).toEqual([{ number: 1, entries: 0 }]);
    expect((await published()).typeSpecific.value).toMatchObject({ iRev: period(), indexWithinI: 0, individual: [] });
    expect(await status()).toMatchObject({ craca: hex(craId()), crlSeries: CRL_SERIES, number: 1, entries: 0 });
  });

  it('serves no list of another CRACA, of another series, or to a question it cannot read', async () => {
    for (const path of [
      crlPath(craId('b-cra')),
      crlPath(craId(), 2),
      crlPath(craId(), '01'),
      CRL_PATH,
      `${CRL_PATH}?craca=a&craca=b&crlSeries=1`,
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  it('says that a known list is unchanged', async () => {
    const { etag, status: code } = await get(crlPath());
    expect([code, etag]).toEqual([200, expect.stringMatching(/^"[0-9a-f]{64}"$/)]);
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(crlPath(), { 'if-none-match': String(header) });
      expect([again.status, again.body.length]).toEqual([304, 0]);
    }
    expect((await get(crlPath(), { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe('an order to revoke', () => {
  const unchanged = async (outcome: unknown, reason: string): Promise<void> => {
    expect(outcome).toEqual({ kind: 'refused', reason });
    expect(await status()).toMatchObject({ number: 1, entries: 0 });
    expect(await dataSource.query('SELECT count(*)::int AS n FROM revocation_order')).toEqual([{ n: 0 }]);
  };
  const both = (): readonly Operator[] => bench.operators.slice(0, 2);

  it.each<[string, string, () => Promise<Approval>]>([
    ['without a signature', 'approval-signatures', () => approved({}, [])],
    ['with one signature', 'approval-signatures', () => approved({}, [bench.operators[0]])],
    [
      'with the author as approver',
      'approval-signatures',
      () => approved({}, [bench.operators[0], bench.operators[0]]),
    ],
    ['for another action', 'approval-scope', () => approved({ action: 'blacklist' })],
    ['for another authority', 'approval-scope', () => approved({ addressee: craId('b-cra') })],
    ['after its expiry', 'approval-expired', () => approved({ expiry: time32FromMillis(now()) })],
    ['with an expiry too far', 'approval-expired', () => approved({ expiry: time32FromMillis(now() + 73 * HOUR) })],
    [
      'with a scope changed after signing',
      'approval-signatures',
      async () => ({ ...newApproval(scope()), signatures: (await approved({}, both())).signatures }),
    ],
  ])('is refused %s and changes nothing (RV3)', async (_, reason, approval) => {
    await unchanged(await revoke(await approval()), reason);
  });

  it('is refused with an operator unknown here as the second (RV3)', async () => {
    const stranger = (await authorityBench({ domains: [] })).operators[0];
    await unchanged(await revoke(await approved({}, [bench.operators[0], stranger])), 'approval-signatures');
  });

  it('is refused for chains that cannot be, and its approval is not used up', async () => {
    const approval = await approved({}, both());
    await unchanged(await revoke(approval, [chain(), chain({ iRev: period() + 1 })]), 'chain-from-the-future');
  });

  it('is refused for a chain of one LA where there are two (a downgrade), and its approval is not used up', async () => {
    const { la2Id: _la, seed2: _seed, ...single } = chain();
    await unchanged(await revoke(await approved({}, both()), [single]), 'chain-of-other-las');
  });

  it.each(['a-pra', 'a-pca', 'a-la1', 'b-ma'])('is not heard from %s (RV3)', async (name) => {
    const port = await asMa(name);
    await expect(port.revoke({ approval: await approved(), chains: [chain()] })).rejects.toThrow();
    expect(await status()).toMatchObject({ number: 1, entries: 0 });
  });

  it('is not heard in plain or twice over the same bytes (RV3)', async () => {
    await expect(
      bench.switchboard.call(bench.address('a-cra', craMa.name), Uint8Array.of(3, 128, 0)),
    ).rejects.toThrow();
    let captured: Uint8Array = new Uint8Array();
    const { identity } = await bench.contextFor('a-ma');
    const peer = { address: bench.address('a-cra', craMa.name), hostname: 'cra.a.chrysalis.example' };
    const spying = {
      call: (address: string, message: Uint8Array) => {
        captured = message;
        return bench.switchboard.call(address, message);
      },
    };
    await callLine(craMa, peer, identity, spying).revoke({ approval: await approved({}, []), chains: [chain()] });
    await expect(bench.switchboard.call(peer.address, captured)).rejects.toThrow('line-replayed');
  });

  it('is answered over HTTP with the same bytes as over the switchboard', async () => {
    const { identity } = await bench.contextFor('a-ma');
    const address = `http://127.0.0.1:${host.port}/lines/${craMa.name}`;
    const port = callLine(craMa, { address, hostname: 'cra.a.chrysalis.example' }, identity, httpTransport());
    await unchanged(await port.revoke({ approval: await approved({}, []), chains: [chain()] }), 'approval-signatures');
  });

  it('with two signatures stands on a list at once, which receivers take and apply', async () => {
    const revoked = chain();
    const receiver = new RevocationStore(trust, ccsa);
    receiver.takeCrl(new Uint8Array((await get(crlPath())).body), now());
    const approval = await approved({}, both());
    expect(await revoke(approval, [revoked])).toEqual({ crlNumber: 2 });
    const contents = await published();
    expect(entriesOf(contents)).toEqual([{ ...revoked }]);
    expect(contents.typeSpecific.value).toMatchObject({ indexWithinI: 1 });
    expect(receiver.takeCrl(new Uint8Array((await get(crlPath())).body), now())).toMatchObject({ version: 1 });

    // The same order again (its answer was lost) has the same answer; another with that approval has none.
    expect(await revoke(approval, [revoked])).toEqual({ crlNumber: 2 });
    expect(await revoke(approval, [chain()])).toEqual({ kind: 'refused', reason: 'approval-used' });
    expect(await status()).toMatchObject({ number: 2, entries: 1 });
  });

  it('takes a chain twice ordered once', async () => {
    const [listed] = entriesOf(await published()) as [RevokedChain];
    expect(await revoke(await approved({}, both()), [listed])).toEqual({ crlNumber: 3 });
    expect(entriesOf(await published())).toEqual([listed]);
  });

  it('that was stored before a crash is listed by the next start', async () => {
    const lost = chain();
    await dataSource.query(
      `INSERT INTO revoked_chain (i_rev, i_max, j_max, la1_id, seed1, la2_id, seed2) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [lost.iRev, lost.iMax, lost.jMax, lost.la1Id, lost.seed1, lost.la2Id, lost.seed2].map((value) =>
        value instanceof Uint8Array ? Buffer.from(value) : value,
      ),
    );
    await host.close();
    await startCra();
    expect(entriesOf(await published())).toContainEqual({ ...lost });
    expect(await status()).toMatchObject({ number: 4, entries: 2 });
  });

  it('of many at once gives each its list, numbers rising and none twice', async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => approved({}, both())));
    const answers = await Promise.all(orders.map((approval) => revoke(approval)));
    expect(answers.some((answer) => isRefused(answer as Refused))).toBe(false);
    const numbers = (await dataSource.query('SELECT number FROM issued_crl ORDER BY number')) as { number: number }[];
    expect(numbers.map(({ number }) => number)).toEqual(numbers.map((_, n) => n + 1));
    expect(await status()).toMatchObject({ entries: 8 });
  });

  it('that comes in while a list is signed is answered by the next one, which has it', async () => {
    // Lists of one second are dated one second apart: the clock catches up.
    bench.clock.advance(60_000);
    const store = crlStore(dataSource, CRL_SERIES);
    const [first, second] = [chain(), chain()];
    const order = (listed: RevokedChain, requestHash: Uint8Array): Promise<boolean> =>
      store.takeOrder({
        requestHash,
        approvalHash: systemRandom.bytes(32),
        expiresMillis: now() + HOUR,
        chains: [listed],
      });
    const [firstHash, secondHash] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    await order(first, firstHash);
    const issuer = host.app.get<CrlIssuer>(CRL_ISSUER, { strict: false });
    const [signer] = issuer.signers() as [Signer];
    const late: Signer['sign'] = async (id, message) => {
      await order(second, secondHash);
      return signer.sign(id, message);
    };
    const list = await issueIfOwed({ ...issuer, signers: () => [{ ...signer, sign: late }] });
    expect(await store.orderAnswer(firstHash)).toEqual({ crlNumber: list.number });
    expect(await store.orderAnswer(secondHash)).toEqual({ crlNumber: null });
    const next = await issueIfOwed(issuer);
    expect(await store.orderAnswer(secondHash)).toEqual({ crlNumber: next.number });
    expect(next.number).toBe(list.number + 1);
    expect(entriesOf(await published())).toContainEqual({ ...second });
  });
});

describe('the list as time goes on', () => {
  it('stays the same while it is fresh', async () => {
    const before = await status();
    bench.clock.advance(24 * HOUR);
    expect(await status()).toMatchObject({ number: before['number'] });
  });

  it('moves every seed to the new period and keeps no earlier one (RV8)', async () => {
    const before = entriesOf(await published());
    bench.clock.advance(WEEK_MILLIS);
    const contents = await published();
    expect(contents.typeSpecific.value).toMatchObject({ iRev: period(), indexWithinI: 0 });
    const seeds = (entries: readonly RevokedChain[]): string[] => entries.map(({ seed1 }) => hex(seed1)).sort();
    expect(seeds(entriesOf(contents))).toEqual(seeds(before.map((entry) => advanceEntry(entry, period()))));
    const kept = (await dataSource.query('SELECT seed1 FROM revoked_chain')) as { seed1: Buffer }[];
    const stored = new Set(kept.map(({ seed1 }) => seed1.toString('hex')));
    expect(before.filter(({ seed1 }) => stored.has(hex(seed1)))).toEqual([]);
    const [one] = entriesOf(contents) as [RevokedChain];
    expect(() => expandEntry(one, period() - 1)).toThrow(/does not go back/);
  });

  it('lists a chain once that is ordered in one week and again in the next', async () => {
    const first = chain();
    await revoke(await approved({}, bench.operators), [first]);
    const { entries } = (await status()) as { entries: number };
    bench.clock.advance(WEEK_MILLIS);
    await revoke(await approved({}, bench.operators), [advanceEntry(first, period())]);
    await published();
    expect(await status()).toMatchObject({ entries });
  });

  it('lets go of chains that are over, and of orders whose approval has expired', async () => {
    bench.clock.advance(5 * WEEK_MILLIS);
    expect(entriesOf(await published())).toEqual([]);
    expect(await dataSource.query('SELECT count(*)::int AS n FROM revoked_chain')).toEqual([{ n: 0 }]);
    expect(await dataSource.query('SELECT count(*)::int AS n FROM revocation_order')).toEqual([{ n: 0 }]);
  });

  it('stays the same over a restart', async () => {
    const before = await get(crlPath());
    await host.close();
    await startCra();
    expect((await get(crlPath())).etag).toBe(before.etag);
  });

  it('lets the table refuse a number twice', async () => {
    const twice = dataSource.query('INSERT INTO issued_crl SELECT * FROM issued_crl WHERE number = 1');
    await expect(twice).rejects.toThrow(/duplicate key/);
  });
});

describe('settings that make no sense', () => {
  it.each([
    ['a list shorter than a day', { validityHours: 23 }],
    ['renewal later than the end', { validityHours: 24, renewBeforeHours: 24 }],
    ['no renewal ahead', { renewBeforeHours: 0 }],
    ['a look every millisecond', { tickMillis: 1 }],
    ['an unknown name', { validity: 168 }],
  ])('keep the role from starting: %s (BI18)', (_, settings) => {
    expect(craAuthority.settings.safeParse(settings).success).toBe(false);
  });

  it('are not needed', () => {
    expect(craAuthority.settings.parse(undefined)).toEqual({
      validityHours: 168,
      renewBeforeHours: 24,
      linkageAuthorities: 2,
      tickMillis: 5000,
    });
  });
});

describe('what is known of the CRA', () => {
  it('is described in OpenAPI', async () => {
    const { body } = await get('/api.json');
    const { paths } = JSON.parse(body.toString()) as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining([CRL_PATH, '/ydt/v1/crl-status']));
  });
});
