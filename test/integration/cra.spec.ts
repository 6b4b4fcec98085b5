/** The CRA with its real tables, its real line and its real door; the MA is the bench's. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { decode, encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { addSignature, newApproval, type Approval, type ApprovalScope } from '#credentials/approval.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import { advanceEntry, entriesOf, expandEntry, RevocationStore, verifyCrl } from '#credentials/linked-crl.js';
import { periodAt, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { TrustStore } from '#credentials/trust-store.js';
import { callLine } from '#edge/call-line.js';
import { httpTransport } from '#edge/http-transport.js';
import { craMa, type RevokedChain } from '#edges/cra-ma/revocation.js';
import { CERTIFICATE_STATUS_PATH, CRL_PATH, CRL_STATUS_PATH, CRL_UPDATES_PATH } from '#edges/ee-lists/paths.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, type Lines } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import type { LineHandler } from '#edge/transport.js';
import type { CrlContents } from '#wire/crl.js';
import { CompositeCrl } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { DataSource } from 'typeorm';
import { craAuthority } from '#apps/cra/src/cra.authority.js';
import { CRL_ISSUERS } from '#apps/cra/src/lines/crl.controller.js';
import { isWanted, issueIfOwed, type CrlIssuer } from '#apps/cra/src/jobs/issue-crl.js';
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
  headers: IncomingHttpHeaders;
}
function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: host.port, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts),
          etag: response.headers.etag,
          headers: response.headers,
        }),
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
    const rows = await dataSource.query('SELECT series, number, kind, entries FROM issued_crl ORDER BY series');
    const first = { number: 1, kind: 'full', entries: 0 };
    expect(rows).toEqual([
      { series: 1, ...first },
      { series: 2, ...first },
    ]);
    expect((await published()).typeSpecific.value).toMatchObject({ iRev: period(), indexWithinI: 0, individual: [] });
    expect(await status()).toMatchObject({ craca: hex(craId()), crlSeries: CRL_SERIES, number: 1, entries: 0 });
  });

  it('serves no list of another CRACA, of another series, or to a question it cannot read', async () => {
    for (const path of [
      crlPath(craId('b-cra')),
      crlPath(craId(), 3),
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
    bench.clock.advance(60_000);
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
    const numbers = (await dataSource.query(
      'SELECT DISTINCT number FROM issued_crl WHERE series = 1 ORDER BY number',
    )) as { number: number }[];
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
    const [issuer] = host.app.get<[CrlIssuer, CrlIssuer]>(CRL_ISSUERS, { strict: false });
    const [signer] = issuer.signers() as [Signer];
    const late: Signer['sign'] = async (id, message) => {
      await order(second, secondHash);
      return signer.sign(id, message);
    };
    let signatures = 0;
    const before = (await store.last())?.number as number;
    await issueIfOwed({
      ...issuer,
      signers: () => [{ ...signer, sign: (id, message) => (signatures++ === 0 ? late : signer.sign)(id, message) }],
    });
    expect(await store.orderAnswer(firstHash)).toEqual({ crlNumber: before + 1 });
    expect(await store.orderAnswer(secondHash)).toEqual({ crlNumber: null });
    await issueIfOwed(issuer);
    expect(await store.orderAnswer(secondHash)).toEqual({ crlNumber: before + 2 });
    expect(entriesOf(await published())).toContainEqual({ ...second });
  });
});

/** What a receiver at this place is given, list by list. */
async function updatesFrom(query: string, series = CRL_SERIES): Promise<{ lists: Uint8Array[]; answer: Answer }> {
  const answer = await get(`${CRL_UPDATES_PATH}?craca=${hex(craId())}&crlSeries=${series}${query}`);
  expect(answer.status).toBe(200);
  const { crl } = decode(CompositeCrl, new Uint8Array(answer.body));
  return { lists: crl.map((one) => encode(V2XSecData, one)), answer };
}
const kindsOf = (lists: readonly Uint8Array[]): string[] =>
  lists.map((bytes) => {
    const contents = verifyCrl(bytes, trust, now(), ccsa);
    return isRefused(contents) ? contents.reason : contents.typeSpecific.kind;
  });
