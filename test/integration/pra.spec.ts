/** The PRA on a real database, with doubles of la1, la2, PCA and MA that speak the real lines. */
import { unzipSync } from 'fflate';
import type { DataSource } from 'typeorm';
import { praAuthority } from '#apps/pra/src/pra.authority.js';
import { decode, encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { addSignature, approvalTarget, newApproval, type Approval } from '#credentials/approval.js';
import { PcaStatement, PraStatement } from '#credentials/case-statements.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { periodAt, periodStartMillis, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, signData, signedPayload } from '#credentials/signed-data.js';
import { answerLine } from '#edge/answer-line.js';
import { callLine } from '#edge/call-line.js';
import { httpTransport } from '#edge/http-transport.js';
import { replayMemory } from '#edge/replay-memory.js';
import { LineFailure } from '#edge/transport.js';
import {
  AUTHORIZATION_PATH,
  bundleName,
  DOWNLOAD_HEADER,
  DOWNLOAD_PATH,
  ERROR_HEADER,
  REPORT_FILENAME,
  REPORT_PATH,
} from '#edges/ee-pra/provisioning.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { maPraInvestigation, type DeviceBlacklisted } from '#edges/ma-pra/investigation.js';
import { maPraReports, type ForwardedReport } from '#edges/ma-pra/reports.js';
import { itemHash, pcaPra } from '#edges/pca-pra/issue-batch.js';
import { openDataSource } from '#persistence/data-source.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import { RaAcaCertRequest, ScmsPdu } from '#wire/scms-pdu.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import { laAnswerTo, pcaAnswer } from '../../apps/pra/src/domain/answers.fixture.js';
import {
  headerOf,
  newDevice,
  requestContent,
  sealedTo,
  signedDownload,
  signedRequest,
  type TestDevice,
} from '../../apps/pra/src/device.fixture.js';
import { authorityBench, BENCH_START, directQueues, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const postgres = withPostgres();
const CURRENT = periodAt(ccsa.epochMillis, BENCH_START);

let bench: Bench;
let pra: AuthorityContext;
let dataSource: DataSource;
let queues: ReturnType<typeof directQueues>;
let host: HostedAuthority;
let databases = 0;

/** What the doubles saw, and how they are to behave. */
let seen: { batches: Uint8Array[][]; reports: ForwardedReport[]; chains: number };
let mood: { la1?: 'mute' | 'as-la2'; pca?: 'mute' | 'refuses'; ma?: 'mute' };
/** First answers of the PCA's double by item hash: a repeat gets the same. */
let issued: Map<string, Uint8Array>;

async function connectDoubles(): Promise<void> {
  const answerer = async (name: string) => ({
    identity: (await bench.contextFor(name)).identity,
    replay: replayMemory(),
    onFailure: (_: string, error: unknown) => {
      throw error;
    },
  });
  for (const name of ['la1', 'la2']) {
    const handler = answerLine(
      laPra,
      {
        requestPreLinkageValues: async (request) => {
          seen.chains += 1;
          return laAnswerTo(request, name === 'la1' && mood.la1 !== 'as-la2' ? 1 : 2);
        },
      },
      await answerer(`a-${name}`),
    );
    bench.switchboard.connect(bench.address(`a-${name}`, laPra.name), (message) => {
      if (name === 'la1' && mood.la1 === 'mute') throw new LineFailure('mute');
      return handler(message);
    });
  }
  const pca = answerLine(pcaPra, { issueBatch: ({ items }) => issueBatch(items) }, await answerer('a-pca'));
  bench.switchboard.connect(bench.address('a-pca', pcaPra.name), async (message) => {
    const answer = await pca(message);
    // Mute after the work is done: the PCA has issued, and nobody hears of it.
    if (mood.pca === 'mute') throw new LineFailure('mute');
    return answer;
  });
  const ma = answerLine(
    maPraReports,
    {
      forwardReport: async (report) => {
        seen.reports.push(report);
        return { receipt: sm3(report.report) };
      },
    },
    await answerer('a-ma'),
  );
  bench.switchboard.connect(bench.address('a-ma', maPraReports.name), (message) => {
    if (mood.ma === 'mute') throw new LineFailure('mute');
    return ma(message);
  });
}

async function issueBatch(items: Uint8Array[]): Promise<{ responses: Uint8Array[] } | Refused> {
  seen.batches.push(items);
  if (mood.pca === 'refuses') return refused('item-stale');
  const { signer } = bench.member('a-pca');
  for (const item of items) {
    const name = hex(itemHash(item));
    if (!issued.has(name)) issued.set(name, await pcaAnswer(item, signer, new Uint8Array(200).fill(issued.size % 256)));
  }
  return { responses: items.map((item) => issued.get(hex(itemHash(item))) as Uint8Array) };
}

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
});

