/** The PRA for its devices: requests, the way to the bundle, downloads. */
import { unzipSync } from 'fflate';
import { decode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { periodStartMillis, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { asSignedData, isSignedWith, signedPayload } from '#credentials/signed-data.js';
import { AUTHORIZATION_PATH, bundleName, DOWNLOAD_HEADER, DOWNLOAD_PATH } from '#edges/ee-pra/provisioning.js';
import { itemHash } from '#edges/pca-pra/issue-batch.js';
import { RaAcaCertRequest, ScmsPdu } from '#wire/scms-pdu.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
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
  CURRENT,
  bench,
  pra,
  dataSource,
  queues,
  seen,
  mood,
  issued,
  url,
  codeOf,
  devices,
  count,
  pooled,
  batched,
  now,
  post,
  ask,
  fetchBundle,
  served,
  tick,
  restartPra,
  standPra,
} from './pra-house.fixture.js';

standPra();

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
    expect([await count('requests'), await pooled(), seen.chains]).toEqual([1, 60, 2]);
  });

  it('refuses another request for a period that was granted, and keeps the first', async () => {
    const [device] = (await devices(1)) as [TestDevice];
    expect((await ask(device, 2)).response.status).toBe(202);
    bench.clock.advance(1000);
    expect(codeOf((await ask(device, 1)).response)).toEqual([400, '400-710']);
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
    expect(await count('answers')).toBe(60);
  });

  it('PR11 gives each device its own 20 answers a period in their places', async () => {
    const asked = await served(2);
    expect(seen.batches.map(({ length }) => length)).toEqual([60, 60]);
    const before = now();
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
        bench.clock.set(before);
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
    const rows = await dataSource.query('SELECT request_id, item_hash FROM handles');
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
    expect([await count('requests', "state = 'accepted'"), await count('asked_keys')]).toEqual([3, 0]);
    delete mood.la1;
    await tick();
    expect(await count('asked_keys')).toBe(0);
    bench.clock.advance(60_000);
    await tick();
    expect(await count('answers')).toBe(60);
  });

  it('LK4 does not take values of one LA for those of two', async () => {
    mood.la1 = 'as-la2';
    await served();
    expect([await count('requests', "state = 'accepted'"), await count('asked_keys')]).toEqual([3, 0]);
  });

  it('PR15 sends a mute PCA the very same items again, and each is issued once', async () => {
    mood.pca = 'mute';
    const asked = await served();
    bench.clock.advance(60_000);
    await tick();
    expect(await count('answers')).toBe(0);
    delete mood.pca;
    bench.clock.advance(60_000);
    await tick();
    const [first, ...others] = seen.batches;
    expect(others.length).toBe(2);
    for (const other of others) expect(other.map(hex)).toEqual(first?.map(hex));
    expect([issued.size, await count('answers'), await count('batches')]).toEqual([60, 60, 0]);
    expect((await fetchBundle(asked[0])).status).toBe(200);
  });

  it('PR16 makes no more items while a slow PCA is too far behind, and loses no request', async () => {
    await restartPra({ maximumPooledItems: 60 });
    mood.pca = 'mute';
    await served();
    await served();
    expect([await batched(), await count('requests', "state = 'accepted'"), await count('asked_keys')]).toEqual([
      60, 3, 60,
    ]);
    delete mood.pca;
    bench.clock.advance(60_000);
    // The PCA catches up, and the next look at what is due finds the three.
    while ((await count('answers')) < 120) await tick();
    expect(await count('requests', "state = 'accepted'")).toBe(0);
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
    expect(await count('answers')).toBe(60);
    const times = seen.batches.map(([item]) => decode(RaAcaCertRequest, item as Uint8Array).generationTime);
    expect(times.at(-1)).toBeGreaterThan(times[0] as number);
  });

  it('PR5 asks for no cocoon key twice: a second device with the same caterpillar keys gets nothing', async () => {
    const [one, two] = (await devices(2)) as [TestDevice, TestDevice];
    await ask(one);
    await ask({ ...two, keys: one.keys });
    await queues.settled();
    expect([await count('requests', "state = 'refused'"), await pooled(), await count('asked_keys')]).toEqual([
      1, 20, 20,
    ]);
  });

  it('PR4 keeps nothing that was needed only on the way: no caterpillar, no cocoon key, no value, no batch', async () => {
    await served();
    expect([await count('pool'), await count('batches'), await count('answers')]).toEqual([0, 0, 60]);
    expect(await count('requests', 'sealed_caterpillar IS NOT NULL')).toBe(0);
  });
});

describe('a download', () => {
  it('gives a device its own files only, and tells no more of others than of none', async () => {
    const [one, two] = await served();
    expect(codeOf(await fetchBundle(one, CURRENT, {}, two.device))).toEqual([404, null]);
    expect(codeOf(await fetchBundle(one, CURRENT + 1))).toEqual([404, null]);
    expect(codeOf(await fetchBundle({ ...one, hash8: new Uint8Array(8) }))).toEqual([404, null]);
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
    expect(codeOf(await get(headerOf(sealedTo(signed, pra.certificate))))).toEqual([400, '400-42']);
    const old = await signedDownload(one.device.signer, filename, now() - 400_000);
    expect(codeOf(await get(headerOf(sealedTo(old, pra.certificate))))).toEqual([400, '400-74']);
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
    expect([...codeOf(soon), soon.headers.get('retry-after')]).toEqual([404, null, '5']);
    const early = await fetchBundle(asked, CURRENT + 2);
    const seconds = Number(early.headers.get('retry-after'));
    expect(codeOf(early)).toEqual([404, null]);
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
    bench.clock.advance(60_000);
    expect((await fetchBundle(one, CURRENT, { range: 'bytes=1000-', 'if-range': '"other"' })).status).toBe(200);
    // PV7: the size is that of its class.
    expect((await (await fetchBundle(two)).arrayBuffer()).byteLength).toBe(bytes.length);
  });

  it('PV8 ends with its period; what was stored for it is erased', async () => {
    const [one] = await served();
    bench.clock.advance(WEEK_MILLIS);
    expect(codeOf(await fetchBundle(one))).toEqual([404, null]);
    await restartPra();
    expect([await count('requests'), await count('answers'), await count('granted_periods')]).toEqual([0, 0, 0]);
    expect([await count('handles'), await count('asked_keys')]).toEqual([0, 0]);
  });
});
