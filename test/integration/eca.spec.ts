/** The ECA against a real database, over HTTP, with a real AAA behind it: from a sealed request to an enrolment certificate. */
import { aaaAuthority, AAA_OPERATOR, type AaaOperator } from '#apps/aaa/src/aaa.authority.js';
import { provesBySerial, serialProof } from '#apps/device/src/birth/serial-birth.js';
import { ecaAuthority } from '#apps/eca/src/eca.authority.js';
import {
  sealedBody,
  serialBirth,
  testDevice,
  testRequest,
  testSuccessor,
  type RequestParts,
  type TestDevice,
} from '#apps/eca/src/domain/enrolment-request.fixture.js';
import { enrolmentStore } from '#apps/eca/src/store/enrolment.store.js';
import { decode } from '#coer/codec.js';
import { certificateHash, encryptionKeyOf, verificationKeyOf } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed, sealToCertificate } from '#credentials/sealing.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import { emergencyRange, plainRange } from '#credentials/special-vehicle.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { ccsa } from '#credentials/profile.js';
import { concat } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { ENROLMENT_PATH, SUCCESSOR_PATH, type BirthProof } from '#edges/ee-eca/enrolment.js';
import { aaaEca } from '#edges/aaa-eca/authorise.js';
import { LineFailure } from '#edge/transport.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, type AuthorityContext, type AuthorityFace, type Lines } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { ScmsPdu, type EcaEeCertResponse } from '#wire/scms-pdu.js';
import type { Certificate } from '#wire/secured-data.js';
import type { DataSource } from 'typeorm';
import type { DeviceContext } from '#device/device-context.js';
import { memoryDeviceStore } from '#device/device-store.js';
import { enrol } from '#device/enrolment.js';
import { memoryDevice } from '#keys/software-device.js';
import { sm2Verify } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import { lifeAround, makeDeviceCertificate, makeIssuer, provesByX509 } from '../support/x509-issuer.js';
import { authorityBench, BENCH_START, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

/** Shorter than the lists of the bench live. */
const LIFE_HOURS = 200 * 24;

/** The clock of the bench stands, and all devices are behind one address. */
const SETTINGS: Readonly<Record<string, object>> = {
  'a-aaa': { enrolmentHours: LIFE_HOURS },
  'a-eca': { door: { requestsAtOnce: 100_000 } },
};

interface Reply {
  status: number;
  code: string | null;
  body: Uint8Array;
}

describe('the ECA', () => {
  const postgres = withPostgres(endUsers);
  let bench: Bench;
  let aaa: HostedAuthority;
  let eca: HostedAuthority;
  let tables: DataSource;
  let operator: AaaOperator;
  let signWith: ((id: Uint8Array, message: Uint8Array) => Promise<Uint8Array>) | undefined;
  let asked = 0;
  let serials = 0;

  async function host<S>(face: AuthorityFace<S>, name: string): Promise<[HostedAuthority, DataSource]> {
    const url = await (await postgres()).instanceUrl(name);
    const parts = { entities: [...face.entities], migrations: [...face.migrations] };
    const dataSource = await openDataSource({ url, instance: name, ...parts });
    const own = await bench.contextFor(name, { dataSource });
    const context = name === 'a-eca' ? withFailingSigner(own) : own;
    return [
      await hostAuthority(face, context, face.settings.parse(SETTINGS[name]), {
        host: '127.0.0.1',
        port: 0,
      }),
      dataSource,
    ];
  }

  /** Lines go on signing with the real key; a test may take it away. */
  function withFailingSigner(context: AuthorityContext): AuthorityContext {
    const { signer } = context.identity;
    const sign: typeof signer.sign = (id, message) => (signWith ?? signer.sign)(id, message);
    return { ...context, identity: { ...context.identity, signer: { ...signer, sign } } };
  }

  beforeAll(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    [aaa] = await host(aaaAuthority, 'a-aaa');
    [eca, tables] = await host(ecaAuthority, 'a-eca');
    operator = aaa.app.get<AaaOperator>(AAA_OPERATOR, { strict: false });
    connectAaa();
  });
  async function endUsers(): Promise<void> {
    await eca.close();
    await aaa.close();
  }
  beforeEach(() => {
    asked = 0;
    signWith = undefined;
  });

  function connectAaa(): void {
    const line = aaa.app.get<Lines>(LINES, { strict: false })[aaaEca.name] as Lines[string];
    bench.switchboard.connect(bench.address('a-aaa', aaaEca.name), (message) => {
      asked++;
      return line(message);
    });
  }

  const ecaCertificate = () => bench.member('a-eca').certificate;
  const rowCount = async (): Promise<number> => {
    const [row] = (await tables.query('SELECT count(*)::int AS n FROM enrolment')) as { n: number }[];
    return row?.n ?? 0;
  };

  async function post(body: Uint8Array, path = ENROLMENT_PATH): Promise<Reply> {
    const response = await fetch(`http://127.0.0.1:${eca.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(body),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, code: response.headers.get('ieee-1609.2.1-error'), body: bytes };
  }

  interface Owner {
    serial: string;
    secret: Uint8Array;
  }

  type Rights = Parameters<AaaOperator['registerDevices']>[0]['rights'];
  async function newOwner(release = true, rights?: Rights): Promise<Owner> {
    const order = { serials: [`CANARY-${++serials}`], aids: [111, 3629], rights };
    const registered = await operator.registerDevices(order);
    if (isRefused(registered)) throw new Error(registered.reason);
    const [owner] = registered as [Owner];
    if (release) await operator.act(owner.serial, 'release');
    return owner;
  }

  async function bodyOf(
    device: TestDevice,
    owner: Owner,
    parts: RequestParts = {},
  ): Promise<{ request: Uint8Array; body: Uint8Array }> {
    const request = await testRequest(device, bench.clock.nowMillis(), parts);
    return { request, body: sealedBody(ecaCertificate(), request, serialBirth(owner.serial, owner.secret, request)) };
  }

  async function opened(reply: Reply, device: TestDevice): Promise<EcaEeCertResponse> {
    expect(reply.status).toBe(200);
    const bytes = await openSealed(reply.body, encryptionKeyId(device.encryptionKey), device.unwrap, ccsa);
    const signed = asSignedData(bytes as Uint8Array);
    if (signed === undefined) throw new Error('the answer is not signed');
    expect(certificateHash(onlyCertificate(signed.signer) as never)).toEqual(certificateHash(ecaCertificate()));
    expect(isSignedWith(signed, ecaCertificate())).toBe(true);
    expect(signed.tbsData.value.headerInfo).toEqual({ psid: 3627 });
    const { content } = decode(ScmsPdu, signedPayload(signed) as Uint8Array);
    if (content.kind !== 'eca-ee' || content.value.kind !== 'ecaEeCertResponse') throw new Error('another answer');
    return content.value.value;
  }

  async function expectRefusal(body: Uint8Array, code: string, timesAsked = 0): Promise<void> {
    const before = await rowCount();
    const reply = await post(body);
    expect({ status: reply.status, code: reply.code }).toEqual({ status: 400, code });
    expect(Buffer.from(reply.body).toString()).toBe(JSON.stringify({ refused: code }));
    expect(await rowCount()).toBe(before);
    expect(asked).toBe(timesAsked);
  }

  describe('refuses, stores nothing, and says the standard’s code', () => {
    let device: TestDevice;
    let owner: Owner;
    beforeEach(async () => {
      device = await testDevice();
      owner = await newOwner();
    });

    it('a body of another type', async () => {
      const url = `http://127.0.0.1:${eca.port}${ENROLMENT_PATH}`;
      const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
      expect([reply.status, reply.headers.get('ieee-1609.2.1-error')]).toEqual([400, '400-42']);
    });

    it('a plain request', async () => {
      await expectRefusal(await testRequest(device, bench.clock.nowMillis()), '400-41');
    });

    it('EN2 a request sealed to another ECA', async () => {
      const request = await testRequest(device, bench.clock.nowMillis());
      const proof = serialBirth(owner.serial, owner.secret, request);
      await expectRefusal(sealedBody(bench.member('b-eca').certificate, request, proof), '400-41');
    });

    it('a changed bit', async () => {
      const { body } = await bodyOf(device, owner);
      await expectRefusal(body.with(-1, (body.at(-1) as number) ^ 1), '400-41');
    });

    it.each<[string, RequestParts | 'old' | 'future', string]>([
      ['another version', { pdu: { version: 2 } }, '400-42'],
      ['EN6 an old request', 'old', '400-70'],
      ['EN6 a request from the future', 'future', '400-50'],
      ['an implicit certificate', { request: { type: 'implicit' } }, '400-34'],
      ['a name', { tbs: { id: { kind: 'name', value: 'car' } } }, '400-32'],
      ['no application role', { tbs: { appPermissions: undefined } }, '400-60'],
      ['no permissions to request', { tbs: { certRequestPermissions: undefined } }, '400-61'],
      ['no encryption key', { tbs: { encryptionKey: undefined } }, '400-64'],
    ])('%s', async (_, parts, code) => {
      const shift = parts === 'old' ? -400_000 : parts === 'future' ? 60_000 : 0;
      const request = await testRequest(
        device,
        bench.clock.nowMillis() + shift,
        typeof parts === 'string' ? {} : parts,
      );
      await expectRefusal(
        sealedBody(ecaCertificate(), request, serialBirth(owner.serial, owner.secret, request)),
        code,
      );
    });

    it('EN5 a key that another one signed for', async () => {
      const other = await testDevice();
      const { body } = await bodyOf(device, owner, { signer: { certificate: 'self', sign: other.sign } });
      await expectRefusal(body, '400-43');
    });

    it('EN1 an unknown, an unreleased and a revoked device', async () => {
      await expectRefusal((await bodyOf(device, { ...owner, serial: 'NOBODY' })).body, '400-21', 1);
      await expectRefusal((await bodyOf(device, await newOwner(false))).body, '400-21', 2);
      await operator.act(owner.serial, 'revoke');
      await expectRefusal((await bodyOf(device, owner)).body, '400-20', 3);
    });

    it('EN4 a serial that is named and not proven, with the code of an unknown one', async () => {
      await expectRefusal((await bodyOf(device, { ...owner, secret: new Uint8Array(16) })).body, '400-21', 1);
    });

    it('EN4 the proof of another request', async () => {
      const request = await testRequest(device, bench.clock.nowMillis());
      const mac = serialProof(owner.secret, concat(request, Uint8Array.of(0)));
      const proof: BirthProof = { kind: 'serial', value: { serial: owner.serial, mac } };
      await expectRefusal(sealedBody(ecaCertificate(), request, proof), '400-21', 1);
    });

    it('EN10 one AID too many', async () => {
      const group = { minChainLength: 1, chainLengthRange: 0, eeType: new Set(['app'] as const) };
      const subjectPermissions = { kind: 'explicit', value: [{ psid: 111 }, { psid: 112 }] } as const;
      const parts = {
        tbs: {
          certRequestPermissions: [
            { ...group, subjectPermissions: { ...subjectPermissions, value: [...subjectPermissions.value] } },
          ],
        },
      };
      await expectRefusal((await bodyOf(device, owner, parts)).body, '400-31', 1);
    });

    it('EN7 a key that was certified for another device, before the AAA is asked', async () => {
      expect((await post((await bodyOf(device, owner)).body)).status).toBe(200);
      bench.clock.advance(1000);
      asked = 0;
      await expectRefusal((await bodyOf(device, await newOwner())).body, '400-64');
    });

    it('a second request in one release', async () => {
      expect((await post((await bodyOf(device, owner)).body)).status).toBe(200);
      asked = 0;
      await expectRefusal((await bodyOf(await testDevice(), owner)).body, '400-71', 1);
    });

    it('a key that comes too often, and asks the AAA no more; another key is served', async () => {
      const device = await testDevice();
      const { body } = await bodyOf(device, await newOwner(false));
      for (let n = 0; n < 20; n++) expect((await post(body)).status).toBe(400);
      const late = await fetch(`http://127.0.0.1:${eca.port}${ENROLMENT_PATH}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(body),
      });
      expect([late.status, late.headers.get('retry-after'), asked]).toEqual([429, '30', 20]);
      const other = await testDevice();
      expect((await post((await bodyOf(other, await newOwner())).body)).status).toBe(200);
    });

    it('nobody while the AAA is silent: the same request is good afterwards', async () => {
      const { body } = await bodyOf(device, owner);
      bench.switchboard.connect(bench.address('a-aaa', aaaEca.name), () => Promise.reject(new LineFailure('silent')));
      const reply = await post(body);
      connectAaa();
      expect([reply.status, reply.code]).toEqual([503, null]);
      await opened(await post(body), device);
    });
  });

  it('EN8 issues what was allowed, for the keys that were asked for, readable by the asker alone', async () => {
    const [device, stranger, owner] = [await testDevice(), await testDevice(), await newOwner()];
    const { request, body } = await bodyOf(device, owner);
    const reply = await post(body);
    const { version, requestHash, ecaCertChain, certificate, privateKeyInfo } = await opened(reply, device);
    expect([version, privateKeyInfo]).toEqual([1, undefined]);
    expect(requestHash).toEqual(sm3(request).subarray(24));
    expect(ecaCertChain.map(certificateHash)).toEqual([certificateHash(ecaCertificate())]);
    expect(verificationKeyOf(certificate)).toEqual(device.verificationKey);
    expect(encryptionKeyOf(certificate)).toEqual(device.encryptionKey);
    expect(isRefused(verifyCertificate(certificate, ecaCertificate()))).toBe(false);
    const tbs = certificate.value.toBeSigned.value;
    expect(tbs.id.kind).toBe('none');
    expect(tbs.validityPeriod.duration).toEqual({ kind: 'hours', value: LIFE_HOURS });
    expect(tbs.certRequestPermissions?.[0]?.subjectPermissions.value).toEqual([plainRange(111), plainRange(3629)]);
    expect(await openSealed(reply.body, encryptionKeyId(device.encryptionKey), stranger.unwrap, ccsa)).toBeUndefined();
  });

  it('EN10 issues the special rights and the region that an operator gave, beside the bare AIDs', async () => {
    const region = {
      kind: 'circularRegion',
      value: { center: { latitude: 399_000_000, longitude: 1_164_000_000 }, radius: 500 },
    } as const;
    const owner = await newOwner(true, { sspRanges: [emergencyRange(111)], region });
    const device = await testDevice();
    const { certificate } = await opened(await post((await bodyOf(device, owner)).body), device);
    const tbs = certificate.value.toBeSigned.value;
    expect(tbs.region).toEqual(region);
    expect(tbs.certRequestPermissions?.map(({ subjectPermissions }) => subjectPermissions.value)).toEqual([
      [plainRange(111), plainRange(3629)],
      [emergencyRange(111)],
    ]);
  });

  it('EN10 registers nobody with rights beyond the profile', async () => {
    const rights = { sspRanges: [emergencyRange(113)], region: undefined };
    await expect(newOwner(true, rights)).rejects.toThrow('rights-outside-profile');
  });

  it('EN6 answers the same request with the same bytes, asks the AAA once, and remembers after a restart', async () => {
    const [device, owner] = [await testDevice(), await newOwner()];
    const { request, body } = await bodyOf(device, owner);
    const first = await post(body);
    expect((await post(body)).body).toEqual(first.body);
    const anew = sealedBody(ecaCertificate(), request, serialBirth(owner.serial, owner.secret, request));
    expect((await post(anew)).body).toEqual(first.body);
    await eca.close();
    [eca, tables] = await host(ecaAuthority, 'a-eca');
    expect((await post(body)).body).toEqual(first.body);
    expect(asked).toBe(1);
    // An answer that was lost on its way is there for as long as it is asked for.
    bench.clock.advance(400_000);
    expect((await post(body)).body).toEqual(first.body);
    expect(asked).toBe(1);
  });

  it('EN6 gives ten requests at once one answer', async () => {
    const [device, owner] = [await testDevice(), await newOwner()];
    const { body } = await bodyOf(device, owner);
    const replies = await Promise.all(Array.from({ length: 10 }, () => post(body)));
    expect(
      new Set(replies.map(({ status, body: bytes }) => `${status} ${Buffer.from(bytes).toString('hex')}`)).size,
    ).toBe(1);
    await opened(replies[0] as Reply, device);
  });

  it('EN12 retires the certificate before in the moment of the new one', async () => {
    const owner = await newOwner();
    const [older, newer] = [await testDevice(), await testDevice()];
    const first = await opened(await post((await bodyOf(older, owner)).body), older);
    await operator.act(owner.serial, 'release');
    const second = await opened(await post((await bodyOf(newer, owner)).body), newer);
    const active = async (response: EcaEeCertResponse): Promise<boolean | undefined> => {
      const hash = Buffer.from(certificateHash(response.certificate));
      const [row] = (await tables.query('SELECT is_active FROM enrolment WHERE certificate_hash = $1', [hash])) as {
        is_active: boolean;
      }[];
      return row?.is_active;
    };
    expect([await active(first), await active(second)]).toEqual([false, true]);
  });

  it('EN12 leaves exactly one active when a device enrols twice at once, a hundred times', async () => {
    const store = enrolmentStore(tables);
    const bytes = (text: string): Uint8Array => sm3(new TextEncoder().encode(text));
    for (let round = 0; round < 100; round++) {
      const deviceIndex = bytes(`device ${round}`);
      const one = async (name: string): Promise<void> => {
        const id = bytes(`${name} ${round}`);
        const intent = { requestHash: id, keyHash: sm3(id), deviceIndex, tbs: id, createdMillis: 0, expiresMillis: 1 };
        const stored = await store.intend(intent);
        if (stored === undefined) throw new Error('no intent');
        await store.complete(stored, { certificate: id, certificateHash: id, answer: id });
      };
      await Promise.all([one('left'), one('right')]);
      const rows = (await tables.query('SELECT is_active FROM enrolment WHERE device_index = $1', [
        Buffer.from(deviceIndex),
      ])) as { is_active: boolean }[];
      expect(rows.map(({ is_active }) => is_active).sort()).toEqual([false, true]);
    }
  }, 30_000);

  it('EN13 refuses a second key row and a second certificate of one identifier', async () => {
    const store = enrolmentStore(tables);
    const id = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
    const intent = {
      requestHash: id(1),
      keyHash: id(2),
      deviceIndex: id(3),
      tbs: id(4),
      createdMillis: 0,
      expiresMillis: 1,
    };
    const first = await store.intend(intent);
    expect(first).toBeDefined();
    expect(await store.intend({ ...intent, requestHash: id(5) })).toBeUndefined();
    const second = await store.intend({ ...intent, requestHash: id(6), keyHash: id(7) });
    const issued = { certificate: id(8), certificateHash: id(9), answer: id(10) };
    await store.complete(first as never, issued);
    await expect(store.complete(second as never, issued)).rejects.toThrow('enrolment_certificate_hash');
  });

  describe('a successor', () => {
    let present: TestDevice;
    let owner: Owner;
    let certificate: Certificate;
    beforeEach(async () => {
      [present, owner] = [await testDevice(), await newOwner()];
      ({ certificate } = await opened(await post((await bodyOf(present, owner)).body), present));
      asked = 0;
      bench.clock.advance(LIFE_HOURS * 3_600_000 - 30 * 86_400_000);
    });
    afterEach(() => bench.clock.set(BENCH_START));

    const sealed = (request: Uint8Array): Uint8Array =>
      sealToCertificate(request, ecaCertificate(), { profile: ccsa, random: systemRandom });
    async function successorBody(next: TestDevice, by = { certificate, sign: present.sign }): Promise<Uint8Array> {
      return sealed(await testSuccessor(await testRequest(next, bench.clock.nowMillis()), by));
    }
    async function refusal(body: Uint8Array): Promise<string | null> {
      const before = await rowCount();
      const reply = await post(body, SUCCESSOR_PATH);
      expect([reply.status, await rowCount()]).toEqual([400, before]);
      return reply.code;
    }

    it('EN11 is issued to the active certificate near its end, and retires it; no proof of birth is asked for', async () => {
      const next = await testDevice();
      const request = await testSuccessor(await testRequest(next, bench.clock.nowMillis()), {
        certificate,
        sign: present.sign,
      });
      const first = await post(sealed(request), SUCCESSOR_PATH);
      const answer = await opened(first, next);
      expect(answer.requestHash).toEqual(sm3(request).subarray(24));
      expect(verificationKeyOf(answer.certificate)).toEqual(next.verificationKey);
      expect(isRefused(verifyCertificate(answer.certificate, ecaCertificate()))).toBe(false);
      const rows = (await tables.query(
        'SELECT certificate_hash, is_active FROM enrolment WHERE certificate_hash = ANY ($1) ORDER BY is_active',
        [[certificate, answer.certificate].map((one) => Buffer.from(certificateHash(one)))],
      )) as { certificate_hash: Buffer; is_active: boolean }[];
      expect(rows.map((row) => [new Uint8Array(row.certificate_hash), row.is_active])).toEqual([
        [certificateHash(certificate), false],
        [certificateHash(answer.certificate), true],
      ]);
      // The same request has the same answer for ever, though what signed it is retired by now.
      bench.clock.advance(400_000);
      expect((await post(sealed(request), SUCCESSOR_PATH)).body).toEqual(first.body);
      expect(asked).toBe(1);
      expect(await refusal(await successorBody(await testDevice()))).toBe('400-62');
    });

    it('EN12 is one, of ten that are asked for at once with ten keys', async () => {
      const bodies = await Promise.all(Array.from({ length: 10 }, async () => successorBody(await testDevice())));
      const replies = await Promise.all(bodies.map((body) => post(body, SUCCESSOR_PATH)));
      expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 400)]);
      const [row] = (await tables.query(
        `SELECT count(*)::int AS n FROM enrolment WHERE is_active AND device_index =
          (SELECT device_index FROM enrolment WHERE certificate_hash = $1)`,
        [Buffer.from(certificateHash(certificate))],
      )) as { n: number }[];
      expect(row?.n).toBe(1);
    });

    it('is refused before its time', async () => {
      bench.clock.set(BENCH_START + 86_400_000);
      expect(await refusal(await successorBody(await testDevice()))).toBe('400-73');
      expect(asked).toBe(0);
    });

    it('EN11 is refused to a certificate that has ended', async () => {
      bench.clock.advance(31 * 86_400_000);
      expect(await refusal(await successorBody(await testDevice()))).toBe('400-712');
      expect(asked).toBe(0);
    });

    it('is refused to a certificate that this ECA never issued', async () => {
      const { signer } = bench.member('a-pra');
      expect(await refusal(await successorBody(await testDevice(), signer))).toBe('400-62');
    });

    it('EN7 is refused for a key that was certified before', async () => {
      expect(await refusal(await successorBody(present))).toBe('400-64');
    });

    it('is refused to a device that the AAA stopped, or that is to prove its birth again', async () => {
      await operator.act(owner.serial, 'suspend');
      expect(await refusal(await successorBody(await testDevice()))).toBe('400-20');
      await operator.act(owner.serial, 'release');
      expect(await refusal(await successorBody(await testDevice()))).toBe('400-62');
      expect(asked).toBe(2);
    });

    it('EN2 is refused in the open, sealed to another ECA, and beyond the largest size', async () => {
      const by = { certificate, sign: present.sign };
      const request = await testSuccessor(await testRequest(await testDevice(), bench.clock.nowMillis()), by);
      const context = { profile: ccsa, random: systemRandom };
      expect(await refusal(request)).toBe('400-41');
      expect(await refusal(sealToCertificate(request, bench.member('b-eca').certificate, context))).toBe('400-41');
      expect(await refusal(new Uint8Array(40 * 1024 + 1))).toBe('400-42');
    });

    it('waits while the AAA is silent: the same request is good afterwards', async () => {
      const next = await testDevice();
      const body = await successorBody(next);
      bench.switchboard.connect(bench.address('a-aaa', aaaEca.name), () => Promise.reject(new LineFailure('silent')));
      expect((await post(body, SUCCESSOR_PATH)).status).toBe(503);
      connectAaa();
      await opened(await post(body, SUCCESSOR_PATH), next);
    });
  });

  /** Posts, and lets the power fail between intent and signature. */
  async function postAndCrash(body: Uint8Array): Promise<void> {
    const real = bench.member('a-eca').signer.sign;
    let signatures = 0;
    // The line to the AAA is signed first; the second signature is the certificate's.
    signWith = (id, message) => (++signatures === 2 ? Promise.reject(new Error('power lost')) : real(id, message));
    expect((await post(body)).status).toBe(500);
    signWith = undefined;
  }

  it('finishes after a crash between intent and signature, without a second intent or question', async () => {
    const [device, owner] = [await testDevice(), await newOwner()];
    const { request, body } = await bodyOf(device, owner);
    await postAndCrash(body);
    const where = [Buffer.from(sm3(request))];
    expect(await tables.query('SELECT certificate, is_active FROM enrolment WHERE request_hash = $1', where)).toEqual([
      { certificate: null, is_active: false },
    ]);
    const rows = await rowCount();
    await opened(await post(body), device);
    expect([await rowCount(), asked]).toEqual([rows, 1]);
  });

  it('BI10 finishes however late, and then asks the AAA once more', async () => {
    const [device, owner] = [await testDevice(), await newOwner()];
    const { body } = await bodyOf(device, owner);
    await postAndCrash(body);
    bench.clock.advance(400_000);
    await opened(await post(body), device);
    expect(asked).toBe(2);
  });

  it('enrols a device whose release was used by a request that never came back to its ECA', async () => {
    const [device, owner] = [await testDevice(), await newOwner()];
    const line = aaa.app.get<Lines>(LINES, { strict: false })[aaaEca.name] as Lines[string];
    bench.switchboard.connect(bench.address('a-aaa', aaaEca.name), async (message) => {
      await line(message);
      throw new LineFailure('the answer was lost');
    });
    const { body } = await bodyOf(device, owner);
    expect((await post(body)).status).toBe(503);
    connectAaa();
    bench.clock.advance(400_000);
    expect((await post(body)).code).toBe('400-70');
    await opened(await post((await bodyOf(device, owner)).body), device);
    expect((await post((await bodyOf(await testDevice(), owner)).body)).code).toBe('400-71');
  });

  it('BI10 signs an intent no more once its device was stopped', async () => {
    const [device, owner] = [await testDevice(), await newOwner()];
    const { request, body } = await bodyOf(device, owner);
    await postAndCrash(body);
    await operator.act(owner.serial, 'suspend');
    bench.clock.advance(400_000);
    expect((await post(body)).code).toBe('400-20');
    expect(
      await tables.query('SELECT certificate FROM enrolment WHERE request_hash = $1', [Buffer.from(sm3(request))]),
    ).toEqual([{ certificate: null }]);
  });

  it('EN12 lets an old intent retire no newer certificate', async () => {
    const owner = await newOwner();
    const [older, newer] = [await testDevice(), await testDevice()];
    const { body } = await bodyOf(older, owner);
    await postAndCrash(body);
    bench.clock.advance(1000);
    await operator.act(owner.serial, 'release');
    const { certificate } = await opened(await post((await bodyOf(newer, owner)).body), newer);
    expect((await post(body)).code).toBe('400-71');
    const active = await tables.query('SELECT is_active FROM enrolment WHERE certificate_hash = $1', [
      Buffer.from(certificateHash(certificate)),
    ]);
    expect(active).toEqual([{ is_active: true }]);
  });

  it('hands nothing out that its own check does not verify', async () => {
    const [device, owner] = [await testDevice(), await newOwner()];
    const { request, body } = await bodyOf(device, owner);
    const real = bench.member('a-eca').signer.sign;
    let signatures = 0;
    signWith = async (id, message) => {
      const signature = await real(id, message);
      return ++signatures === 2 ? signature.with(0, (signature[0] as number) ^ 1) : signature;
    };
    expect((await post(body)).status).toBe(500);
    const rows = (await tables.query('SELECT certificate FROM enrolment WHERE request_hash = $1', [
      Buffer.from(sm3(request)),
    ])) as unknown[];
    expect(rows).toEqual([{ certificate: null }]);
  });

  it.each(['serial', 'x509'] as const)('enrols the product’s own device, born by %s', async (birth) => {
    const trust = await bench.trust();
    const at = { url: `http://127.0.0.1:${eca.port}`, certificate: ecaCertificate() };
    const context: DeviceContext = {
      profile: ccsa,
      clock: bench.clock,
      random: systemRandom,
      keys: memoryDevice(systemRandom),
      store: memoryDeviceStore(),
      fetch: (url, init) => fetch(url, init),
      timeoutMillis: 10_000,
      home: { trcla: bench.trcla.certificate, eca: at, pra: at, tcmfUrl: at.url, aids: [111, 3629], country: 156 },
      trust,
      verify: sm2Verify,
    };
    const certificate = await enrol(context, birth === 'serial' ? provesBySerial(await newOwner()) : await x509Birth());
    if (isRefused(certificate)) throw new Error(certificate.reason);
    expect(isRefused(verifyCertificate(certificate, ecaCertificate()))).toBe(false);
  });

  async function x509Birth(): Promise<(request: Uint8Array) => Promise<BirthProof>> {
    const life = lifeAround(bench.clock.nowMillis());
    const maker = makeIssuer({ name: 'Brand B root', ...life }, systemRandom);
    await operator.trustIssuer({ certificate: maker.certificate, aids: [111, 3629] });
    return provesByX509(makeDeviceCertificate(maker, { name: 'car', ...life }, systemRandom));
  }

  it('never learns a serial', async () => {
    const dump = JSON.stringify(await tables.query('SELECT * FROM enrolment'), (_, value: unknown) =>
      typeof value === 'object' && value !== null && 'data' in value
        ? Buffer.from(value.data as number[]).toString('latin1')
        : value,
    );
    expect(serials).toBeGreaterThan(10);
    expect(dump.length).toBeGreaterThan(10_000);
    expect(dump).not.toContain('CANARY-');
  });
});