const placeOf = (receiver: RevocationStore): string => {
  const { iRev, indexWithinI } = receiver.seedPlace(craId(), CRL_SERIES) as { iRev: number; indexWithinI: number };
  return `&iRev=${iRev}&indexWithinI=${indexWithinI}`;
};

describe('what came since', () => {
  it('is the deltas that follow, which bring a receiver to where the full list is', async () => {
    const receiver = new RevocationStore(trust, ccsa);
    for (const bytes of (await updatesFrom('')).lists) receiver.takeCrl(bytes, now());
    const { chains } = receiver.held;
    expect((await updatesFrom(placeOf(receiver))).lists).toEqual([]);
    for (let n = 0; n < 2; n++) {
      bench.clock.advance(60_000);
      await revoke(await approved({}, bench.operators), [chain(), chain()]);
      const place = placeOf(receiver);
      const { lists, answer } = await updatesFrom(place);
      expect(kindsOf(lists)).toEqual(['deltaLinkedCrl']);
      for (const bytes of lists) expect(receiver.takeCrl(bytes, now())).toMatchObject({ version: 1 });
      const path = `${CRL_UPDATES_PATH}?craca=${hex(craId())}&crlSeries=1${place}`;
      expect((await get(path, { 'if-none-match': String(answer.etag) })).status).toBe(304);
    }
    expect(receiver.held.chains).toBe(chains + 4);
    const { iRev, indexWithinI } = receiver.seedPlace(craId(), CRL_SERIES) as { iRev: number; indexWithinI: number };
    expect((await published()).typeSpecific.value).toMatchObject({ iRev, indexWithinI });
    expect(entriesOf(await published())).toHaveLength(chains + 4);
  });

  it('is the full list for who holds none, one of no place of ours, or deltas that are longer than it', async () => {
    for (const query of ['', '&iRev=1&indexWithinI=0', `&iRev=${period()}&indexWithinI=251`, '&iRev=x&indexWithinI=1'])
      expect(kindsOf((await updatesFrom(query)).lists)).toEqual(['fullLinkedCrl']);
    const { lists } = await updatesFrom(`&iRev=${period()}&indexWithinI=0`);
    // Each delta has a signature and a certificate of its own.
    expect(kindsOf(lists)).toEqual(['fullLinkedCrl']);
  });

  it('is not known of another CRACA', async () => {
    expect((await get(`${CRL_UPDATES_PATH}?craca=${hex(craId('b-cra'))}&crlSeries=1`)).status).toBe(404);
  });
});

describe('orders that come too fast', () => {
  it('are told the next list and stand on it, once it may come', async () => {
    bench.clock.advance(60_000);
    // As if this were a week in which many were revoked.
    await dataSource.query(
      `UPDATE issued_crl SET index_within_i = 200 WHERE series = 1 AND number = (SELECT max(number) FROM issued_crl WHERE series = 1)`,
    );
    const { number, entries } = (await status()) as { number: number; entries: number };
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await revoke(await approved({}, bench.operators)));
    expect(answers).toEqual([number + 1, number + 1, number + 1].map((crlNumber) => ({ crlNumber })));
    expect(await status()).toMatchObject({ number, entries });
    const [issuer] = host.app.get<[CrlIssuer, CrlIssuer]>(CRL_ISSUERS, { strict: false });
    expect(await isWanted(await issuer.store.last(), issuer)).toBe(false);
    bench.clock.advance(4 * HOUR);
    expect(await isWanted(await issuer.store.last(), issuer)).toBe(true);
    await issueIfOwed(issuer);
    expect(await status()).toMatchObject({ number: number + 1, entries: entries + 3, indexWithinI: 201 });
  });
});

