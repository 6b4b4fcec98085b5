/** RV1 from the device's side: what a report holds, who can open it, and what the PRA sees. */
import { decode } from '#coer/codec.js';
import { encode } from '#coer/codec.js';
import { certificateHash, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { openSealed } from '#credentials/sealing.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { message, pseudonym } from '#credentials/spdu.fixture.js';
import { MisbehaviourReport, MisbehaviourReportData } from '#wire/misbehaviour-report.js';
import { V2XSecData } from '#wire/secured-data.js';
import { ENCRYPTION_KEY } from '../../../test/support/authority-bench.js';
import type { DeviceContext } from './device-context.js';
import { enrol } from './enrolment.js';
import { anyBirth, DoubleHouse } from './house.fixture.js';
import { misbehaviourReport, sendReport, type Suspicion } from './reporting.js';

let house: DoubleHouse;
let device: DeviceContext;
let reporter: Signer;
let accused: Signer;
let suspicion: Suspicion;
const now = (): number => house.bench.clock.nowMillis();

beforeAll(async () => {
  house = await DoubleHouse.build();
  device = await house.device();
  await enrol(device, anyBirth);
  reporter = await pseudonym(house.member('pca').signer, house.member('cra').certificate, now());
  accused = await pseudonym(house.bench.member('b-pca').signer, house.bench.member('b-cra').certificate, now());
  const times = [now() - 200, now() - 100, now()];
  const messages = await Promise.all(
    times.map(async (generationTimeMillis, k) => {
      const named = k === 0 ? ('certificate' as const) : ('digest' as const);
      return { generationTimeMillis, named, bytes: await message(accused, generationTimeMillis, { named }) };
    }),
  );
  suspicion = {
    aid: 111,
    certificate: accused.certificate,
    messages,
    observations: [
      { tgtId: 4, obsId: 5 },
      { tgtId: 3, obsId: 4 },
      { tgtId: 3, obsId: 4 },
    ],
    observationLocation: { latitude: 399_000_000, longitude: 1_164_000_000, elevation: 4500 },
    observedMillis: now(),
  };
});

it('carries the accused’s messages byte for byte, its certificate, and each observation once', () => {
  const report = decode(MisbehaviourReport, encode(MisbehaviourReport, misbehaviourReport(suspicion)));
  const { aid, content } = report.report;
  const [stream] = content.v2xPduEvidence;
  expect(aid).toBe(111);
  expect(stream).toMatchObject({ type: 2, subjectPduIndex: 2 });
  expect(stream?.v2xPdus.map((pdu) => Buffer.from(pdu))).toEqual(
    suspicion.messages.map(({ bytes }) => Buffer.from(bytes)),
  );
  expect(stream?.certificate && idKey(certificateHash(stream.certificate))).toBe(
    idKey(certificateHash(accused.certificate)),
  );
  expect(
    content.observations.map(({ tgtId, observations }) => [tgtId, observations.map(({ obsId }) => obsId)]),
  ).toEqual([
    [3, [4]],
    [4, [5]],
  ]);
});

it('leaves the certificate out when every message carries it', () => {
  const [full] = suspicion.messages;
  if (full === undefined) throw new Error('no message');
  const report = misbehaviourReport({ ...suspicion, messages: [full] });
  expect(report.report.content.v2xPduEvidence[0]?.certificate).toBeUndefined();
});

it('refuses to accuse without evidence', () => {
  expect(() => misbehaviourReport({ ...suspicion, messages: [] })).toThrow(RangeError);
});

it('goes to the own PRA, can be opened by the own MA alone, and is signed by the pseudonym for AID 3629', async () => {
  expect(await sendReport(misbehaviourReport(suspicion), reporter, device)).toEqual({ kind: 'handed-in' });
  const [handed] = house.reports;
  if (handed === undefined) throw new Error('nothing was handed in');
  expect(handed.header).toMatch(/^[A-Za-z0-9+/=]{100,4096}$/);
  const { version, content } = decode(MisbehaviourReportData, handed.body);
  expect([version, content.kind]).toEqual([1, 'sTE']);
  const sealed = encode(V2XSecData, content.value as V2XSecData);
  const openAs = (name: string): Promise<Uint8Array | undefined> => {
    const { device: keys, certificate } = house.bench.member(name);
    return openSealed(sealed, hashedId8(certificate), (w) => keys.unwrap(ENCRYPTION_KEY, w), ccsa);
  };
  expect(await openAs('a-pra')).toBeUndefined();
  expect(await openAs('b-ma')).toBeUndefined();
  const opened = await openAs('a-ma');
  const signed = opened && asSignedData(opened);
  const signer = signed && onlyCertificate(signed.signer);
  if (!signed || !signer) throw new Error('not signed with a certificate');
  expect(isSignedWith(signed, reporter.certificate)).toBe(true);
  expect(idKey(certificateHash(signer))).toBe(idKey(certificateHash(reporter.certificate)));
  expect(signed.tbsData.value.headerInfo).toEqual({ psid: 3629 });
  const report = decode(MisbehaviourReport, signedPayload(signed) as Uint8Array);
  expect(report.observationLocation).toEqual(suspicion.observationLocation);
});

it('nothing of the pseudonyms stands readable in what the PRA carries', async () => {
  await sendReport(misbehaviourReport(suspicion), reporter, device);
  const body = Buffer.from(house.reports.at(-1)?.body ?? new Uint8Array());
  for (const { certificate } of [reporter, accused]) {
    expect(body.includes(Buffer.from(certificate.bytes))).toBe(false);
    expect(body.includes(Buffer.from(hashedId8(certificate)))).toBe(false);
  }
});

it('is not sent by a device that is not enrolled, knows no MA, or finds nobody', async () => {
  const report = misbehaviourReport(suspicion);
  const reason = async (context: DeviceContext): Promise<string> => {
    const outcome = await sendReport(report, reporter, context);
    return isRefused(outcome) ? outcome.reason : outcome.kind;
  };
  expect(await reason(await house.device())).toBe('not-enrolled');
  expect(await reason({ ...device, trust: house.emptyTrust() })).toBe('no-ma');
  expect(await reason({ ...device, fetch: () => Promise.reject(new Error('no network')) })).toBe('no-answer');
  const blocked = new Response(null, { status: 429, headers: { 'ieee-1609.2.1-error': '400-79' } });
  expect(await reason({ ...device, fetch: () => Promise.resolve(blocked) })).toBe('authority-refused');
});