beforeEach(async () => {
  seen = { batches: [], reports: [], chains: 0 };
  mood = {};
  issued = new Map();
  bench.clock.set(BENCH_START);
  dataSource = await openDataSource({
    url: await (await postgres()).instanceUrl(`pra-${String(databases++)}`),
    instance: 'a-pra',
    entities: [LineReplayEntity, ...praAuthority.entities],
    migrations: [LineReplay1700000000000, ...praAuthority.migrations],
  });
  queues = directQueues();
  pra = await bench.contextFor('a-pra', { dataSource, queues });
  await connectDoubles();
  const settings = praAuthority.settings.parse({ minimumDevices: 3, maximumItems: 400, maximumWeeks: 4 });
  host = await hostAuthority(praAuthority, pra, settings, { host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  await queues.settled();
  await host.close();
});

const url = (path: string): string => `http://127.0.0.1:${String(host.port)}${path}`;
const now = (): number => bench.clock.nowMillis();

async function post(path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url(path), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body: body as Uint8Array<ArrayBuffer>,
  });
}

const codeOf = (response: Response): [number, string | null] => [response.status, response.headers.get(ERROR_HEADER)];

interface Asked {
  readonly device: TestDevice;
  readonly opened: Uint8Array;
  readonly hash8: Uint8Array;
  readonly response: Response;
}

async function ask(device: TestDevice, weeks = 1): Promise<Asked> {
  const opened = await signedRequest(requestContent(device, now(), weeks), device.signer);
  const response = await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate));
  return { device, opened, hash8: sm3(opened).subarray(24), response };
}

async function fetchBundle(
  { device, hash8 }: Asked,
  i = CURRENT,
  headers: Record<string, string> = {},
  by: TestDevice = device,
): Promise<Response> {
  const filename = bundleName(hash8, i);
  const header = headerOf(sealedTo(await signedDownload(by.signer, filename, now()), pra.certificate));
  return fetch(url(`${DOWNLOAD_PATH}?filename=${filename}`), { headers: { [DOWNLOAD_HEADER]: header, ...headers } });
}

async function report(device: TestDevice, body: Uint8Array): Promise<Response> {
  const header = headerOf(sealedTo(await signedDownload(device.signer, REPORT_FILENAME, now()), pra.certificate));
  return post(REPORT_PATH, body, { [DOWNLOAD_HEADER]: header });
}

const devices = (count: number): Promise<TestDevice[]> =>
  Promise.all(Array.from({ length: count }, () => newDevice(bench)));

/** Three devices ask and are served. */
async function served(weeks = 1): Promise<[Asked, Asked, Asked]> {
  const asked: Asked[] = [];
  for (const device of await devices(3)) asked.push(await ask(device, weeks));
  await queues.settled();
  return asked as [Asked, Asked, Asked];
}

/** The next tick of the worker, whenever it comes: what is owed and due is woken. */
async function tick(): Promise<void> {
  for (const [table, queue, id] of [
    ['requests', 'expand', 'request_id'],
    ['batches', 'certify', 'batch_id'],
  ] as const) {
    const owed = table === 'requests' ? "WHERE state = 'accepted'" : '';
    for (const row of await dataSource.query(`SELECT ${id} AS id FROM ${table} ${owed}`))
      await queues.wake(queue, hex(row.id));
  }
  await queues.wake('shuffle', 'pool');
  await queues.wake('reports', 'outbox');
  await queues.settled();
}

const count = async (table: string, where = 'true'): Promise<number> =>
  Number((await dataSource.query(`SELECT count(*) FROM ${table} WHERE ${where}`))[0].count);