describe('a list over HTTP', () => {
  it('is the same from memory as by the long way', async () => {
    const headersOf = ({ headers: { date: _date, 'keep-alive': _alive, ...headers } }: Answer) => headers;
    for (const path of [crlPath(), crlPath(craId(), HASH_CRL_SERIES), crlPath().replace(CRL_PATH, CRL_UPDATES_PATH)]) {
      // So long a question is not remembered.
      const [short, long] = [await get(path), await get(`${path}&nothing=${'x'.repeat(200)}`)];
      expect(short.status).toBe(200);
      expect([short.body, headersOf(short)]).toEqual([long.body, headersOf(long)]);
    }
  });

  it('comes in parts, which fit together', async () => {
    const { body, etag, headers } = await get(crlPath());
    expect(headers['accept-ranges']).toBe('bytes');
    const parts = [];
    for (const range of ['bytes=0-99', 'bytes=100-100', 'bytes=101-']) {
      const part = await get(crlPath(), { range, 'if-range': String(etag) });
      expect([part.status, part.headers['content-range']]).toEqual([
        206,
        expect.stringMatching(/^bytes \d+-\d+\/\d+$/),
      ]);
      parts.push(part.body);
    }
    expect(Buffer.concat(parts)).toEqual(body);
    expect((await get(crlPath(), { range: 'bytes=-7' })).body).toEqual(body.subarray(-7));
  });

  it.each([
    ['of another list', 200, { range: 'bytes=0-9', 'if-range': '"other"' }],
    ['of several parts', 200, { range: 'bytes=0-1,3-4' }],
    ['that is none', 200, { range: 'lines=1-2' }],
    ['that ends before it begins', 200, { range: 'bytes=9-3' }],
    ['behind its end', 416, { range: 'bytes=9999999-' }],
  ])('is sent whole, or not at all, for a range %s', async (_, code, headers) => {
    const whole = await get(crlPath());
    const answer = await get(crlPath(), headers);
    expect([answer.status, answer.body.length]).toEqual([code, code === 200 ? whole.body.length : 0]);
  });

  it('is compressed only for who takes that and where it is smaller', async () => {
    const hashes = crlPath(craId(), HASH_CRL_SERIES);
    const plain = await get(hashes, { 'accept-encoding': 'gzip;q=0, br' });
    expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([undefined, 'accept-encoding']);
    const packed = await get(hashes, { 'accept-encoding': 'br, gzip' });
    if (packed.headers['content-encoding'] === 'gzip') {
      expect(packed.etag).not.toBe(plain.etag);
      expect(gunzipSync(packed.body)).toEqual(plain.body);
      expect(packed.body.length).toBeLessThan(plain.body.length);
    } else expect(packed.body).toEqual(plain.body);
  });
});

