/**
 * ECA, ACA, CRA and ICA renew their certificates: what they issued before stays good as long as the former certificate is, what
 * was asked before is answered, and whoever verifies finds the new certificate on the lists.
 */
import { jest } from '@jest/globals';
import { acaAuthority } from '#apps/aca/src/aca.authority.js';
import { testItem, testKeys } from '#apps/aca/src/domain/item.fixture.js';
import { craAuthority } from '#apps/cra/src/cra.authority.js';
import { ecaAuthority } from '#apps/eca/src/eca.authority.js';
import {
  sealedBody,
  serialBirth,
  testDevice,
  testRequest,
  type TestDevice,
} from '#apps/eca/src/domain/enrolment-request.fixture.js';
import { ICA_OPERATOR, icaAuthority, type IcaOperator } from '#apps/ica/src/ica.authority.js';
import { knownDevice } from '#apps/ara/src/domain/device-message.js';
import { decode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { addSignature, newApproval } from '#credentials/approval.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateFromBytes, hashedId8, issuerIdOf } from '#credentials/certificate-facts.js';
import { entriesOf, RevocationStore } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import { asSignedData, onlyCertificate, signedPayload, unsecuredBytes } from '#credentials/signed-data.js';
import { answerLine } from '#edge/answer-line.js';
import { callLine } from '#edge/call-line.js';
import { replayMemory } from '#edge/replay-memory.js';
import { aaaEca, type AuthoriseEnrolments } from '#edges/aaa-eca/authorise.js';
import { acaAra, type IssueApplication } from '#edges/aca-ara/issue-application.js';
import { craMa, type RevokedChain } from '#edges/cra-ma/revocation.js';
import { ENROLMENT_PATH } from '#edges/ee-eca/enrolment.js';
import { CRL_PATH } from '#edges/ee-lists/paths.js';
import { memoryDevice } from '#keys/software-device.js';
import { AcaRaCertResponse, ScmsPdu } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import { periodAt } from '#credentials/period.js';
import { authorityBench, authorityKeys, BENCH_START, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';
import { RenewingHouse } from '../support/renewing-house.js';

const HOUR_MILLIS = 3_600_000;
jest.setTimeout(120_000);

let bench: Bench;
let house: RenewingHouse;

withPostgres(() => house.close());
beforeAll(async () => {
  bench = await authorityBench();
  house = new RenewingHouse(bench);
});

const url = (name: string, path: string): string => `http://127.0.0.1:${String(house.at(name).host.port)}${path}`;
const certificateOf = (name: string): Certificate => house.at(name).context.certificate;

describe('an ECA', () => {
  beforeAll(async () => {
    await house.start('a-eca', ecaAuthority, {});
    const { trust } = house.at('a-eca').context;
    // The AAA has heard of every renewal.
    const identity = { ...(await bench.contextFor('a-aaa')).identity, trust };
    const allowed = { deviceId: systemRandom.bytes(16), allowedAids: [111, 3629], validForHours: 20, country: 156 };
    const failed = (_: string, error: unknown): never => {
      throw error;
    };
    // Every device is another one to it, and may enrol.
    const decision = () => ({
      kind: 'allowed',
      value: { ...allowed, deviceId: systemRandom.bytes(16), sspRanges: [], region: undefined },
    });
    const answers = {
      authoriseEnrolments: async ({ requests }: AuthoriseEnrolments) => ({ decisions: requests.map(decision) }),
    };
    bench.switchboard.connect(
      bench.address('a-aaa', aaaEca.name),
      answerLine(aaaEca, answers as never, { identity, replay: replayMemory(), onFailure: failed }),
    );
  });

  interface Enrolled {
    readonly device: TestDevice;
    readonly body: Uint8Array;
    readonly certificate: Certificate;
    readonly signer: Certificate | undefined;
  }

  async function answered(device: TestDevice, body: Uint8Array): Promise<Enrolled> {
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await fetch(url('a-eca', ENROLMENT_PATH), {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    expect([response.status, response.headers.get('ieee-1609.2.1-error')]).toEqual([200, null]);
    const id = encryptionKeyId(device.encryptionKey);
    const opened = await openSealed(new Uint8Array(await response.arrayBuffer()), id, device.unwrap, ccsa);
    const signed = asSignedData(opened as Uint8Array);
    const payload = signed && signedPayload(signed);
    const { content } = decode(ScmsPdu, payload as Uint8Array);
    if (content.kind !== 'eca-ee' || content.value.kind !== 'ecaEeCertResponse') throw new Error('another answer');
    return {
      device,
      body,
      certificate: content.value.value.certificate,
      signer: signed && onlyCertificate(signed.signer),
    };
  }

  async function enrol(to: Certificate): Promise<Enrolled> {
    const device = await testDevice();
    const request = await testRequest(device, bench.clock.nowMillis());
    return answered(device, sealedBody(to, request, serialBirth('any', systemRandom.bytes(16), request)));
  }

  it('answers what was sealed for the former certificate, under the new one', async () => {
    const former = certificateOf('a-eca');
    const before = await enrol(former);
    await house.renew('a-eca');
    const renewed = certificateOf('a-eca');
    const after = await enrol(former);
    expect(before.certificate.value.issuer).toEqual(issuerIdOf(former));
    expect(after.certificate.value.issuer).toEqual(issuerIdOf(renewed));
    expect(after.signer && hashedId8(after.signer)).toEqual(hashedId8(renewed));
    // The same request has the same answer, whatever was renewed since.
    expect((await answered(before.device, before.body)).certificate.bytes).toEqual(before.certificate.bytes);
    const ara = (await bench.contextFor('a-ara')).identity;
    const trust = house.at('a-eca').context.trust;
    for (const { certificate } of [before, after])
      expect(isRefused(knownDevice(certificate, { ...ara, trust }))).toBe(false);
  });

  it('signs an intent that is older than its new certificate under the former one', async () => {
    const former = certificateOf('a-eca');
    const tables = house.at('a-eca').context.dataSource;
    const { device, body } = await enrol(former);
    // As a crash between intent and answer leaves it.
    await tables.query(
      'UPDATE enrolment SET certificate = NULL, certificate_hash = NULL, answer = NULL, is_active = false',
    );
    bench.clock.advance(60_000);
    await house.renew('a-eca', { startSeconds: time32FromMillis(bench.clock.nowMillis()) });
    expect((await answered(device, body)).certificate.value.issuer).toEqual(issuerIdOf(former));
    expect((await enrol(former)).certificate.value.issuer).toEqual(issuerIdOf(certificateOf('a-eca')));
  });
});

describe('an ACA', () => {
  const issue = async (request: IssueApplication): Promise<Uint8Array> => {
    const { identity, transport } = await bench.contextFor('a-ara');
    // The ARA has heard of the renewal.
    const own = { ...identity, trust: house.at('a-aca').context.trust };
    const peer = { address: bench.address('a-aca', acaAra.name), hostname: bench.member('a-aca').hostname };
    const answer = await callLine(acaAra, peer, own, transport).issueApplication(request);
    if (isRefused(answer)) throw new Error(answer.reason);
    return answer.response;
  };

  const opened = async (response: Uint8Array, keys: Awaited<ReturnType<typeof testKeys>>): Promise<Certificate> => {
    const { acaResponse } = decode(AcaRaCertResponse, response);
    if (acaResponse.kind !== 'private' || acaResponse.value.content.kind !== 'signedData')
      throw new Error('not sealed');
    const sealed = signedPayload(acaResponse.value.content.value) as Uint8Array;
    const plain = await openSealed(sealed, encryptionKeyId(keys.answerKey), keys.unwrap, ccsa);
    const { content } = decode(ScmsPdu, unsecuredBytes(decode(V2XSecData, plain as Uint8Array)) as Uint8Array);
    if (content.kind !== 'aca-ee') throw new Error('another answer');
    return content.value.value.certificate;
  };

  it('certifies what an ARA made before the new certificate began under the former one, and the rest under the new one', async () => {
    await house.start('a-aca', acaAuthority, { araHostname: bench.member('a-ara').hostname });
    const former = certificateOf('a-aca');
    const keys = await testKeys();
    const waiting = testItem(keys, bench.clock.nowMillis());
    bench.clock.advance(60_000);
    await house.renew('a-aca', { startSeconds: time32FromMillis(bench.clock.nowMillis()) });
    const old = await opened(await issue(waiting), keys);
    const others = await testKeys();
    const fresh = await opened(await issue(testItem(others, bench.clock.nowMillis())), others);
    expect(old.value.issuer).toEqual(issuerIdOf(former));
    expect(fresh.value.issuer).toEqual(issuerIdOf(certificateOf('a-aca')));
    // A receiver finds both issuers on the lists.
    const { trust } = house.at('a-aca').context;
    for (const issuer of [former, certificateOf('a-aca')])
      expect(isRefused(trust.authority(hashedId8(issuer), bench.clock.nowMillis()))).toBe(false);
  });
});

describe('a CRA', () => {
  const FORMER_HOURS = 200;

  const served = async (craca: Certificate): Promise<Uint8Array | undefined> => {
    const response = await fetch(url('a-cra', `${CRL_PATH}?craca=${hex(hashedId8(craca))}&crlSeries=1`));
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  };
  const chain = (): RevokedChain => ({
    iRev: periodAt(ccsa.epochMillis, bench.clock.nowMillis()),
    iMax: periodAt(ccsa.epochMillis, bench.clock.nowMillis()) + 10,
    jMax: 20,
    la1Id: Uint8Array.of(0, 1),
    seed1: systemRandom.bytes(16),
    la2Id: Uint8Array.of(0, 2),
    seed2: systemRandom.bytes(16),
  });
  const revoke = async (revoked: RevokedChain): Promise<unknown> => {
    const { identity, transport } = await bench.contextFor('a-ma');
    const own = { ...identity, trust: house.at('a-cra').context.trust };
    const peer = { address: bench.address('a-cra', craMa.name), hostname: bench.member('a-cra').hostname };
    const scope = {
      caseId: systemRandom.bytes(16),
      target: systemRandom.bytes(32),
      action: 'revoke',
      addressee: hashedId8(certificateOf('a-cra')),
      expiry: time32FromMillis(bench.clock.nowMillis() + HOUR_MILLIS),
      nonce: systemRandom.bytes(16),
    } as const;
    let approval = newApproval(scope);
    for (const operator of bench.operators.slice(0, 2)) approval = await addSignature(approval, operator);
    return callLine(craMa, peer, own, transport).revoke({ approval, chains: [revoked] });
  };

  it('publishes one list under each of its certificates, and under the former one no more when that has ended', async () => {
    await house.start('a-cra', craAuthority, { tickMillis: 3_600_000 });
    const born = certificateOf('a-cra');
    expect(await served(born)).toBeDefined();
    await house.renew('a-cra', { hours: FORMER_HOURS });
    // Nothing was ordered: the certificate itself is owed a list.
    expect(await served(certificateOf('a-cra'))).toBeDefined();
    await house.renew('a-cra');
    const [former, renewed] = [house.at('a-cra').context.formerCertificates[1] as Certificate, certificateOf('a-cra')];
    const all = [born, former, renewed];
    const revoked = chain();
    expect(await revoke(revoked)).toEqual({ crlNumber: 3 });
    const { trust } = house.at('a-cra').context;
    const crls = new RevocationStore(trust, ccsa);
    const lists: { number?: unknown; entries: unknown }[] = [];
    for (const craca of all) {
      const bytes = (await served(craca)) as Uint8Array;
      const taken = crls.takeCrl(bytes, bench.clock.nowMillis());
      if (isRefused(taken)) throw new Error(taken.reason);
      expect(taken.crlCraca).toEqual(hashedId8(craca));
      lists.push({ entries: entriesOf(taken) });
    }
    expect(lists).toEqual(Array.from({ length: 3 }, () => ({ entries: [revoked] })));
    expect(
      await house.at('a-cra').context.dataSource.query('SELECT count(DISTINCT number) AS n FROM issued_crl'),
    ).toEqual([{ n: '3' }]);

    const { start } = former.value.toBeSigned.value.validityPeriod;
    bench.clock.set(millisFromTime32(start) + FORMER_HOURS * HOUR_MILLIS + 1000);
    await house.at('a-cra').own.refresh();
    // The list that is due by now has no copy under what has ended.
    expect(await Promise.all(all.map(async (one) => (await served(one)) !== undefined))).toEqual([true, false, true]);
    bench.clock.set(BENCH_START + HOUR_MILLIS);
  });
});

describe('an ICA', () => {
  it('certifies under its new certificate, and whom it certified before is still listed under the former one', async () => {
    await house.start('a-ica', icaAuthority, {});
    const former = certificateOf('a-ica');
    const operator = house.at('a-ica').host.app.get<IcaOperator>(ICA_OPERATOR, { strict: false });
    const certify = async (hostname: string): Promise<Certificate> => {
      const keys = memoryDevice(systemRandom);
      const nowMillis = bench.clock.nowMillis();
      const validity = { start: time32FromMillis(nowMillis), duration: { kind: 'hours', value: 1 } } as const;
      const tbs = authorityTbs({ kind: 'aaa', hostname, ...(await authorityKeys(keys)), validity }, ccsa);
      const sign = (id: Uint8Array, message: Uint8Array) => keys.sign('verification', id, message);
      const request = await requestAuthorityCertificate(tbs, sign, { profile: ccsa, nowMillis });
      const bytes = await operator.certifyAuthority(request, { kind: 'aaa', hostname, validForHours: 100 });
      if (isRefused(bytes)) throw new Error(bytes.reason);
      return certificateFromBytes(bytes);
    };
    const before = await certify('one.a.chrysalis.example');
    await house.renew('a-ica');
    const after = await certify('two.a.chrysalis.example');
    expect(before.value.issuer).toEqual(issuerIdOf(former));
    expect(after.value.issuer).toEqual(issuerIdOf(certificateOf('a-ica')));
    await house.list(before, after);
    const { trust } = house.at('a-ica').context;
    const [first, second] = [before, after].map((one) => trust.authority(hashedId8(one), bench.clock.nowMillis()));
    if (first === undefined || second === undefined || isRefused(first) || isRefused(second))
      throw new Error('not listed');
    expect(trust.sameDomain(first, second)).toBe(true);
  });
});