describe('a request for pseudonym certificates', () => {
  it('EN2 refuses what is no message, plain, or for another, and stores nothing', async () => {
    const [device] = (await devices(1)) as [TestDevice];
    const opened = await signedRequest(requestContent(device, now()), device.signer);
    expect(codeOf(await post(AUTHORIZATION_PATH, Uint8Array.of(1, 2)))).toEqual([400, '400-42']);
    expect(codeOf(await post(AUTHORIZATION_PATH, new Uint8Array()))).toEqual([400, '400-42']);
    expect(codeOf(await post(AUTHORIZATION_PATH, opened))).toEqual([400, '400-10']);
    const toPca = sealedTo(opened, bench.member('a-pca').certificate);
    expect(codeOf(await post(AUTHORIZATION_PATH, toPca))).toEqual([400, '400-41']);
    expect(await count('requests')).toBe(0);
  });

  it('PR1 refuses a foreign, an expired and a wrongly signed request', async () => {
    const foreign = await newDevice(bench, { issuer: bench.member('b-eca').signer });
    expect(codeOf((await ask(foreign)).response)).toEqual([400, '400-40']);
    const validityPeriod = {
      start: time32FromMillis(now() - 7200_000),
      duration: { kind: 'hours', value: 1 },
    } as const;
    expect(codeOf((await ask(await newDevice(bench, { tbs: { validityPeriod } }))).response)).toEqual([400, '400-712']);
    const [one, other] = (await devices(2)) as [TestDevice, TestDevice];
    const forged = { ...one, signer: { certificate: one.certificate, sign: other.signer.sign } };
    expect(codeOf((await ask(forged)).response)).toEqual([400, '400-43']);
    expect(codeOf((await ask(one, 5)).response)).toEqual([400, '400-35']);
    expect(await count('requests')).toBe(0);
  });

  it('acknowledges with a signed RaEeCertAck for these very bytes', async () => {
    const [device] = (await devices(1)) as [TestDevice];
    const { response, hash8 } = await ask(device, 3);
    expect(response.status).toBe(202);
    const signed = asSignedData(new Uint8Array(await response.arrayBuffer()));
    expect(signed && isSignedWith(signed, pra.certificate)).toBe(true);
    const pdu = decode(ScmsPdu, (signed && signedPayload(signed)) as Uint8Array);
    expect(pdu.content.value).toMatchObject({ kind: 'raEeCertAck', value: { version: 1, requestHash: hash8 } });
    const { nextDlTime } = (pdu.content.value as { value: { nextDlTime: number } }).value;
    expect(Math.abs(millisFromTime32(nextDlTime) - now())).toBeLessThan(1000);
  });

  it('PR4 gives a repeat the first acknowledgement, also after the window, and no second chain', async () => {
    const [device] = (await devices(1)) as [TestDevice];
    const first = await ask(device);
    const ack = Buffer.from(await first.response.arrayBuffer());
    await queues.settled();
    for (const wait of [0, 600_000]) {
      bench.clock.advance(wait);
      const again = await post(AUTHORIZATION_PATH, sealedTo(first.opened, pra.certificate));
      expect(again.status).toBe(202);
      expect(Buffer.from(await again.arrayBuffer())).toEqual(ack);
    }
    await queues.settled();
    expect([await count('requests'), seen.chains]).toEqual([1, 2]);
  });

  it('PR4 stores one row for the same bytes ten times at once', async () => {
    const [device] = (await devices(1)) as [TestDevice];
    const opened = await signedRequest(requestContent(device, now()), device.signer);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate))),
    );
    const bodies = await Promise.all(answers.map(async (answer) => hex(new Uint8Array(await answer.arrayBuffer()))));
    expect(new Set(bodies).size).toBe(1);
    await queues.settled();
    expect([await count('requests'), await count('items'), seen.chains]).toEqual([1, 60, 2]);
  });

  it('refuses another request for a period that was granted, and keeps the first', async () => {
    const [device] = (await devices(1)) as [TestDevice];
    expect((await ask(device, 2)).response.status).toBe(202);
    bench.clock.advance(1000);
    expect(codeOf((await ask(device, 1)).response)).toEqual([400, '400-711']);
    expect(await count('requests')).toBe(1);
  });

  it('PR16 refuses more requests than may be open at once', async () => {
    const [device] = (await devices(1)) as [TestDevice];
    const outcomes: unknown[] = [];
    for (let week = 0; week < 5; week++) {
      const content = requestContent(device, now(), 1);
      const start = time32FromMillis(periodStartMillis(ccsa.epochMillis, CURRENT + week));
      const tbsCert = { ...content.tbsCert, validityPeriod: { ...content.tbsCert.validityPeriod, start } };
      const opened = await signedRequest({ ...content, tbsCert }, device.signer);
      outcomes.push(codeOf(await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate))));
    }
    expect(outcomes).toEqual([...Array.from({ length: 4 }, () => [202, null]), [400, '400-79']]);
  });
});