describe('an order to revoke certificates', () => {
  const certificates = (count: number, ends = now() + HOUR) =>
    Array.from({ length: count }, () => ({ id: systemRandom.bytes(10), expiry: time32FromMillis(ends) }));
  const order = async (approval: Approval, listed = certificates(1)) =>
    (await asMa()).revokeCertificates({ approval, certificates: listed });
  const hashesOf = async () => {
    const contents = verifyCrl(new Uint8Array((await get(crlPath(craId(), HASH_CRL_SERIES))).body), trust, now(), ccsa);
    if (isRefused(contents) || contents.typeSpecific.kind !== 'fullHashCrl') throw new Error('no full list by hash');
    return contents.typeSpecific.value;
  };

  it.each<[string, string, () => Promise<Approval>]>([
    ['without a signature', 'approval-signatures', () => approved({}, [])],
    ['for another action', 'approval-scope', () => approved({ action: 'blacklist' })],
    ['for another authority', 'approval-scope', () => approved({ addressee: craId('b-cra') })],
  ])('is refused %s and changes nothing (RV3)', async (_, reason, approval) => {
    expect(await order(await approval())).toEqual({ kind: 'refused', reason });
    expect((await hashesOf()).entries).toEqual([]);
  });

  it('is refused for one that is over, and its approval is not used up', async () => {
    const approval = await approved({}, bench.operators);
    const over = certificates(1, now() - HOUR);
    expect(await order(approval, over)).toEqual({ kind: 'refused', reason: 'certificate-over' });
    expect(await order(approval)).toMatchObject({ crlNumber: expect.any(Number) as number });
  });

  it('with two signatures stands on the list by hash at once, and in the answer online', async () => {
    bench.clock.advance(60_000);
    const [one, other] = certificates(2) as [{ id: Uint8Array; expiry: number }, { id: Uint8Array; expiry: number }];
    const before = (await hashesOf()).crlSerial;
    expect(await order(await approved({}, bench.operators), [one])).toEqual({ crlNumber: before + 1 });
    expect((await hashesOf()).entries).toContainEqual(one);
    const { lists } = await updatesFrom(`&crlSerial=${before}`, HASH_CRL_SERIES);
    expect(kindsOf(lists)).toEqual(['deltaHashCrl']);
    const online = async ({ id }: { id: Uint8Array }) =>
      JSON.parse((await get(`${CERTIFICATE_STATUS_PATH}?certificate=${hex(id)}`)).body.toString()) as unknown;
    expect(await online(one)).toMatchObject({ status: 'revoked', crlSeries: HASH_CRL_SERIES, number: before + 1 });
    expect(await online(other)).toMatchObject({ status: 'not-listed' });
    bench.clock.advance(60_000);
    await order(await approved({}, bench.operators), [other]);
    expect(await online(other)).toMatchObject({ status: 'revoked' });
  });

  it('leaves the list when the certificate has ended', async () => {
    bench.clock.advance(2 * HOUR + WEEK_MILLIS);
    await get(crlPath(craId(), HASH_CRL_SERIES));
    expect((await hashesOf()).entries).toEqual([]);
    expect(await dataSource.query('SELECT count(*)::int AS n FROM revoked_certificate')).toEqual([{ n: 0 }]);
  });
});

describe('the standing of a pseudonym online', () => {
  const ask = (query: string) => get(`${CERTIFICATE_STATUS_PATH}?${query}`);

  it('is by its linkage value, also after a delta', async () => {
    for (let n = 0; n < 2; n++) {
      bench.clock.advance(60_000);
      const revoked = chain();
      await revoke(await approved({}, bench.operators), [revoked]);
      const [value] = expandEntry(revoked, period()) as [Uint8Array];
      const { body } = await ask(`iCert=${period()}&linkageValue=${hex(value)}`);
      expect(JSON.parse(body.toString())).toMatchObject({ status: 'revoked', crlSeries: CRL_SERIES });
    }
    const { body } = await ask(`iCert=${period()}&linkageValue=${'00'.repeat(9)}`);
    expect(JSON.parse(body.toString())).toMatchObject({ status: 'not-listed' });
  });

  it.each([
    ['a period far away', () => `iCert=${period() + 2}&linkageValue=${'00'.repeat(9)}`],
    ['a period before the list', () => `iCert=${period() - 1}&linkageValue=${'00'.repeat(9)}`],
    ['a value of another length', () => `iCert=${period()}&linkageValue=00`],
    ['two questions', () => `iCert=${period()}&linkageValue=${'00'.repeat(9)}&certificate=${'00'.repeat(10)}`],
    ['none', () => ''],
  ])('is not said of %s', async (_, query) => {
    expect((await ask(query())).status).toBe(404);
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
    const twice = dataSource.query('INSERT INTO issued_crl SELECT * FROM issued_crl WHERE number = 1 AND series = 1');
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
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([CRL_PATH, CRL_UPDATES_PATH, CRL_STATUS_PATH, CERTIFICATE_STATUS_PATH]),
    );
  });
});
