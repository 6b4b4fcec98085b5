/** The ARA and the ACA on real databases, over HTTP and a real line: from a sealed request to a certificate, once. */
import { jest } from '@jest/globals';
import { acaAuthority } from '#apps/aca/src/aca.authority.js';
import { ARA_OPERATOR, araAuthority, type AraOperator } from '#apps/ara/src/ara.authority.js';
import {
  applicationRequest,
  circle,
  downloadHeader,
  newKeys,
  newUnit,
  sealedTo,
  type RequestChange,
  type TestKeys,
  type TestUnit,
} from '#apps/ara/src/device.fixture.js';
import { unzipSync } from 'fflate';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { certificateHash, verificationKeyOf } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import { asSignedData, isSignedWith, signedPayload, unsecuredBytes } from '#credentials/signed-data.js';
import { emergencyPermission } from '#credentials/special-vehicle.js';
import { LineFailure } from '#edge/transport.js';
import { acaAra } from '#edges/aca-ara/issue-application.js';
import {
  APPLICATION_DOWNLOAD_HEADER,
  APPLICATION_ERROR_HEADER,
  APPLICATION_PATH,
  applicationBundleName,
  applicationItemName,
} from '#edges/ee-ara/application.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, WORK, type AuthorityContext, type Lines } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { DataSource } from 'typeorm';
import { authorityBench, BENCH_START, directQueues, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('the ARA', () => {
  // A server and twenty authorities on a busy machine: longer than jest's five seconds.
  jest.setTimeout(60_000);
  const postgres = withPostgres(endUsers);
  let bench: Bench;
  let ara: HostedAuthority;
  let aca: HostedAuthority;
  let tables: DataSource;
  let acaTables: DataSource;
  let queues: ReturnType<typeof directQueues>;
  let operator: AraOperator;
  let folder: string;
  let mood: 'well' | 'away' | 'mute-after-work';
  let calls: number;
  let unit: TestUnit;
  let keys: TestKeys;
  let databases = 0;

  async function database(face: typeof araAuthority | typeof acaAuthority, name: string): Promise<DataSource> {
    const url = await (await postgres()).instanceUrl(name);
    return openDataSource({ url, instance: name, entities: [...face.entities], migrations: [...face.migrations] });
  }

  beforeAll(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-ara-'));
    acaTables = await database(acaAuthority, 'a-aca');
    const araHostname = bench.member('a-ara').hostname;
    const settings = acaAuthority.settings.parse({ araHostname });
    const context = await bench.contextFor('a-aca', { dataSource: acaTables });
    aca = await hostAuthority(acaAuthority, context, settings, { host: '127.0.0.1', port: 0 });
    const line = aca.app.get<Lines>(LINES, { strict: false })[acaAra.name] as Lines[string];
    bench.switchboard.connect(bench.address('a-aca', acaAra.name), async (message) => {
      calls++;
      if (mood === 'away') throw new LineFailure('away');
      const answer = await line(message);
      if (mood === 'mute-after-work') throw new LineFailure('mute');
      return answer;
    });
  });
  async function endUsers(): Promise<void> {
    await aca.close();
    await rm(folder, { recursive: true });
  }

  beforeEach(async () => {
    bench.clock.set(BENCH_START);
    mood = 'well';
    calls = 0;
    tables = await database(araAuthority, `ara-${++databases}`);
    await startAra();
    unit = await newUnit(bench);
    keys = await newKeys();
  });
  afterEach(async () => stopAra());

  async function startAra(): Promise<void> {
    queues = directQueues();
    const context: AuthorityContext = await bench.contextFor('a-ara', { dataSource: tables, queues });
    const settings = araAuthority.settings.parse({ operatorTokenFile: join(folder, 'operator-token') });
    ara = await hostAuthority(araAuthority, context, settings, { host: '127.0.0.1', port: 0 });
    operator = ara.app.get<AraOperator>(ARA_OPERATOR, { strict: false });
  }
  async function stopAra(): Promise<void> {
    await queues.settled();
    await ara.close();
  }
  const araCertificate = (): Certificate => bench.member('a-ara').certificate;

  interface Reply {
    readonly status: number;
    readonly code: string | null;
    readonly body: Uint8Array;
  }
  async function replyOf(response: Response): Promise<Reply> {
    const body = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, code: response.headers.get(APPLICATION_ERROR_HEADER), body };
  }
  const at = (path: string): string => `http://127.0.0.1:${ara.port}${path}`;

  async function post(body: Uint8Array): Promise<Reply> {
    const headers = { 'content-type': 'application/octet-stream' };
    const done = await replyOf(
      await fetch(at(APPLICATION_PATH), { method: 'POST', headers, body: new Uint8Array(body) }),
    );
    await queues.settled();
    return done;
  }

  async function ask(
    change: RequestChange = {},
    by = unit,
    forKeys = keys,
  ): Promise<Reply & { hash: Uint8Array; sent: Uint8Array }> {
    const { envelope, requestHash } = await applicationRequest(by, forKeys, bench.clock.nowMillis(), change);
    return { ...(await post(sealedTo(envelope, araCertificate()))), hash: requestHash, sent: envelope };
  }

  async function fetchOf(requestHash: Uint8Array, by = unit, named?: string): Promise<Reply> {
    const name = applicationBundleName(requestHash.subarray(24));
    const header = await downloadHeader(by, named ?? name, araCertificate(), bench.clock.nowMillis());
    const response = await fetch(at(`${APPLICATION_PATH}?filename=${name}`), {
      headers: { [APPLICATION_DOWNLOAD_HEADER]: header },
    });
    return replyOf(response);
  }

  async function certificateIn({ status, body }: Reply, requestHash: Uint8Array, forKeys = keys): Promise<Certificate> {
    expect(status).toBe(200);
    const files = unzipSync(body);
    const name = applicationItemName(requestHash.subarray(24));
    expect(Object.keys(files)).toEqual([name]);
    const signed = asSignedData(files[name] as Uint8Array);
    if (signed === undefined) throw new Error('not signed');
    expect(isSignedWith(signed, bench.member('a-aca').certificate)).toBe(true);
    const sealed = signedPayload(signed) as Uint8Array;
    const plain = await openSealed(sealed, encryptionKeyId(forKeys.answerKey), forKeys.unwrap, ccsa);
    const { content } = decode(ScmsPdu, unsecuredBytes(decode(V2XSecData, plain as Uint8Array)) as Uint8Array);
    if (content.kind !== 'aca-ee') throw new Error('another answer');
    return content.value.value.certificate;
  }

  const rowOf = async (requestHash: Uint8Array): Promise<Record<string, unknown>> => {
    const rows = await tables.query<Record<string, unknown>[]>('SELECT * FROM requests WHERE request_hash = $1', [
      Buffer.from(requestHash),
    ]);
    return rows[0] ?? {};
  };
  const rowCount = async (): Promise<number> =>
    ((await tables.query<{ n: number }[]>('SELECT count(*)::int AS n FROM requests'))[0] as { n: number }).n;
  const issuedCount = async (): Promise<number> =>
    ((await acaTables.query<{ n: number }[]>('SELECT count(*)::int AS n FROM issued'))[0] as { n: number }).n;
  /** Tries again what is due, as the ticking work would. */
  async function wake(): Promise<void> {
    await ara.app.get<{ wakeOwed(): Promise<void> }>(WORK, { strict: false }).wakeOwed();
    await queues.settled();
  }

  it('takes a request, acknowledges it signed, and hands out the certificate', async () => {
    const asked = await ask();
    expect(asked.status).toBe(202);
    const ack = asSignedData(asked.body);
    if (ack === undefined) throw new Error('not signed');
    expect(isSignedWith(ack, araCertificate())).toBe(true);
    expect(decode(ScmsPdu, signedPayload(ack) as Uint8Array).content).toMatchObject({
      kind: 'ee-ra',
      value: { kind: 'raEeCertAck', value: { requestHash: asked.hash.subarray(24) } },
    });
    const certificate = await certificateIn(await fetchOf(asked.hash), asked.hash);
    expect(verificationKeyOf(certificate)).toEqual(keys.publicKey);
    expect(certificate.value.toBeSigned.value).toMatchObject({
      region: circle(500),
      appPermissions: [{ psid: 113 }, { psid: 3620 }],
      validityPeriod: { duration: { kind: 'hours', value: 100 } },
    });
    expect(await rowOf(asked.hash)).toMatchObject({ state: 'answered', wanted: null, possession: null, item: null });
  });

  it('hands out an identity certificate with the emergency bit for a month at most', async () => {
    const asked = await ask({
      tbs: {
        appPermissions: [emergencyPermission(111)],
        validityPeriod: { start: 0, duration: { kind: 'years', value: 1 } },
      },
    });
    const certificate = await certificateIn(await fetchOf(asked.hash), asked.hash);
    expect(certificate.value.toBeSigned.value).toMatchObject({
      appPermissions: [emergencyPermission(111)],
      validityPeriod: { duration: { kind: 'hours', value: 720 } },
    });
  });

  describe('refuses a request, storing nothing', () => {
    async function expectRefused(reply: Promise<Reply>, code: string): Promise<void> {
      const before = [await rowCount(), await issuedCount()];
      expect(await reply).toMatchObject({ status: 400, code });
      expect([await rowCount(), await issuedCount()]).toEqual(before);
      expect(calls).toBe(0);
    }
    it('that is plain, not ours, or no message', async () => {
      const { envelope } = await applicationRequest(unit, keys, bench.clock.nowMillis());
      await expectRefused(post(envelope), '400-42');
      await expectRefused(post(sealedTo(envelope, bench.member('a-pra').certificate)), '400-41');
      await expectRefused(post(sealedTo(Uint8Array.of(1, 2), araCertificate())), '400-42');
    });
    it('PR1 of an EC of another domain', async () =>
      expectRefused(ask({}, await newUnit(bench, { issuer: bench.member('b-eca').signer })), '400-40'));
    it('PR1 of a blacklisted EC', async () => {
      await operator.block(certificateHash(unit.certificate));
      await expectRefused(ask(), '400-20');
    });
    it('PR3 that another key signed', async () =>
      expectRefused(ask({ signer: { ...unit.signer, sign: (await newUnit(bench)).signer.sign } }), '400-43'));
    it('PR6 for a key that the device does not hold', async () =>
      expectRefused(ask({ possession: (await newKeys()).sign }), '400-43'));
    it('PR10 beyond its permissions', async () =>
      expectRefused(ask({ tbs: { appPermissions: [{ psid: 114 }] } }), '400-30'));
    it('PR10 beyond its region', async () => expectRefused(ask({ tbs: { region: circle(2000) } }), '400-33'));
    it('EN6 that is old, after a restart too', async () => {
      const { envelope } = await applicationRequest(unit, keys, bench.clock.nowMillis());
      const body = sealedTo(envelope, araCertificate());
      bench.clock.advance(6 * 60_000);
      await expectRefused(post(body), '400-77');
      await stopAra();
      await startAra();
      await expectRefused(post(body), '400-77');
    });
  });

  it('a body that is too large is not opened', async () => {
    expect(await post(new Uint8Array(20_000))).toMatchObject({ status: 413, code: '400-42' });
  });

  it('PR4 serves a request once: a repeat gets the first acknowledgement, late and after a restart too', async () => {
    const asked = await ask();
    const again = (): Promise<Reply> => post(sealedTo(asked.sent, araCertificate()));
    expect((await again()).body).toEqual(asked.body);
    bench.clock.advance(HOUR);
    await stopAra();
    await startAra();
    expect((await again()).body).toEqual(asked.body);
    expect([await rowCount(), calls]).toEqual([1, 1]);
  });

  it('PR4 makes one of many sent at once', async () => {
    const { envelope } = await applicationRequest(unit, keys, bench.clock.nowMillis());
    const replies = await Promise.all(Array.from({ length: 8 }, () => post(sealedTo(envelope, araCertificate()))));
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(202));
    expect(new Set(replies.map(({ body }) => hex(body))).size).toBe(1);
    expect(await rowCount()).toBe(1);
  });

  it('BI6 asks for a key once, whoever wants it', async () => {
    await ask();
    expect(await ask({ tbs: { appPermissions: [{ psid: 113 }] } })).toMatchObject({ status: 400, code: '400-64' });
    expect(await ask({}, await newUnit(bench))).toMatchObject({ status: 400, code: '400-64' });
  });

  it('renews with a new key before the end, at most two valid at once, and again when the first has ended', async () => {
    const first = await ask();
    const second = await newKeys();
    const renewed = await ask({}, unit, second);
    expect(renewed.status).toBe(202);
    const [old, young] = [
      await certificateIn(await fetchOf(first.hash), first.hash),
      await certificateIn(await fetchOf(renewed.hash), renewed.hash, second),
    ];
    expect(certificateHash(old)).not.toEqual(certificateHash(young));
    expect(await ask({}, unit, await newKeys())).toMatchObject({ status: 400, code: '400-710' });
    // Another set of permissions is counted by itself, and so is another device.
    expect((await ask({ tbs: { appPermissions: [{ psid: 113 }] } }, unit, await newKeys())).status).toBe(202);
    expect((await ask({}, await newUnit(bench), await newKeys())).status).toBe(202);
    bench.clock.advance(101 * HOUR);
    expect((await ask({}, unit, await newKeys())).status).toBe(202);
  });

  it('EN11 renews nothing with an expired EC', async () => {
    await ask();
    bench.clock.advance(4 * 365 * DAY);
    expect((await ask({}, unit, await newKeys())).code).toMatch(/^400-(40|712)$/);
  });

  it('PR15 keeps what is owed while the ACA is away, and bounds how much that is', async () => {
    mood = 'away';
    const asked = await ask();
    expect(asked.status).toBe(202);
    expect(await fetchOf(asked.hash)).toMatchObject({ status: 404, code: '400-75' });
    for (const psids of [[113], [3620], [111]])
      await ask({ tbs: { appPermissions: psids.map((psid) => ({ psid })) } }, unit, await newKeys());
    expect(await ask({}, unit, await newKeys())).toMatchObject({ status: 400, code: '400-79' });
    mood = 'well';
    bench.clock.advance(HOUR);
    await wake();
    await certificateIn(await fetchOf(asked.hash), asked.hash);
  });

  it('BI7 sends the same item again after a lost answer, and gets the same certificate', async () => {
    mood = 'mute-after-work';
    const before = await issuedCount();
    const asked = await ask();
    const { item } = await rowOf(asked.hash);
    expect(item).toBeInstanceOf(Buffer);
    expect(await issuedCount()).toBe(before + 1);
    // A killed worker: nothing is left but the tables.
    await stopAra();
    mood = 'well';
    bench.clock.advance(HOUR);
    await startAra();
    await wake();
    await certificateIn(await fetchOf(asked.hash), asked.hash);
    expect(await issuedCount()).toBe(before + 1);
  });

  it('makes a new item when the ACA was away for days', async () => {
    mood = 'away';
    const asked = await ask();
    bench.clock.advance(3 * DAY);
    mood = 'well';
    await wake();
    bench.clock.advance(HOUR);
    await wake();
    const certificate = await certificateIn(await fetchOf(asked.hash), asked.hash);
    expect(certificate.value.toBeSigned.value.validityPeriod.duration).toEqual({ kind: 'hours', value: 100 });
  });

  it('BI10 asks nothing for a device that was blocked meanwhile, and gives it nothing', async () => {
    mood = 'away';
    const asked = await ask();
    await operator.block(certificateHash(unit.certificate));
    mood = 'well';
    calls = 0;
    bench.clock.advance(HOUR);
    await wake();
    expect(calls).toBe(0);
    expect(await rowOf(asked.hash)).toMatchObject({ state: 'blocked', answer: null });
    expect(await fetchOf(asked.hash)).toMatchObject({ status: 400, code: '400-20' });
    await operator.unblock(certificateHash(unit.certificate));
    expect(await fetchOf(asked.hash)).toMatchObject({ status: 404, code: '400-76' });
  });

  it('BI10 asks nothing for an enrolment that has ended meanwhile', async () => {
    mood = 'away';
    const start = time32FromMillis(BENCH_START);
    const short = await newUnit(bench, { tbs: { validityPeriod: { start, duration: { kind: 'hours', value: 3 } } } });
    const asked = await ask({}, short);
    expect(asked.status).toBe(202);
    bench.clock.advance(3 * HOUR + 1000);
    mood = 'well';
    calls = 0;
    await wake();
    expect(calls).toBe(0);
    expect(await rowOf(asked.hash)).toMatchObject({ state: 'expired', item: null });
  });

  describe('a download', () => {
    it('is for the device that asked', async () => {
      const asked = await ask();
      expect(await fetchOf(asked.hash, await newUnit(bench))).toMatchObject({ status: 404, code: '400-74' });
    });
    it('is for the file that was signed for', async () => {
      const asked = await ask();
      expect(await fetchOf(asked.hash, unit, '0011223344556677.zip')).toMatchObject({ status: 400, code: '400-74' });
    });
    it('is refused to a blacklisted device, and without a header', async () => {
      const asked = await ask();
      await operator.block(certificateHash(unit.certificate));
      expect(await fetchOf(asked.hash)).toMatchObject({ status: 400, code: '400-20' });
      const bare = await fetch(at(`${APPLICATION_PATH}?filename=${applicationBundleName(asked.hash.subarray(24))}`));
      expect(bare.headers.get(APPLICATION_ERROR_HEADER)).toBe('400-42');
    });
  });

  it('lets only the bearer of the token change the blacklist', async () => {
    const token = (await readFile(join(folder, 'operator-token'), 'utf8')).trim();
    const enrolment = hex(certificateHash(unit.certificate));
    const send = (act: string, bearer: string | undefined, body: object): Promise<Response> =>
      fetch(at(`/blacklist/${act}`), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(body),
      });
    expect((await send('block', undefined, { enrolment })).status).toBe(401);
    expect((await send('block', `${token}x`, { enrolment })).status).toBe(401);
    expect((await send('block', token, { enrolment: 'x' })).status).toBe(400);
    expect((await ask()).status).toBe(202);
    expect(await (await send('block', token, { enrolment })).json()).toEqual({ changed: true });
    expect(await (await send('block', token, { enrolment })).json()).toEqual({ changed: false });
    expect(await ask({}, unit, await newKeys())).toMatchObject({ code: '400-20' });
    expect(await (await send('unblock', token, { enrolment })).json()).toEqual({ changed: true });
    expect((await ask({}, unit, await newKeys())).status).toBe(202);
  });

  it('PV8 erases a request a day after its certificate has ended', async () => {
    await ask();
    bench.clock.advance(100 * HOUR + DAY - HOUR);
    await wake();
    expect(await rowCount()).toBe(1);
    bench.clock.advance(2 * HOUR);
    await wake();
    expect(await rowCount()).toBe(0);
  });
});