describe('from request to bundle', () => {
  it('PV2 waits below the minimum of devices, says so, and serves when enough are there', async () => {
    const [one, two, three] = (await devices(3)) as [TestDevice, TestDevice, TestDevice];
    await ask(one);
    await ask(two);
    await queues.settled();
    expect(seen.batches).toEqual([]);
    const status = await (await fetch(url('/status'))).json();
    expect(status).toEqual({
      minimumDevices: 3,
      requestsOwed: 0,
      pools: [{ i: CURRENT, items: 40, devices: 2, isWaiting: true }],
      batchesOwed: 0,
      reportsOwed: 0,
    });
    await ask(three);
    await queues.settled();
    expect(seen.batches.map(({ length }) => length)).toEqual([60]);
    expect(await count('items', "state = 'answered'")).toBe(60);
  });

  it('PR11 gives each device its own 20 answers a period in their places', async () => {
    const asked = await served(2);
    expect(seen.batches.map(({ length }) => length)).toEqual([60, 60]);
    const all = new Set<string>();
    for (const one of asked) {
      for (const i of [CURRENT, CURRENT + 1]) {
        bench.clock.set(Math.max(now(), periodStartMillis(ccsa.epochMillis, i) - 3_600_000));
        const response = await fetchBundle(one, i);
        expect(response.status).toBe(200);
        const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
        expect(Object.keys(files).length).toBe(21);
        for (let j = 0; j < 20; j++) {
          const answer = files[`${i.toString(16)}_${j.toString(16)}`] as Uint8Array;
          expect(asSignedData(answer)).toBeDefined();
          all.add(hex(answer));
        }
        bench.clock.set(BENCH_START);
      }
    }
    expect([all.size, issued.size]).toEqual([120, 120]);
  });

  it('PV2 tells the PCA nothing that is common to one device: time, fields and size are equal, the order is mixed', async () => {
    await served();
    const [batch = []] = seen.batches;
    const requests = batch.map((item) => decode(RaAcaCertRequest, item));
    expect(new Set(batch.map(({ length }) => length)).size).toBe(1);
    expect(new Set(requests.map(({ generationTime }) => generationTime)).size).toBe(1);
    const rows = await dataSource.query('SELECT request_id, item_hash FROM items');
    const owners = new Map(
      rows.map((row: { request_id: Buffer; item_hash: Buffer }) => [hex(row.item_hash), hex(row.request_id)]),
    );
    const order = batch.map((item) => owners.get(hex(itemHash(item))));
    const changes = order.filter((owner, n) => n > 0 && owner !== order[n - 1]).length;
    // 60 places of three owners change owner about 40 times; sorted by owner they would twice.
    expect(changes).toBeGreaterThan(20);
  });

  it('PR15 stays owed while an LA is mute, and completes later', async () => {
    mood.la1 = 'mute';
    await served();
    expect([await count('requests', "state = 'accepted'"), await count('items')]).toEqual([3, 0]);
    delete mood.la1;
    await tick();
    expect(await count('items')).toBe(0);
    bench.clock.advance(60_000);
    await tick();
    expect(await count('items', "state = 'answered'")).toBe(60);
  });

  it('LK4 does not take values of one LA for those of two', async () => {
    mood.la1 = 'as-la2';
    await served();
    expect([await count('requests', "state = 'accepted'"), await count('items')]).toEqual([3, 0]);
  });

  it('PR15 sends a mute PCA the very same items again, and each is issued once', async () => {
    mood.pca = 'mute';
    const asked = await served();
    bench.clock.advance(60_000);
    await tick();
    expect(await count('items', "state = 'answered'")).toBe(0);
    delete mood.pca;
    bench.clock.advance(60_000);
    await tick();
    const [first, ...others] = seen.batches;
    expect(others.length).toBe(2);
    for (const other of others) expect(other.map(hex)).toEqual(first?.map(hex));
    expect([issued.size, await count('items', "state = 'answered'"), await count('batches')]).toEqual([60, 60, 0]);
    expect((await fetchBundle(asked[0])).status).toBe(200);
  });

  it('mixes a batch anew when the PCA has refused it for its age', async () => {
    mood.pca = 'refuses';
    await served();
    bench.clock.advance(13 * 3_600_000);
    await tick();
    expect(seen.batches.length).toBe(3);
    delete mood.pca;
    bench.clock.advance(60_000);
    await tick();
    expect(await count('items', "state = 'answered'")).toBe(60);
    const times = seen.batches.map(([item]) => decode(RaAcaCertRequest, item as Uint8Array).generationTime);
    expect(times.at(-1)).toBeGreaterThan(times[0] as number);
  });

  it('PR5 asks for no cocoon key twice: a second device with the same caterpillar keys gets nothing', async () => {
    const [one, two] = (await devices(2)) as [TestDevice, TestDevice];
    await ask(one);
    await ask({ ...two, keys: one.keys });
    await queues.settled();
    expect([await count('requests', "state = 'refused'"), await count('items')]).toEqual([1, 20]);
  });

  it('PR4 keeps nothing that was needed only on the way: no caterpillar, no cocoon key, no value, no batch', async () => {
    await served();
    const left = 'signing_key IS NOT NULL OR encryption_key IS NOT NULL OR plv1 IS NOT NULL OR item IS NOT NULL';
    expect(await count('items', `${left} OR plv2 IS NOT NULL OR batch_id IS NOT NULL OR place IS NOT NULL`)).toBe(0);
    expect(await count('requests', 'sealed_caterpillar IS NOT NULL')).toBe(0);
  });
});

