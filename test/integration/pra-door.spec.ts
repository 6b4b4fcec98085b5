/** The PRA's door for devices: what it costs to be refused, how often one may come, and that nothing counts twice. */
import type pg from 'pg';
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { asEncryptedData, encodeEncrypted } from '#credentials/sealing.js';
import { unsecured } from '#credentials/signed-data.js';
import { AUTHORIZATION_PATH, bundleName, DOWNLOAD_HEADER, DOWNLOAD_PATH } from '#edges/ee-pra/provisioning.js';
import { enrol } from '#device/enrolment.js';
import type { Fetch } from '#device/http.js';
import { keepSupplied } from '#device/supply.js';
import { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { anyBirth, DoubleHouse } from '../../libs/device/src/house.fixture.js';
import {
  headerOf,
  newDevice,
  requestContent,
  sealedTo,
  signedDownload,
  signedRequest,
  type TestDevice,
} from '../../apps/pra/src/device.fixture.js';
import {
  ask,
  bench,
  codeOf,
  count,
  CURRENT,
  dataSource,
  devices,
  fetchBundle,
  issued,
  mood,
  now,
  post,
  pra,
  queues,
  restartPra,
  seen,
  served,
  standPra,
  tick,
  url,
  type Asked,
} from './pra-house.fixture.js';

const DOOR = { requestsAtOnce: 3, requestsAWeek: 7, minimumDownloadWaitSeconds: 60, rangesADownload: 3 };
const DAY_MILLIS = 86_400_000;

standPra({ door: DOOR });

const oneDevice = async (): Promise<TestDevice> => (await devices(1))[0] as TestDevice;
const retryAfter = (response: Response): number => Number(response.headers.get('retry-after'));
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const getBundle = (filename: string, headers: Record<string, string>): Promise<Response> =>
  fetch(url(`${DOWNLOAD_PATH}?filename=${filename}`), { headers });

/** Everything that the PRA keeps, as text: two equal texts are equal tables. */
async function tables(): Promise<string> {
  const texts: string[] = [];
  const names: { tablename: string }[] = await dataSource.query(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'line_replay' ORDER BY 1`,
  );
  for (const { tablename } of names) {
    const rows = await dataSource.query(`SELECT t::text AS row FROM "${tablename}" t ORDER BY 1`);
    texts.push(tablename, ...rows.map(({ row }: { row: string }) => row));
  }
  expect(names.length).toBeGreaterThan(8);
  return texts.join('\n');
}

/** Counts what the door does for whoever knocks, from now on. */
function watched(): { unwraps: number; statements: number } {
  const seenWork = { unwraps: 0, statements: 0 };
  const { unwrap } = pra.identity;
  Object.assign(pra.identity, {
    unwrap: (...args: Parameters<typeof unwrap>) => {
      seenWork.unwraps++;
      return unwrap(...args);
    },
  });
  // Every statement, TypeORM's too, is one of a connection of this pool.
  const { master } = dataSource.driver as unknown as { master: pg.Pool };
  master.on('acquire', () => seenWork.statements++);
  return seenWork;
}

describe('PR16 what it costs the door to refuse', () => {
  // Nothing but the door works in this process.
  beforeEach(() => restartPra({ door: DOOR, work: false }));

  it('neither private key nor table for garbage of any size, and for what is plain or for another', async () => {
    const device = await oneDevice();
    const plain = await signedRequest(requestContent(device, now()), device.signer);
    const short = asEncryptedData(sealedTo(plain, pra.certificate));
    if (short === undefined) throw new Error('not sealed');
    const ciphertext = {
      kind: 'sm4Ccm',
      value: { nonce: new Uint8Array(12), ccmCiphertext: new Uint8Array(15) },
    } as const;
    const filename = bundleName(new Uint8Array(8), CURRENT);
    const done = watched();
    const bodies = [
      new Uint8Array(),
      plain,
      sealedTo(plain, bench.member('a-pca').certificate),
      encodeEncrypted({ ...short, ciphertext }),
      encodeEncrypted({ ...short, recipients: [] }),
      systemRandom.bytes(65_000),
      // A length that promises four gigabytes.
      Uint8Array.of(3, 0x82, 1, 0x84, 0xff, 0xff, 0xff, 0xff),
      // An envelope of the right form, longer than any request.
      sealedTo(encode(V2XSecData, unsecured(new Uint8Array(9000))), pra.certificate),
      ...Array.from({ length: 200 }, (_, n) => systemRandom.bytes(n * 7)),
    ];
    const statuses = new Set<number>();
    for (const body of bodies) statuses.add((await post(AUTHORIZATION_PATH, body)).status);
    const headers = [undefined, '', 'A'.repeat(5000), '=', ...bodies.slice(1, 5).map(headerOf)];
    for (let n = 0; n < 50; n++) headers.push(headerOf(systemRandom.bytes(n * 9)));
    for (const header of headers) {
      const response = await getBundle(filename, header === undefined ? {} : { [DOWNLOAD_HEADER]: header });
      statuses.add(response.status);
    }
    for (const name of ['', 'x', '../etc/passwd', `${'0'.repeat(16)}_.zip`, bundleName(new Uint8Array(8), CURRENT - 1)])
      statuses.add(
        (await getBundle(encodeURIComponent(name), { [DOWNLOAD_HEADER]: headerOf(bodies[2] ?? plain) })).status,
      );
    expect([...statuses].sort()).toEqual([400, 404, 413]);
    expect(done).toEqual({ unwraps: 0, statements: 0 });
  });

  it('one unwrap and no table for who has no enrolment certificate of ours', async () => {
    const foreign = await newDevice(bench, { issuer: bench.member('b-eca').signer });
    const { signer } = bench.member('a-eca');
    const forged = await newDevice(bench, { issuer: { ...signer, sign: bench.member('a-pca').signer.sign } });
    const done = watched();
    for (const device of [foreign, forged]) {
      expect(codeOf((await ask(device)).response)).toEqual([400, '400-40']);
      expect(codeOf(await fetchBundle({ device, hash8: new Uint8Array(8) } as Asked))).toEqual([400, '400-40']);
    }
    expect(done).toEqual({ unwraps: 4, statements: 0 });
  });

  it('one look into the tables and no change for a signature that is not its device’s', async () => {
    const [one, other] = (await devices(2)) as [TestDevice, TestDevice];
    const forged = { ...one, signer: { certificate: one.certificate, sign: other.signer.sign } };
    const before = await tables();
    const done = watched();
    for (let n = 0; n < 5; n++) expect(codeOf((await ask(forged)).response)).toEqual([400, '400-43']);
    // And two in a second for how much is owed.
    expect(done).toEqual({ unwraps: 5, statements: 7 });
    expect(await tables()).toBe(before);
    // Nor was anything taken from the one in whose name it came.
    expect((await ask(one)).response.status).toBe(202);
  });
});

describe('PR16 how often a device may come', () => {
  /** Signed rightly, and asking for too many weeks: refused, but not for nothing. */
  const askTooMuch = async (device: TestDevice): Promise<Response> => (await ask(device, 5)).response;

  it('is counted in requests, whatever becomes of them, says when to come again, and is not forgotten at a restart', async () => {
    const device = await oneDevice();
    const outcomes: unknown[] = [];
    for (let n = 0; n < 4; n++) outcomes.push(codeOf(await askTooMuch(device)));
    expect(outcomes).toEqual([...Array.from({ length: 3 }, () => [400, '400-35']), [400, '400-79']]);
    await restartPra();
    const early = await askTooMuch(device);
    expect(codeOf(early)).toEqual([400, '400-79']);
    expect(retryAfter(early)).toBe(DAY_MILLIS / 1000);
    expect(codeOf((await ask(await oneDevice())).response)).toEqual([202, null]);
    bench.clock.advance(DAY_MILLIS - 1000);
    expect(retryAfter(await askTooMuch(device))).toBe(1);
    bench.clock.advance(1000);
    expect(codeOf((await ask(device)).response)).toEqual([202, null]);
  });

  it('of twenty requests at once takes as many as the allowance', async () => {
    const device = await oneDevice();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => askTooMuch(device)));
    const codes = outcomes.map((response) => codeOf(response)[1]);
    expect(codes.filter((code) => code === '400-35')).toHaveLength(3);
    expect(codes.filter((code) => code === '400-79')).toHaveLength(17);
    for (const response of outcomes)
      if (codeOf(response)[1] === '400-79') expect(retryAfter(response)).toBeGreaterThan(0);
  });

  it('counts open requests and granted weeks one after another, also of many at once', async () => {
    await restartPra({ door: { ...DOOR, requestsAtOnce: 50 }, maximumOutstanding: 2, work: false });
    const askFor = async (device: TestDevice, week: number, n = 0): Promise<string | null> => {
      const content = requestContent(device, now() - n * 1000, 1);
      const start = time32FromMillis(periodStartMillis(ccsa.epochMillis, CURRENT + week));
      const tbsCert = { ...content.tbsCert, validityPeriod: { ...content.tbsCert.validityPeriod, start } };
      const opened = await signedRequest({ ...content, tbsCert }, device.signer);
      const response = await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate));
      return response.status === 202 ? 'taken' : codeOf(response)[1];
    };
    const [one, other] = (await devices(2)) as [TestDevice, TestDevice];
    const weeks = await Promise.all([0, 1, 2, 3, 4].map((week) => askFor(one, week)));
    expect(weeks.sort()).toEqual(['400-79', '400-79', '400-79', 'taken', 'taken']);
    const same = await Promise.all(Array.from({ length: 12 }, (_, n) => askFor(other, 0, n)));
    expect(same.sort()).toEqual([...Array.from({ length: 11 }, () => '400-710'), 'taken']);
    expect([await count('requests'), await count('granted_periods')]).toEqual([3, 3]);
  });

  it('PR4 a repeat takes nothing, also from who has no allowance left', async () => {
    const device = await oneDevice();
    const first = await ask(device);
    await askTooMuch(device);
    await askTooMuch(device);
    expect(codeOf(await askTooMuch(device))).toEqual([400, '400-79']);
    const again = await post(AUTHORIZATION_PATH, sealedTo(first.opened, pra.certificate));
    expect([again.status, await bytesOf(again)]).toEqual([202, await bytesOf(first.response)]);
  });

  it('is not erased while it counts, and erased when it is whole again', async () => {
    const device = await oneDevice();
    await askTooMuch(device);
    await restartPra();
    expect(await count('request_allowances')).toBe(1);
    bench.clock.advance(7 * DAY_MILLIS);
    await restartPra();
    expect(await count('request_allowances')).toBe(0);
  });
});

describe('PR16 how often a bundle is given', () => {
  it('once in a while, says when, and remembers it at a restart', async () => {
    const [one, two] = await served();
    const first = await fetchBundle(one);
    const bytes = await bytesOf(first);
    const etag = first.headers.get('etag') as string;
    await restartPra();
    const again = await fetchBundle(one);
    expect([...codeOf(again), retryAfter(again)]).toEqual([400, '400-76', 60]);
    expect((await again.arrayBuffer()).byteLength).toBe(0);
    // What costs nobody a copy does not wait, and nobody waits for another.
    expect((await fetchBundle(one, CURRENT, { 'if-none-match': etag })).status).toBe(304);
    expect((await fetchBundle(one, CURRENT, { range: `bytes=${String(bytes.length)}-` })).status).toBe(416);
    expect((await fetchBundle(two)).status).toBe(200);
    bench.clock.advance(60_000);
    const later = await fetchBundle(one);
    expect([later.status, await bytesOf(later)]).toEqual([200, bytes]);
  });

  it('in as many pieces as a bad connection needs, and no more', async () => {
    const [one] = await served();
    await fetchBundle(one);
    const outcomes: unknown[] = [];
    for (let n = 1; n <= 4; n++)
      outcomes.push(codeOf(await fetchBundle(one, CURRENT, { range: `bytes=${String(n)}-` })));
    expect(outcomes).toEqual([
      [206, null],
      [206, null],
      [206, null],
      [400, '400-76'],
    ]);
    expect(codeOf(await fetchBundle(one, CURRENT, { range: 'bytes=0-' }))).toEqual([400, '400-76']);
    bench.clock.advance(60_000);
    expect((await fetchBundle(one, CURRENT, { range: 'bytes=5-' })).status).toBe(206);
  });

  it('once, to who asks twenty times at the same moment', async () => {
    const [one] = await served();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => fetchBundle(one)));
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(outcomes.filter((response) => codeOf(response)[1] === '400-76')).toHaveLength(19);
  });

  it('and forgets it with the period', async () => {
    const [one] = await served();
    await fetchBundle(one);
    expect(await count('fetched_bundles')).toBe(1);
    bench.clock.advance(7 * DAY_MILLIS);
    await restartPra();
    expect(await count('fetched_bundles')).toBe(0);
  });
});

describe('PR16 a door behind which too much is owed', () => {
  it('refuses what is new with a time to come again, serves what was taken, and opens when it is done; nothing is lost', async () => {
    await restartPra({ door: { ...DOOR, maximumOwedItems: 60 } });
    mood.pca = 'mute';
    const taken = await served();
    const late = await oneDevice();
    const before = await tables();
    const busy = await ask(late);
    expect(codeOf(busy.response)).toEqual([503, null]);
    expect(retryAfter(busy.response)).toBeGreaterThanOrEqual(30);
    expect(retryAfter(busy.response)).toBeLessThanOrEqual(60);
    expect(await tables()).toBe(before);
    const repeat = await post(AUTHORIZATION_PATH, sealedTo(taken[0].opened, pra.certificate));
    expect(repeat.status).toBe(202);
    expect(codeOf(await fetchBundle(taken[0]))).toEqual([404, null]);
    delete mood.pca;
    bench.clock.advance(60_000);
    await tick();
    for (const one of taken) expect((await fetchBundle(one)).status).toBe(200);
    // The refused device sends the same bytes again: they are still young enough.
    expect((await post(AUTHORIZATION_PATH, sealedTo(busy.opened, pra.certificate))).status).toBe(202);
    expect(issued.size).toBe(60);
  });

  it('is refused before its signature is looked at', async () => {
    await restartPra({ door: { ...DOOR, maximumOwedItems: 60 } });
    mood.pca = 'mute';
    await served();
    const [one, other] = (await devices(2)) as [TestDevice, TestDevice];
    const forged = { ...one, signer: { certificate: one.certificate, sign: other.signer.sign } };
    expect(codeOf((await ask(forged)).response)).toEqual([503, null]);
  });
});

describe('PR16 a device before a door that is full', () => {
  it('waits as it is told, asks with the same bytes, and is taken; its weeks are owed once', async () => {
    await restartPra({ door: { ...DOOR, maximumOwedItems: 60 } });
    const house = await DoubleHouse.build({ bench });
    // Its ECA is a double, its PRA is the real one.
    const toPra: Fetch = (address, init) =>
      address.startsWith('double://pra')
        ? fetch(url(address.slice('double://pra'.length)), init)
        : house.fetch(address, init);
    const car = await house.device({ fetch: toPra, timeoutMillis: 10_000 });
    expect(await enrol(car, anyBirth)).toHaveProperty('bytes');
    mood.pca = 'mute';
    await served();
    const plan = { weeks: 2, askBelow: 1 };
    const refused = await keepSupplied(car, plan);
    expect(refused.asked).toMatchObject({ reason: 'authority-refused', code: '503' });
    const waitSeconds = (refused.nextMillis - now()) / 1000;
    expect([waitSeconds >= 30, waitSeconds <= 121]).toEqual([true, true]);
    expect([(await keepSupplied(car, plan)).asked, await count('requests')]).toEqual([undefined, 3]);
    delete mood.pca;
    bench.clock.set(Math.max(refused.nextMillis, now() + 60_000));
    await tick();
    const taken = await keepSupplied(car, plan);
    expect(taken.asked).toMatchObject({ kind: 'acknowledged', iMin: CURRENT, certificates: 40 });
    expect(taken.fetched.get(CURRENT)).toMatchObject({ reason: 'not-yet', retryAfterSeconds: 5 });
    await keepSupplied(car, plan);
    expect([await count('requests'), await count('granted_periods')]).toEqual([4, 5]);
  });
});

describe('PR4 what comes twice, late or in another place changes nothing', () => {
  it('a request a hundred times at once, then after its window, after a restart, and after its bundle', async () => {
    const device = await oneDevice();
    const opened = await signedRequest(requestContent(device, now()), device.signer);
    const bodies = Array.from({ length: 100 }, () => sealedTo(opened, pra.certificate));
    const answers = await Promise.all(bodies.map((body) => post(AUTHORIZATION_PATH, body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const [ack, ...others] = await Promise.all(answers.map(bytesOf));
    for (const other of others) expect(other).toEqual(ack);
    await queues.settled();
    expect([await count('requests'), seen.chains, await count('request_allowances')]).toEqual([1, 2, 1]);
    const before = await tables();
    for (const [afterMillis, restarts] of [
      [600_000, false],
      [0, true],
      [DAY_MILLIS, false],
    ] as const) {
      bench.clock.advance(afterMillis);
      if (restarts) await restartPra();
      const again = await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate));
      expect([again.status, await bytesOf(again)]).toEqual([202, ack]);
      await queues.settled();
      expect(await tables()).toBe(before);
    }
  });

  it('a stranger’s replay of a sealed request, byte for byte, gets what the device got', async () => {
    const device = await oneDevice();
    const body = sealedTo(await signedRequest(requestContent(device, now()), device.signer), pra.certificate);
    const first = await bytesOf(await post(AUTHORIZATION_PATH, body));
    await queues.settled();
    const before = await tables();
    expect(await bytesOf(await post(AUTHORIZATION_PATH, body))).toEqual(first);
    await queues.settled();
    expect(await tables()).toBe(before);
  });

  it('an old request in a new envelope after its device was refused it is as old as it was', async () => {
    const device = await oneDevice();
    const opened = await signedRequest(requestContent(device, now() - 400_000), device.signer);
    for (let n = 0; n < 2; n++) {
      const response = await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate));
      expect(codeOf(response)).toEqual([400, '400-77']);
    }
    expect(await count('requests')).toBe(0);
  });

  it('a download’s header: in its window it opens the same file and no other, afterwards nothing', async () => {
    const [one, two] = await served();
    const filename = bundleName(one.hash8, CURRENT);
    const header = headerOf(sealedTo(await signedDownload(one.device.signer, filename, now()), pra.certificate));
    const get = (name: string): Promise<Response> => getBundle(name, { [DOWNLOAD_HEADER]: header });
    const first = await bytesOf(await get(filename));
    const before = await tables();
    expect(codeOf(await get(filename))).toEqual([400, '400-76']);
    for (const name of [bundleName(two.hash8, CURRENT), bundleName(one.hash8, CURRENT + 1)])
      expect(codeOf(await get(name))).toEqual([400, '400-42']);
    expect(await tables()).toBe(before);
    bench.clock.advance(61_000);
    expect(await bytesOf(await get(filename))).toEqual(first);
    bench.clock.advance(300_000);
    expect(codeOf(await get(filename))).toEqual([400, '400-74']);
  });

  it('a message in another’s place is no message', async () => {
    const [one] = await served();
    const filename = bundleName(one.hash8, CURRENT);
    const asRequest = sealedTo(await signedDownload(one.device.signer, filename, now()), pra.certificate);
    expect(codeOf(await post(AUTHORIZATION_PATH, asRequest))).toEqual([400, '400-42']);
    const asHeader = headerOf(sealedTo(one.opened, pra.certificate));
    expect(codeOf(await getBundle(filename, { [DOWNLOAD_HEADER]: asHeader }))).toEqual([400, '400-42']);
  });

  it('a download before its request is for a file that nobody has', async () => {
    const device = await oneDevice();
    const opened = await signedRequest(requestContent(device, now()), device.signer);
    expect(codeOf(await fetchBundle({ device, hash8: hashedId8(device.certificate) } as Asked))).toEqual([404, null]);
    expect((await post(AUTHORIZATION_PATH, sealedTo(opened, pra.certificate))).status).toBe(202);
  });

  it('tags and ranges of another device’s copy are none of one’s own', async () => {
    const [one, two] = await served();
    const theirs = await fetchBundle(two);
    const etag = theirs.headers.get('etag') as string;
    const mine = await fetchBundle(one, CURRENT, { 'if-none-match': etag });
    expect(mine.status).toBe(200);
    const bytes = await bytesOf(mine);
    expect(bytes).not.toEqual(await bytesOf(theirs));
    bench.clock.advance(60_000);
    const resumed = await fetchBundle(one, CURRENT, { range: 'bytes=100-', 'if-range': etag });
    expect([resumed.status, await bytesOf(resumed)]).toEqual([200, bytes]);
  });

  it.each(['if-none-match', 'if-range'])('another device’s file stays shut, also with its tag in %s', async (name) => {
    const [one, two] = await served();
    const theirs = await fetchBundle(two);
    const headers = { [name]: theirs.headers.get('etag') as string, range: 'bytes=0-' };
    expect(codeOf(await fetchBundle(two, CURRENT, headers, one.device))).toEqual([404, null]);
  });

  it('RV6 a blocked device gets neither acknowledgement, bundle, part nor “not changed”', async () => {
    const [one] = await served();
    const etag = (await fetchBundle(one)).headers.get('etag') as string;
    await dataSource.query('INSERT INTO blacklist SELECT DISTINCT ec_hash, $1::bytea, 0, $2::bigint FROM requests', [
      Buffer.alloc(16),
      now() + DAY_MILLIS,
    ]);
    const outcomes = [
      await post(AUTHORIZATION_PATH, sealedTo(one.opened, pra.certificate)),
      await fetchBundle(one),
      await fetchBundle(one, CURRENT, { range: 'bytes=100-' }),
      await fetchBundle(one, CURRENT, { 'if-none-match': etag }),
    ];
    for (const response of outcomes) expect(codeOf(response)).toEqual([400, '400-20']);
  });
});
