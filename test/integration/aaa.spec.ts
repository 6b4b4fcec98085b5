/** The AAA against a real database: what operators do over HTTP, and what the ECA is answered on the line. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aaaAuthority, AAA_OPERATOR, type AaaOperator } from '#apps/aaa/src/aaa.authority.js';
import { provesBySerial } from '#apps/device/src/birth/serial-birth.js';
import { provesByGba } from '#apps/device/src/birth/gba-birth.js';
import { provesByToken } from '#apps/device/src/birth/token-birth.js';
import { isRefused, refused } from '#credentials/refusal.js';
import { hex } from '#crypto/bytes.js';
import { DEFAULT_SM2_ID, newSm2PrivateKey, sm2PublicKey, sm2Sign } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { callLine } from '#edge/call-line.js';
import type { Port } from '#edge/edge.js';
import { aaaEca, type BirthProof } from '#edges/aaa-eca/authorise.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, type Lines } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import type { DataSource } from 'typeorm';
import { authorityBench, type Bench } from '../support/authority-bench.js';
import { SimulatedBsf } from '../support/bsf.js';
import { ocspAnswer } from '../support/ocsp-responder.js';
import { withPostgres } from '../support/postgres.js';
import {
  intermediate,
  makeCrl,
  makeDeviceCertificate,
  makeIssuer,
  lifeAround,
  provesByX509,
} from '../support/x509-issuer.js';
import { systemRandom } from '#crypto/random.js';

const TOKEN_ISSUER = 'https://login.brand-a.example';
type Prove = (request: Uint8Array) => Promise<BirthProof>;

describe('the AAA', () => {
  const postgres = withPostgres(endUsers);
  let bench: Bench;
  let host: HostedAuthority;
  let dataSource: DataSource;
  let operator: AaaOperator;
  let eca: Port<typeof aaaEca>;
  let folder: string;
  let token: string;
  let counter = 0;
  const bsf = new SimulatedBsf();
  const tokenKey = newSm2PrivateKey(systemRandom);
  let bsfUrl: string;

  beforeAll(async () => {
    bench = await authorityBench();
    folder = await mkdtemp(join(tmpdir(), 'aaa-'));
    bsfUrl = await bsf.listen();
    await writeFile(join(folder, 'bsf-token'), `${bsf.bearer}\n`);
    await start();
  });
  async function endUsers(): Promise<void> {
    await host.close();
    await bsf.close();
    await rm(folder, { recursive: true, force: true });
  }

  async function start(): Promise<void> {
    const url = await (await postgres()).instanceUrl('a-aaa');
    const { entities, migrations } = aaaAuthority;
    dataSource = await openDataSource({ url, instance: 'a-aaa', entities: [...entities], migrations: [...migrations] });
    const context = await bench.contextFor('a-aaa', { dataSource });
    const settings = aaaAuthority.settings.parse({
      operatorTokenFile: join(folder, 'operator-token'),
      enrolmentHours: 48,
      tokenIssuers: [{ issuer: TOKEN_ISSUER, algorithm: 'SM2', publicKey: hex(sm2PublicKey(tokenKey)) }],
      bsf: { url: bsfUrl, tokenFile: join(folder, 'bsf-token') },
    });
    host = await hostAuthority(aaaAuthority, context, settings, { host: '127.0.0.1', port: 0 });
    operator = host.app.get<AaaOperator>(AAA_OPERATOR, { strict: false });
    const lines = host.app.get<Lines>(LINES, { strict: false });
    bench.switchboard.connect(bench.address('a-aaa', aaaEca.name), lines[aaaEca.name] as Lines[string]);
    const caller = await bench.contextFor('a-eca');
    eca = callLine(aaaEca, caller.peer('aaa', aaaEca.name), caller.identity, bench.switchboard);
    token = (await readFile(join(folder, 'operator-token'), 'utf8')).trim();
  }

  async function call(
    method: string,
    path: string,
    body?: unknown,
    bearer = token,
  ): Promise<{ status: number; json: unknown }> {
    const response = await fetch(`http://127.0.0.1:${host.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: await response.json() };
  }

  /** Fresh bytes that stand for a request and a key. */
  const freshRequest = () => {
    const request = new TextEncoder().encode(`request ${++counter}`);
    return { request, verificationKey: new Uint8Array(33).fill(2).fill(counter, 1, 5) };
  };

  async function authorise(prove: Prove, { request, verificationKey } = freshRequest(), requestedAids = [111]) {
    return eca.authoriseEnrolment({
      requestHash: sm3(request),
      verificationKey,
      requestedAids,
      proof: await prove(request),
    });
  }

  async function registered(serial: string): Promise<Prove> {
    const devices = await operator.registerDevices({ serials: [serial], aids: [111, 3629] });
    if (isRefused(devices)) throw new Error(devices.reason);
    return provesBySerial(devices[0] as { serial: string; secret: Uint8Array });
  }

  async function released(serial: string): Promise<Prove> {
    const prove = await registered(serial);
    await operator.act(serial, 'release');
    return prove;
  }

  describe('towards operators', () => {
    it.each([
      ['POST', '/devices', { serial: 'X-1', aids: [111] }],
      ['GET', '/devices/X-1', undefined],
      ['POST', '/devices/X-1/release', {}],
      ['POST', '/devices/X-1/suspend', {}],
      ['POST', '/devices/X-1/retire', {}],
      ['POST', '/devices/X-1/revoke', {}],
      ['POST', '/devices/csv', {}],
      ['PUT', '/profiles/car', { aids: [111] }],
      ['GET', '/profiles/car', undefined],
      ['POST', '/x509-issuers', {}],
      ['POST', '/x509-crls', {}],
      ['POST', '/x509-devices', {}],
    ])('refuses %s %s without the token', async (method, path, body) => {
      expect(await call(method, path, body, 'f'.repeat(64))).toEqual({
        status: 401,
        json: { refused: 'not-an-operator' },
      });
      expect(await operator.device('X-1')).toBeUndefined();
    });

    it.each([
      [{}],
      [{ serial: 'S-1' }],
      [{ serial: 'S-1', aids: [] }],
      [{ serial: 'S-1', aids: [-1] }],
      [{ serial: 'S-1', aids: [111], state: 'enrolled' }],
      [{ serials: [], aids: [111] }],
      [{ serials: Array.from({ length: 1001 }, (_, index) => `S-${index}`), aids: [111] }],
    ])('refuses a registration that is malformed, and repeats nothing of it', async (body) => {
      expect(await call('POST', '/devices', body)).toEqual({ status: 400, json: { refused: 'malformed' } });
    });

    it('refuses a batch in which one serial is registered, and keeps none of it', async () => {
      await registered('D-1');
      const batch = await call('POST', '/devices', { serials: ['D-2', 'D-1'], aids: [111] });
      expect(batch).toEqual({ status: 409, json: { refused: 'serial-registered' } });
      expect((await call('GET', '/devices/D-2')).status).toBe(404);
      expect((await call('POST', '/devices', { serials: ['D-3', 'D-3'], aids: [111] })).status).toBe(409);
      expect((await call('POST', '/devices', { serials: ['not a serial'], aids: [111] })).json).toEqual({
        refused: 'serial-form',
      });
    });

    it('tells a secret once, and a state without it', async () => {
      const { status, json } = await call('POST', '/devices', { serials: ['E-1', 'E-2'], aids: [111] });
      expect(status).toBe(201);
      expect(json).toMatchObject([
        { serial: 'E-1', secret: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
        { serial: 'E-2' },
      ]);
      expect((await call('GET', '/devices/E-1')).json).toEqual({
        state: 'registered',
        releases: 0,
        aids: [111],
        country: 156,
      });
      expect((await call('POST', '/devices/E-1/release')).json).toEqual({ state: 'registered', releases: 1 });
      expect((await call('POST', '/devices/E-1/suspend')).json).toEqual({ state: 'suspended', releases: 1 });
      expect((await call('POST', '/devices/E-1/revoke')).json).toEqual({ state: 'revoked', releases: 1 });
      expect(await call('POST', '/devices/E-1/release')).toEqual({ status: 409, json: { refused: 'device-revoked' } });
      expect((await call('POST', '/devices/E-9/release')).status).toBe(404);
    });

    it('describes itself', async () => {
      const { json } = await call('GET', '/api.json');
      const { paths } = json as { paths: Record<string, unknown> };
      expect(Object.keys(paths)).toEqual(
        expect.arrayContaining(['/devices', '/devices/{serial}/release', '/x509-issuers']),
      );
    });

    async function sendCsv(text: string, type = 'text/csv'): Promise<{ status: number; body: string }> {
      const response = await fetch(`http://127.0.0.1:${host.port}/devices/csv`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
        body: text,
      });
      return { status: response.status, body: await response.text() };
    }
    const rowsOfDevices = async (): Promise<number> => {
      const [row] = (await dataSource.query('SELECT count(*)::int AS n FROM device')) as { n: number }[];
      return row?.n ?? 0;
    };

    it('registers a file of devices, each with its profile, and tells the secrets once', async () => {
      expect((await call('PUT', '/profiles/csv-car', { aids: [111, 3629] })).status).toBe(200);
      const lamp = { aids: [113], country: 156, emergencyAids: [113] };
      expect((await call('PUT', '/profiles/csv-lamp', lamp)).json).toEqual({
        aids: [113],
        country: 156,
        hasRights: true,
      });
      const serials = Array.from({ length: 1201 }, (_, n) => `CSV-${String(n)}`);
      const lines = serials.map((serial, n) => `${serial},${n % 2 === 0 ? 'csv-car' : 'csv-lamp'}`);
      const { status, body } = await sendCsv(['serial,profile', ...lines].join('\r\n'));
      const [header, ...told] = body.trimEnd().split('\n');
      expect([status, header, told.length]).toEqual([201, 'serial,secret', 1201]);
      expect(told.map((line) => line.split(',')[0])).toEqual(serials);
      expect(new Set(told.map((line) => line.split(',')[1])).size).toBe(1201);
      expect(await operator.device('CSV-1')).toEqual({ state: 'registered', releases: 0, aids: [113], country: 156 });
      // What a device was registered with stays, whatever becomes of the profile.
      await call('PUT', '/profiles/csv-car', { aids: [111], emergencyAids: [111] });
      await operator.act('CSV-0', 'release');
      const secret = Buffer.from((told[0] as string).split(',')[1] as string, 'hex');
      const prove = provesBySerial({ serial: 'CSV-0', secret: new Uint8Array(secret) });
      expect(await authorise(prove)).toMatchObject({ allowedAids: [111, 3629], sspRanges: [] });
    });

    it('registers none of a file with a bad line, and names every bad line', async () => {
      await call('PUT', '/profiles/csv-bus', { aids: [111] });
      await registered('CSV-TAKEN');
      const before = await rowsOfDevices();
      const file = 'serial,profile\nB-1,csv-bus\nB 2,csv-bus\nB-3,nothing\nCSV-TAKEN,csv-bus\nB-1,csv-bus\n';
      const { status, body } = await sendCsv(file);
      expect([status, JSON.parse(body)]).toEqual([
        409,
        {
          refused: 'lines',
          count: 4,
          problems: [
            { line: 3, problem: 'serial-form' },
            { line: 4, problem: 'profile-unknown' },
            { line: 5, problem: 'serial-registered' },
            { line: 6, problem: 'serial-repeated' },
          ],
        },
      ]);
      const nothing = JSON.parse((await sendCsv('serial,profile\n')).body) as object;
      expect(nothing).toMatchObject({ problems: [{ line: 1, problem: 'empty' }] });
      expect((await sendCsv('serial,profile\nB-9,csv-bus', 'text/plain')).status).toBe(415);
      expect(await rowsOfDevices()).toBe(before);
      expect((await sendCsv('serial,profile\nB-1,csv-bus\n')).status).toBe(201);
    });

    it('refuses a profile of another form, with rights beyond it, and one that is not there', async () => {
      expect((await call('PUT', '/profiles/Car', { aids: [111] })).json).toEqual({ refused: 'profile-form' });
      expect((await call('PUT', '/profiles/p', { aids: [111], emergencyAids: [112] })).json).toEqual({
        refused: 'rights-outside-profile',
      });
      expect((await call('PUT', '/profiles/p', { aids: [] })).status).toBe(400);
      expect((await call('GET', '/profiles/p')).status).toBe(404);
    });

    it('keeps neither serial nor secret readable in the database', async () => {
      const prove = await registered('CANARY-SERIAL-77');
      const proof = await prove(Uint8Array.of(1));
      const rows = JSON.stringify(await dataSource.query('SELECT * FROM device'));
      expect(proof.kind).toBe('serial');
      for (const needle of ['CANARY-SERIAL-77', Buffer.from('CANARY-SERIAL-77').toString('base64')])
        expect(rows.includes(needle)).toBe(false);
      const dump = (await dataSource.query(
        "SELECT encode(sealed_serial, 'hex') || encode(serial_index, 'hex') AS hex FROM device",
      )) as { hex: string }[];
      expect(dump.some(({ hex }) => hex.includes(Buffer.from('CANARY').toString('hex')))).toBe(false);
    });
  });

  describe('towards the ECA, by serial', () => {
    it('EN1 refuses an unknown, an unreleased, a suspended, a retired and a revoked serial, each with its own reason', async () => {
      expect(await authorise(provesBySerial({ serial: 'NOBODY', secret: new Uint8Array(16) }))).toEqual(
        refused('unknown-device'),
      );
      const prove = await registered('F-1');
      expect(await authorise(prove)).toEqual(refused('not-released'));
      await operator.act('F-1', 'release');
      await operator.act('F-1', 'suspend');
      expect(await authorise(prove)).toEqual(refused('device-suspended'));
      await operator.act('F-1', 'retire');
      expect(await authorise(prove)).toEqual(refused('device-retired'));
      await operator.act('F-1', 'revoke');
      expect(await authorise(prove)).toEqual(refused('device-revoked'));
    });

    it('EN4 refuses the right serial with a wrong secret', async () => {
      await released('G-1');
      expect(await authorise(provesBySerial({ serial: 'G-1', secret: new Uint8Array(16) }))).toEqual(
        refused('wrong-proof'),
      );
    });

    it('EN10 refuses an AID beyond the profile, and the release is not used up', async () => {
      const prove = await released('H-1');
      expect(await authorise(prove, freshRequest(), [111, 112])).toEqual(refused('aids-outside-profile'));
      expect(isRefused(await authorise(prove))).toBe(false);
    });

    it('answers a repeat as before, refuses another request, and takes one more after the next release', async () => {
      const prove = await released('I-1');
      const first = freshRequest();
      const allowed = await authorise(prove, first);
      expect(allowed).toMatchObject({ allowedAids: [111, 3629], country: 156, validForHours: 48 });
      expect(await authorise(prove, first)).toEqual(allowed);
      expect(await authorise(prove)).toEqual(refused('already-enrolled'));
      expect(await operator.device('I-1')).toMatchObject({ state: 'enrolled' });
      await operator.act('I-1', 'release');
      const again = await authorise(prove);
      expect(again).toMatchObject({ deviceId: (allowed as { deviceId: Uint8Array }).deviceId });
      expect(await authorise(prove)).toEqual(refused('already-enrolled'));
      expect(await authorise(prove, first)).toEqual(allowed);
    });

    it('EN7 refuses a key that was allowed for another device', async () => {
      const { verificationKey } = freshRequest();
      expect(isRefused(await authorise(await released('J-1'), { ...freshRequest(), verificationKey }))).toBe(false);
      const second = await released('J-2');
      expect(await authorise(second, { ...freshRequest(), verificationKey })).toEqual(refused('key-already-certified'));
      expect(isRefused(await authorise(second))).toBe(false);
    });

    it('EN12 lets one of twenty requests at once use a release', async () => {
      const prove = await released('K-1');
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => authorise(prove)));
      expect(outcomes.filter((outcome) => !isRefused(outcome))).toHaveLength(1);
      expect(outcomes.filter((outcome) => isRefused(outcome) && outcome.reason === 'already-enrolled')).toHaveLength(
        19,
      );
    });

    it('decides on each of several in one message as on one alone', async () => {
      const good = await released('M-1');
      const other = await released('M-2');
      const { verificationKey } = freshRequest();
      const asked = async (prove: Prove, key = freshRequest().verificationKey, requestedAids = [111]) => {
        const { request } = freshRequest();
        return { requestHash: sm3(request), verificationKey: key, requestedAids, proof: await prove(request) };
      };
      const first = await asked(good, verificationKey);
      const requests = [
        first,
        await asked(provesBySerial({ serial: 'M-0', secret: new Uint8Array(16) })),
        await asked(good),
        await asked(await registered('M-3')),
        await asked(other, verificationKey),
        await asked(await released('M-4'), undefined, [112]),
        await asked(await released('M-5')),
        first,
      ];
      const answer = await eca.authoriseEnrolments({ requests });
      if (isRefused(answer)) throw new Error(answer.reason);
      const words = answer.decisions.map(({ kind, value }) => (kind === 'refused' ? value : kind));
      expect(words).toEqual([
        'allowed',
        'unknown-device',
        'already-enrolled',
        'not-released',
        'key-already-certified',
        'aids-outside-profile',
        'allowed',
        'allowed',
      ]);
      expect(answer.decisions[7]).toEqual(answer.decisions[0]);
      // Its release was not used up by a key that was another's.
      expect(isRefused(await authorise(other))).toBe(false);
    });

    it('refuses every caller that is not the ECA of its domain', async () => {
      const pra = await bench.contextFor('a-pra');
      const line = callLine(aaaEca, pra.peer('aaa', aaaEca.name), pra.identity, bench.switchboard);
      const { request, verificationKey } = freshRequest();
      const proof = await (await released('L-1'))(request);
      await expect(
        line.authoriseEnrolment({ requestHash: sm3(request), verificationKey, requestedAids: [111], proof }),
      ).rejects.toThrow('line-caller-wrong-role');
    });
  });

  describe('towards the ECA, by X.509', () => {
    const life = () => lifeAround(bench.clock.nowMillis());
    const maker = () => makeIssuer({ name: `maker ${++counter}`, ...life() }, systemRandom);
    const deviceOf = (issuer: ReturnType<typeof maker>) =>
      makeDeviceCertificate(issuer, { name: 'car', ...life() }, systemRandom);
    const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');

    it('EN4 refuses a device of a maker that nobody named', async () => {
      expect(await authorise(provesByX509(deviceOf(maker())))).toEqual(refused('x509-issuer-unknown'));
    });

    it('names a maker over HTTP, and refuses one that is none', async () => {
      const issuer = maker();
      const device = deviceOf(issuer);
      const none = await call('POST', '/x509-issuers', { certificate: base64(device.certificate), aids: [111] });
      expect(none).toEqual({ status: 409, json: { refused: 'x509-constraints' } });
      expect((await call('POST', '/x509-issuers', { certificate: '%', aids: [111] })).status).toBe(400);
      const named = await call('POST', '/x509-issuers', { certificate: base64(issuer.certificate), aids: [111] });
      expect(named).toEqual({ status: 201, json: { issuerId: Buffer.from(sm3(issuer.certificate)).toString('hex') } });
      expect(await authorise(provesByX509(device), freshRequest(), [112])).toEqual(refused('aids-outside-profile'));
      expect(await authorise(provesByX509(device))).toMatchObject({ allowedAids: [111], country: 156 });
    });

    it('lets a certificate enrol once, and again after a release', async () => {
      const issuer = maker();
      await operator.trustIssuer({ certificate: issuer.certificate, aids: [111], country: 156 });
      const device = deviceOf(issuer);
      const prove = provesByX509(device);
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => authorise(prove)));
      expect(outcomes.filter((outcome) => !isRefused(outcome))).toHaveLength(1);
      expect(await authorise(prove)).toEqual(refused('already-enrolled'));
      const chain = [base64(device.certificate)];
      expect((await call('POST', '/x509-devices', { chain, act: 'release' })).json).toEqual({
        state: 'enrolled',
        releases: 2,
      });
      expect(isRefused(await authorise(prove))).toBe(false);
      await operator.actOnX509([device.certificate], 'revoke');
      expect(await authorise(prove)).toEqual(refused('device-revoked'));
      expect(await operator.actOnX509([deviceOf(issuer).certificate], 'release')).toEqual(
        refused('device-not-registered'),
      );
    });

    it('EN4 refuses a device on its maker’s CRL, of an intermediate too', async () => {
      const issuer = maker();
      await operator.trustIssuer({ certificate: issuer.certificate, aids: [111] });
      const now = bench.clock.nowMillis();
      const below = intermediate(now, issuer);
      const [direct, deep] = [deviceOf(issuer), deviceOf(below)];
      const list = { thisUpdateMillis: now - 1000, nextUpdateMillis: now + 1e7 };
      const crl = makeCrl(below, { ...list, revoked: [deep.certificate] });
      expect(await operator.takeCrl({ crl })).toEqual(refused('crl-issuer-unknown'));
      expect(await operator.takeCrl({ crl, chain: [below.certificate] })).toEqual({ revoked: 1 });
      const own = makeCrl(issuer, { ...list, revoked: [direct.certificate] });
      expect((await call('POST', '/x509-crls', { crl: base64(own) })).json).toEqual({ revoked: 1 });
      expect(await authorise(provesByX509(direct))).toEqual(refused('x509-revoked'));
      expect(await authorise(provesByX509(deep, [below.certificate]))).toEqual(refused('x509-revoked'));
      expect(isRefused(await authorise(provesByX509(deviceOf(issuer))))).toBe(false);
    });
  });

  describe('towards the ECA, by GBA', () => {
    const proving = (session: Parameters<typeof provesByGba>[0], aaa = 'aaa.a.chrysalis.example') =>
      provesByGba(session, aaa);
    const later = (millis: number): number => bench.clock.nowMillis() + millis;

    it('EN4 lets in who holds the key that the BSF has for this AAA', async () => {
      await released('GBA-1');
      const prove = proving(bsf.bootstrap('GBA-1', later(3_600_000)));
      const first = freshRequest();
      const allowed = await authorise(prove, first);
      expect(allowed).toMatchObject({ allowedAids: [111, 3629] });
      expect(await authorise(prove, first)).toEqual(allowed);
      expect(await authorise(prove)).toEqual(refused('already-enrolled'));
    });

    it('EN4 refuses another key, another AAA’s, one that has ended, one unknown, and another request', async () => {
      await released('GBA-2');
      const session = bsf.bootstrap('GBA-2', later(3_600_000));
      const { request } = freshRequest();
      const proofOfAnother = await proving(session)(request);
      const cases: [Prove, string][] = [
        [proving({ ...session, ks: new Uint8Array(32) }), 'wrong-proof'],
        [proving(session, 'aaa.b.chrysalis.example'), 'wrong-proof'],
        [proving(bsf.bootstrap('GBA-2', later(0))), 'wrong-proof'],
        [proving({ ...session, btid: 'nobody@bsf.example' }), 'wrong-proof'],
        [async () => proofOfAnother, 'wrong-proof'],
        [proving(bsf.bootstrap('GBA-NOBODY', later(3_600_000))), 'unknown-device'],
      ];
      for (const [prove, reason] of cases) expect(await authorise(prove)).toEqual(refused(reason));
      expect(isRefused(await authorise(proving(session)))).toBe(false);
    });

    it('lets nobody in while the BSF does not answer, or knows us not', async () => {
      await released('GBA-3');
      const prove = proving(bsf.bootstrap('GBA-3', later(3_600_000)));
      for (const status of [500, 401, 200]) {
        bsf.status = status;
        expect(await authorise(prove)).toEqual(refused('bsf-unavailable'));
      }
      bsf.status = undefined;
      expect(isRefused(await authorise(prove))).toBe(false);
    });
  });

  describe('towards the ECA, by OAuth', () => {
    let jtis = 0;
    function tokenOf(sub: string, parts: object = {}): string {
      const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const iat = Math.floor(bench.clock.nowMillis() / 1000);
      const claims = {
        iss: TOKEN_ISSUER,
        sub,
        aud: 'aaa.a.chrysalis.example',
        iat,
        exp: iat + 600,
        jti: `t-${++jtis}`,
      };
      const signed = `${part({ alg: 'SM2' })}.${part({ ...claims, ...parts })}`;
      const signature = sm2Sign(tokenKey, DEFAULT_SM2_ID, new TextEncoder().encode(signed));
      return `${signed}.${Buffer.from(signature).toString('base64url')}`;
    }

    it('EN4 lets a token in for one key, again for the same one, never for another, also after a restart', async () => {
      await released('TOK-1');
      const prove = provesByToken(tokenOf('TOK-1'));
      const first = freshRequest();
      const allowed = await authorise(prove, first);
      expect(allowed).toMatchObject({ allowedAids: [111, 3629] });
      expect(await authorise(prove, first)).toEqual(allowed);
      await operator.act('TOK-1', 'release');
      expect(await authorise(prove)).toEqual(refused('token-used'));
      await host.close();
      await start();
      expect(await authorise(prove)).toEqual(refused('token-used'));
      expect(isRefused(await authorise(provesByToken(tokenOf('TOK-1'))))).toBe(false);
    });

    it('EN4 refuses one for another AAA, one that has ended, one that is none, and one of nobody', async () => {
      await released('TOK-2');
      const cases: [string, string][] = [
        [tokenOf('TOK-2', { aud: 'aaa.b.chrysalis.example' }), 'token-audience'],
        [tokenOf('TOK-2', { exp: 1 }), 'token-not-current'],
        [tokenOf('TOK-2', { iss: 'https://evil.example' }), 'token-issuer'],
        ['no token', 'token-malformed'],
        [tokenOf('TOK-NOBODY'), 'unknown-device'],
      ];
      for (const [token, reason] of cases) expect(await authorise(provesByToken(token))).toEqual(refused(reason));
    });

    it('gives one of ten keys at once what the token is for', async () => {
      await released('TOK-3');
      const prove = provesByToken(tokenOf('TOK-3'));
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => authorise(prove)));
      const reasons = outcomes.map((outcome) => (isRefused(outcome) ? outcome.reason : 'allowed')).sort();
      expect(reasons).toEqual(['allowed', ...Array.from({ length: 9 }, () => 'token-used')]);
    });

    it('forgets a token that has ended', async () => {
      await released('TOK-4');
      await authorise(provesByToken(tokenOf('TOK-4')));
      const rows = async (): Promise<number> =>
        ((await dataSource.query('SELECT count(*)::int AS n FROM used_token')) as [{ n: number }])[0].n;
      expect(await rows()).toBeGreaterThan(0);
      bench.clock.advance(601_000);
      await authorise(provesByToken(tokenOf('TOK-4')));
      expect(await rows()).toBe(1);
    });
  });

  describe('towards a manufacturer’s responder', () => {
    let answer: (request: Uint8Array) => Uint8Array;
    let asked = 0;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked++;
        response.end(answer(new Uint8Array(Buffer.concat(chunks))));
      });
    });
    beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)));
    afterAll(() => new Promise((closed) => server.close(closed)));

    it.each(['p256', 'sm2'] as const)(
      'EN4 lets a device in on its good word alone, asked after the proof (%s)',
      async (scheme) => {
        asked = 0;
        const life = lifeAround(bench.clock.nowMillis());
        const issuer = makeIssuer({ name: `maker ${++counter}`, ...life, scheme }, systemRandom);
        const device = makeDeviceCertificate(issuer, { name: 'car', ...life, scheme }, systemRandom);
        const ocspUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
        const certificate = Buffer.from(issuer.certificate).toString('base64');
        for (const bad of ['file:///etc/passwd', 'responder', 'ftp://x/'])
          expect((await call('POST', '/x509-issuers', { certificate, aids: [111], ocspUrl: bad })).status).toBe(400);
        expect((await call('POST', '/x509-issuers', { certificate, aids: [111], ocspUrl })).status).toBe(201);
        const prove = provesByX509(device);
        const thief = provesByX509({ ...device, privateKey: systemRandom.bytes(32).with(0, 1) });
        const at = { nowMillis: bench.clock.nowMillis() };
        answer = (request) => ocspAnswer(request, issuer, at);
        expect([await authorise(thief), asked]).toEqual([refused('wrong-proof'), 0]);
        answer = (request) => ocspAnswer(request, issuer, { ...at, status: 'revoked' });
        expect(await authorise(prove)).toEqual(refused('x509-revoked'));
        answer = () => new Uint8Array(3);
        expect(await authorise(prove)).toEqual(refused('x509-status-unavailable'));
        answer = (request) => ocspAnswer(request, issuer, at);
        expect([await authorise(prove), asked]).toMatchObject([{ allowedAids: [111] }, 3]);
      },
    );
  });

  it('EN6 remembers after a restart who enrolled with what', async () => {
    const prove = await released('R-1');
    const first = freshRequest();
    const allowed = await authorise(prove, first);
    await host.close();
    await start();
    expect(await authorise(prove, first)).toEqual(allowed);
    expect(await authorise(prove)).toEqual(refused('already-enrolled'));
  });
});
