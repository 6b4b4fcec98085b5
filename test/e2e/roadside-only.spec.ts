/**
 * M19: a domain of roadside units alone. AAA, ECA, ACA and ARA start as processes of their own, each from its configuration
 * file and nothing else; no pseudonym authority runs, and no MA. A unit is registered, enrolled, certified, and speaks.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSeparateHouse, type SeparateHouse } from '#apps/all-in-one/src/house/separate-house.js';
import { provesBySerial } from '#apps/device/src/birth/serial-birth.js';
import { CertifiedUnit } from '#apps/device/src/unit/certified-unit.js';
import { certificateFromBytes, scmsRoleOf } from '#credentials/certificate-facts.js';
import { systemClock } from '#credentials/clock.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { SpduVerifier } from '#credentials/spdu.js';
import { TrustStore } from '#credentials/trust-store.js';
import { sm2Verify } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import { TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import type { GeographicRegion } from '#wire/base-types.js';
import type { Certificate } from '#wire/secured-data.js';

/** `node chrysalis test` compiles before it runs; whoever runs jest alone builds first. */
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const PROGRAMS = ['aaa', 'eca', 'aca', 'ara'] as const;
const WHOLE_MILLIS = 240_000;
const AID = 113;
const PLACE = { latitude: 399_000_000, longitude: 1_164_000_000, country: 156 };
const circle = (radius: number): GeographicRegion => ({
  kind: 'circularRegion',
  value: { center: { latitude: PLACE.latitude, longitude: PLACE.longitude }, radius },
});

describe('ECA, ACA and ARA with an AAA, and nobody else', () => {
  let folder: string;
  let house: SeparateHouse;
  let lists: Server;
  let unit: CertifiedUnit;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-roadside-'));
    // As root the database's account must pass through here.
    await chmod(folder, 0o711);
    house = await openSeparateHouse({
      directory: join(folder, 'house'),
      programs: PROGRAMS.map((name) => ({ name })),
      vehicles: 2,
      programFolder: DIST,
    });
    await house.startAll();
    lists = await publishedLists();
    unit = await openUnit(await registered());
  }, WHOLE_MILLIS);

  afterAll(async () => {
    await unit?.close();
    lists?.close();
    await house?.close();
    await rm(folder, { recursive: true, force: true });
  }, WHOLE_MILLIS);

  /** The two files that the offline ceremonies made, where a unit looks for them. */
  async function publishedLists(): Promise<Server> {
    const [trcl, tdcl] = [await readFile(house.trust.trcl), await readFile(house.trust.tdcl)];
    const server = createServer(({ url = '' }, response) => {
      const bytes = url === TRCL_PATH ? trcl : url.startsWith(`${TDCL_PATH}?`) ? tdcl : undefined;
      response.statusCode = bytes === undefined ? 404 : 200;
      response.end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  async function operate<T>(path: string, body: object): Promise<T> {
    const token = (await readFile(join(house.placed('aaa').directory, 'operator-token'), 'utf8')).trim();
    const response = await fetch(`${house.urlOf('aaa')}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(true);
    return (await response.json()) as T;
  }

  async function registered(): Promise<{ serial: string; secret: Uint8Array }> {
    const area = { latitudeDegrees: 39.9, longitudeDegrees: 116.4, radiusMetres: 1000 };
    const [device] = await operate<{ serial: string; secret: string }[]>('/devices', {
      serial: 'RSU-1',
      aids: [AID],
      area,
    });
    await operate('/devices/RSU-1/release', {});
    return { serial: 'RSU-1', secret: new Uint8Array(Buffer.from(device?.secret ?? '', 'hex')) };
  }

  const certificateOf = async (name: string): Promise<Certificate> =>
    certificateFromBytes(new Uint8Array(await readFile(join(house.placed(name).directory, 'certificate.coer'))));
  const trcla = async (): Promise<Certificate> =>
    certificateFromBytes(new Uint8Array(await readFile(house.trust.trclaCertificate)));

  async function openUnit(identity: { serial: string; secret: Uint8Array }): Promise<CertifiedUnit> {
    const { port } = lists.address() as { port: number };
    return CertifiedUnit.open(join(folder, 'unit'), {
      home: {
        trcla: await trcla(),
        eca: { url: house.urlOf('eca'), certificate: await certificateOf('eca') },
        ara: { url: house.urlOf('ara'), certificate: await certificateOf('ara') },
        tcmfUrl: `http://127.0.0.1:${port}`,
        aids: [AID],
        country: 156,
      },
      clock: systemClock,
      random: systemRandom,
      proveBirth: provesBySerial(identity),
      verify: sm2Verify,
    });
  }

  async function downloaded(n: number): Promise<Certificate> {
    for (;;) {
      const answer = await unit.download(n);
      if (!isRefused(answer)) return answer;
      if (answer.reason !== 'not-yet') throw new Error(answer.reason);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it(
    'certify a roadside unit for its region, and no wider',
    async () => {
      const enrolment = await unit.enrol();
      if (isRefused(enrolment)) throw new Error(enrolment.reason);
      expect(enrolment.value.toBeSigned.value.region).toEqual(circle(1000));
      const wide = await unit.request({ permissions: [{ psid: AID }], region: circle(1001), hours: 100 });
      expect(wide).toMatchObject({ reason: 'authority-refused', code: '400-33' });
      const asked = await unit.request({ permissions: [{ psid: AID }], region: circle(800), hours: 100 });
      if (isRefused(asked)) throw new Error(asked.reason);
      const certificate = await downloaded(asked.n);
      expect(certificate.value.toBeSigned.value).toMatchObject({
        region: circle(800),
        appPermissions: [{ psid: AID }],
      });
    },
    WHOLE_MILLIS,
  );

  it('are believed by whoever holds the lists: in the region and nowhere else', async () => {
    const trust = new TrustStore(await trcla());
    const now = systemClock.nowMillis();
    for (const taken of [
      trust.takeTrcl(new Uint8Array(await readFile(house.trust.trcl)), now),
      trust.takeTdcl(new Uint8Array(await readFile(house.trust.tdcl)), now),
    ])
      expect(isRefused(taken)).toBe(false);
    const ear = new SpduVerifier({ profile: ccsa, trust, revocation: new RevocationStore(trust, ccsa), aids: [AID] });
    const bytes = await unit.sign(new TextEncoder().encode('road works'), AID);
    if (!(bytes instanceof Uint8Array)) throw new Error(bytes.reason);
    const moment = { nowMillis: systemClock.nowMillis() };
    const outside = { ...PLACE, latitude: PLACE.latitude + 100_000 };
    expect(ear.verify(bytes, { ...moment, here: outside })).toMatchObject({ reason: 'outside-region' });
    const heard = ear.verify(bytes, { ...moment, here: PLACE });
    if (isRefused(heard)) throw new Error(heard.reason);
    expect(scmsRoleOf(heard.issuer.certificate, ccsa.aid.management)?.kind).toBe('aca');
  });

  it('need nobody else: no other authority has run', () => {
    expect(PROGRAMS.filter((name) => house.isRunning(name))).toEqual([...PROGRAMS]);
    for (const name of ['pra', 'pca', 'la1', 'la2', 'ma', 'cra', 'tcmf', 'ica'])
      expect(house.isRunning(name)).toBe(false);
  });
});