describe('a download', () => {
  it('gives a device its own files only, and tells no more of others than of none', async () => {
    const [one, two] = await served();
    expect(codeOf(await fetchBundle(one, CURRENT, {}, two.device))).toEqual([404, '400-74']);
    expect(codeOf(await fetchBundle(one, CURRENT + 1))).toEqual([404, '400-74']);
    expect(codeOf(await fetchBundle({ ...one, hash8: new Uint8Array(8) }))).toEqual([404, '400-74']);
  });

  it('PR4 refuses a header for another file, an old one, a plain one and none', async () => {
    const [one] = await served();
    const filename = bundleName(one.hash8, CURRENT);
    const get = (header?: string): Promise<Response> =>
      fetch(
        url(`${DOWNLOAD_PATH}?filename=${filename}`),
        header === undefined ? {} : { headers: { [DOWNLOAD_HEADER]: header } },
      );
    const signed = await signedDownload(one.device.signer, 'another.zip', now());
    expect(codeOf(await get(headerOf(sealedTo(signed, pra.certificate))))).toEqual([400, '400-74']);
    const old = await signedDownload(one.device.signer, filename, now() - 400_000);
    expect(codeOf(await get(headerOf(sealedTo(old, pra.certificate))))).toEqual([400, '400-77']);
    expect(codeOf(await get(headerOf(await signedDownload(one.device.signer, filename, now()))))).toEqual([
      400,
      '400-10',
    ]);
    expect(codeOf(await get())).toEqual([400, '400-42']);
  });

  it('says when to come back before the time, and while the certificates are being made', async () => {
    const [device] = (await devices(1)) as [TestDevice];
    const asked = await ask(device, 3);
    const soon = await fetchBundle(asked);
    expect([...codeOf(soon), soon.headers.get('retry-after')]).toEqual([404, '400-75', '5']);
    const early = await fetchBundle(asked, CURRENT + 2);
    const seconds = Number(early.headers.get('retry-after'));
    expect(codeOf(early)).toEqual([404, '400-75']);
    expect(now() + seconds * 1000).toBeGreaterThanOrEqual(
      periodStartMillis(ccsa.epochMillis, CURRENT + 2) - 86_400_000,
    );
    expect(seconds).toBeGreaterThan(7 * 86_400);
  });

  it('can be resumed and is not sent again to who has it', async () => {
    const [one, two] = await served();
    const whole = await fetchBundle(one);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const etag = whole.headers.get('etag') as string;
    expect(whole.headers.get('content-type')).toBe('application/zip');
    expect((await fetchBundle(one, CURRENT, { 'if-none-match': etag })).status).toBe(304);
    const part = await fetchBundle(one, CURRENT, { range: 'bytes=1000-', 'if-range': etag });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 1000-${String(bytes.length - 1)}/${String(bytes.length)}`,
    ]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.subarray(1000));
    expect((await fetchBundle(one, CURRENT, { range: `bytes=${String(bytes.length)}-` })).status).toBe(416);
    expect((await fetchBundle(one, CURRENT, { range: 'bytes=1000-', 'if-range': '"other"' })).status).toBe(200);
    // PV7: the size is that of its class.
    expect((await (await fetchBundle(two)).arrayBuffer()).byteLength).toBe(bytes.length);
  });

  it('PV8 ends with its period; what was stored for it is erased', async () => {
    const [one] = await served();
    bench.clock.advance(WEEK_MILLIS);
    expect(codeOf(await fetchBundle(one))).toEqual([404, '400-74']);
    await host.close();
    const settings = praAuthority.settings.parse({ minimumDevices: 3 });
    dataSource = await openDataSource({
      url: await (await postgres()).instanceUrl(`pra-${String(databases - 1)}`),
      instance: 'a-pra',
      entities: [LineReplayEntity, ...praAuthority.entities],
      migrations: [LineReplay1700000000000, ...praAuthority.migrations],
    });
    queues = directQueues();
    pra = await bench.contextFor('a-pra', { dataSource, queues });
    host = await hostAuthority(praAuthority, pra, settings, { host: '127.0.0.1', port: 0 });
    expect([await count('requests'), await count('items'), await count('granted_periods')]).toEqual([0, 0, 0]);
  });
});

describe('a misbehaviour report', () => {
  const body = (): Uint8Array => systemRandom.bytes(3000);

  it('RV1 reaches the MA unread, under a handle of the week and nothing else', async () => {
    const [one, two] = (await devices(2)) as [TestDevice, TestDevice];
    const bodies = [body(), body(), body()];
    for (const [n, bytes] of bodies.entries()) {
      expect((await report(n < 2 ? one : two, bytes)).status).toBe(202);
    }
    await queues.settled();
    expect(seen.reports.map(({ report: bytes }) => hex(bytes)).sort()).toEqual(bodies.map(hex).sort());
    expect(new Set(seen.reports.map(({ handle }) => hex(handle))).size).toBe(2);
    expect(seen.reports.every(({ week, bucket }) => week === CURRENT && bucket === 'medium')).toBe(true);
    expect(await count('report_outbox')).toBe(0);
  });

  it('RV1 leaves no enrolment hash beside a report that waits', async () => {
    mood.ma = 'mute';
    const [one] = (await devices(1)) as [TestDevice];
    expect((await report(one, body())).status).toBe(202);
    await queues.settled();
    const [row] = await dataSource.query('SELECT * FROM report_outbox');
    expect(JSON.stringify(row)).not.toContain(hex(sm3(one.certificate.bytes)));
    expect(Object.keys(row).sort()).toEqual([
      'attempts',
      'bucket',
      'due_millis',
      'handle',
      'report',
      'report_id',
      'week',
    ]);
    delete mood.ma;
    bench.clock.advance(60_000);
    await tick();
    expect([seen.reports.length, await count('report_outbox')]).toEqual([1, 0]);
  });

  it('PR4 is taken once: the same upload again is the same, the header for another is refused', async () => {
    const [one] = (await devices(1)) as [TestDevice];
    const header = headerOf(sealedTo(await signedDownload(one.signer, REPORT_FILENAME, now()), pra.certificate));
    const bytes = body();
    const send = (content: Uint8Array): Promise<Response> => post(REPORT_PATH, content, { [DOWNLOAD_HEADER]: header });
    expect([(await send(bytes)).status, (await send(bytes)).status]).toEqual([202, 202]);
    expect(codeOf(await send(body()))).toEqual([400, '400-77']);
    await queues.settled();
    expect(seen.reports.length).toBe(1);
  });

  it('PR16 is bounded in size and in number, and asks who sends it', async () => {
    const [one, two] = (await devices(2)) as [TestDevice, TestDevice];
    expect(codeOf(await report(one, new Uint8Array(65_537)))).toEqual([413, '400-42']);
    expect(codeOf(await post(REPORT_PATH, body()))).toEqual([400, '400-42']);
    const download = headerOf(sealedTo(await signedDownload(one.signer, 'x.zip', now()), pra.certificate));
    expect(codeOf(await post(REPORT_PATH, body(), { [DOWNLOAD_HEADER]: download }))).toEqual([400, '400-74']);
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) statuses.push((await report(one, body())).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429]);
    expect((await report(two, body())).status).toBe(202);
    bench.clock.advance(60_000);
    expect((await report(one, body())).status).toBe(202);
  });
});

describe('an approved case', () => {
  const caseId = systemRandom.bytes(16);
  const target = approvalTarget(systemRandom.bytes(16), systemRandom.bytes(32));

  async function approval(signers: number, changes: { action?: string; target?: Uint8Array } = {}): Promise<Approval> {
    const scope = {
      caseId,
      action: 'blacklist',
      addressee: hashedId8(pra.certificate),
      target,
      nonce: systemRandom.bytes(16),
      expiry: time32FromMillis(now() + 3_600_000),
      ...changes,
    };
    let signed = newApproval(scope);
    for (const operator of bench.operators.slice(0, signers)) signed = await addSignature(signed, operator);
    return signed;
  }

  function statement(hash: Uint8Array, by = 'a-pca'): Promise<Uint8Array> {
    const value = { caseId, target, itemHash: hash, pra: pra.hostname };
    return signData(encode(PcaStatement, value), { psid: ccsa.aid.management }, bench.member(by).signer);
  }

  async function blacklist(
    signed: Approval,
    pcaStatement: Uint8Array,
    as = 'a-ma',
  ): Promise<DeviceBlacklisted | Refused> {
    const caller = await bench.contextFor(as);
    const peer = { address: url(`/lines/${maPraInvestigation.name}`), hostname: pra.hostname };
    return callLine(maPraInvestigation, peer, caller.identity, httpTransport()).blacklist({
      approval: signed,
      pcaStatement,
    });
  }

  const itemsOf = async ({ hash8 }: Asked): Promise<Buffer[]> =>
    (
      await dataSource.query(
        'SELECT t.item_hash FROM items t JOIN requests r USING (request_id) WHERE substring(r.request_hash FROM 25) = $1',
        [Buffer.from(hash8)],
      )
    ).map((row: { item_hash: Buffer }) => row.item_hash);

  const reason = (outcome: DeviceBlacklisted | Refused): unknown => (isRefused(outcome) ? outcome.reason : outcome);

  it('RV3 refuses the MA without two approvals, for another action, twice, and any other caller', async () => {
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    const proof = await statement(hash);
    expect(reason(await blacklist(await approval(0), proof))).toBe('approval-signatures');
    expect(reason(await blacklist(await approval(1), proof))).toBe('approval-signatures');
    expect(reason(await blacklist(await approval(2, { action: 'identify' }), proof))).toBe('approval-scope');
    for (const other of ['a-pca', 'a-la1', 'b-ma']) {
      await expect(blacklist(await approval(2), proof, other)).rejects.toThrow(LineFailure);
    }
    expect(await count('blacklist')).toBe(0);
    const good = await approval(2);
    expect(isRefused(await blacklist(good, proof))).toBe(false);
    expect(reason(await blacklist(good, proof))).toBe('approval-used');
  });

  it('RV4 RV5 refuses a statement by another, for another target, and an unknown item; the approval stays good', async () => {
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    const good = await approval(2);
    expect(reason(await blacklist(good, await statement(hash, 'b-pca')))).toBe('statement-signer');
    expect(reason(await blacklist(good, await statement(systemRandom.bytes(32))))).toBe('item-unknown');
    expect(reason(await blacklist(await approval(2, { target: systemRandom.bytes(32) }), await statement(hash)))).toBe(
      'statement-scope',
    );
    expect([await count('blacklist'), await count('used_approvals')]).toEqual([0, 0]);
    expect(isRefused(await blacklist(good, await statement(hash)))).toBe(false);
    expect([await count('blacklist'), await count('used_approvals')]).toEqual([1, 1]);
  });

  it('hands over the handles of all chains of the device, each for its LA', async () => {
    const [one] = await served(2);
    const [hash] = (await itemsOf(one)) as [Buffer];
    const outcome = (await blacklist(await approval(2), await statement(hash))) as DeviceBlacklisted;
    expect(outcome.chains.length).toBe(1);
    const [chain] = outcome.chains;
    expect([chain?.iMax, chain?.jMax]).toEqual([CURRENT + 1, 20]);
    for (const [n, bytes] of [chain?.la1Statement, chain?.la2Statement].entries()) {
      const signed = asSignedData(bytes as Uint8Array);
      expect(signed && isSignedWith(signed, pra.certificate)).toBe(true);
      const said = decode(PraStatement, (signed && signedPayload(signed)) as Uint8Array);
      expect(said).toMatchObject({ caseId, target, laId: Uint8Array.of(0, n + 1), iMax: CURRENT + 1, jMax: 20 });
    }
  });

  it('RV6 a blocked device gets no more requests, downloads or reports; the others go on (RV9)', async () => {
    const [one, two] = await served(2);
    const [hash] = (await itemsOf(one)) as [Buffer];
    await blacklist(await approval(2), await statement(hash));
    bench.clock.advance(1000);
    expect(codeOf((await ask(one.device)).response)).toEqual([400, '400-20']);
    expect(codeOf(await post(AUTHORIZATION_PATH, sealedTo(one.opened, pra.certificate)))).toEqual([400, '400-20']);
    expect(codeOf(await fetchBundle(one))).toEqual([400, '400-20']);
    expect(codeOf(await report(one.device, Uint8Array.of(1)))).toEqual([400, '400-20']);
    expect((await fetchBundle(two)).status).toBe(200);
  });

  it('BI10 nothing is issued for a device that was blocked between its request and the shuffle', async () => {
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    // The next week of the same device waits in the pool for a third device.
    const again = async (device: TestDevice): Promise<void> => {
      const content = requestContent(device, now(), 1);
      const start = time32FromMillis(periodStartMillis(ccsa.epochMillis, CURRENT + 1));
      const tbsCert = { ...content.tbsCert, validityPeriod: { ...content.tbsCert.validityPeriod, start } };
      const opened = await signedRequest({ ...content, tbsCert }, device.signer);
      expect((await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate))).status).toBe(202);
    };
    const [two, three, four] = (await devices(3)) as [TestDevice, TestDevice, TestDevice];
    await again(one.device);
    await again(two);
    await queues.settled();
    expect(await count('items', "state = 'pooled'")).toBe(40);
    const outcome = (await blacklist(await approval(2), await statement(hash))) as DeviceBlacklisted;
    expect(outcome.chains.length).toBe(2);
    expect(await count('items', "state = 'pooled'")).toBe(20);
    await again(three);
    await queues.settled();
    expect(seen.batches.length).toBe(1);
    await again(four);
    await queues.settled();
    expect(seen.batches.map(({ length }) => length)).toEqual([60, 60]);
    expect(
      await count(
        'items t JOIN requests r USING (request_id)',
        `t.i = ${String(CURRENT + 1)} AND EXISTS (SELECT 1 FROM blacklist b WHERE b.ec_hash = r.ec_hash)`,
      ),
    ).toBe(0);
  });

  it('BI10 a batch that was formed but not sent is taken apart; one that was sent is not', async () => {
    mood.pca = 'mute';
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    await blacklist(await approval(2), await statement(hash));
    expect([await count('batches'), await count('items', "state = 'batched'")]).toEqual([1, 60]);
    // As if the worker had died between forming and sending.
    await dataSource.query("UPDATE batches SET state = 'formed'");
    await blacklist(await approval(2), await statement(hash));
    expect([await count('batches'), await count('items', "state = 'pooled'"), await count('items')]).toEqual([
      0, 40, 40,
    ]);
  });

  it('BI10 a request that waits for the LAs is not expanded any more', async () => {
    const [one] = await served();
    const [hash] = (await itemsOf(one)) as [Buffer];
    mood.la1 = 'mute';
    const content = requestContent(one.device, now(), 1);
    const start = time32FromMillis(periodStartMillis(ccsa.epochMillis, CURRENT + 1));
    const tbsCert = { ...content.tbsCert, validityPeriod: { ...content.tbsCert.validityPeriod, start } };
    const opened = await signedRequest({ ...content, tbsCert }, one.device.signer);
    await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate));
    await queues.settled();
    await blacklist(await approval(2), await statement(hash));
    delete mood.la1;
    bench.clock.advance(60_000);
    await tick();
    expect([await count('requests', "state = 'blocked'"), await count('items')]).toEqual([1, 60]);
  });
});
