import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { sm2Verify } from '#crypto/sm2.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { RevocationStanding } from '#credentials/revocation-check.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { decodeSecured, signData, unsecured } from '#credentials/signed-data.js';
import type { TrustStore } from '#credentials/trust-store.js';
import { unwrapWith } from '#service/identity.js';
import { MisbehaviourReport, MisbehaviourReportData } from '#wire/misbehaviour-report.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { drive, pseudonym, reportOf, upload, uploadSealed, type Pseudonym } from '../ma.fixture.js';
import { openReport, type OpenedReport, type ReporterRules } from './reporter.js';

const DAY = 86_400_000;
let bench: Bench;
let trust: TrustStore;
let now: number;
let reporter: Pseudonym;
let report: MisbehaviourReport;
let ma: Certificate;

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  trust = await bench.trust();
  now = bench.clock.nowMillis();
  reporter = await pseudonym(bench);
  ma = bench.member('a-ma').certificate;
  const liar = await pseudonym(bench, 'b');
  report = reportOf(await drive(liar, now - 60_000), { generationMillis: now, certificate: liar.certificate });
});

function opener(name: string): ReporterRules['opener'] {
  const { signer, device } = bench.member(name);
  return { signer, unwrap: unwrapWith(device), profile: ccsa };
}

function rules(over: Partial<ReporterRules> & { standingIs?: RevocationStanding } = {}): ReporterRules {
  const self = trust.authority(hashedId8(ma), now);
  if (isRefused(self)) throw new Error('the MA stands on no list');
  return {
    profile: ccsa,
    trust,
    self: self as ReporterRules['self'],
    opener: opener('a-ma'),
    verify: sm2Verify,
    nowMillis: now,
    reportWindowDays: 7,
    maximumReportBytes: 65_536,
    standing: async () => over.standingIs ?? 'good',
    ...over,
  };
}
const at = (generationMillis: number): MisbehaviourReport => ({
  ...report,
  generationTime: reportOf([Uint8Array.of(1)], { generationMillis }).generationTime,
});
const sealed = (plaintext: Uint8Array): Uint8Array =>
  uploadSealed(sealToCertificate(plaintext, ma, { profile: ccsa, random: systemRandom }));
const signedBy = (by: Pseudonym, named?: 'digest') =>
  signData(encode(MisbehaviourReport, report), { psid: ccsa.aid.misbehaviour }, by, named);

describe('a report is refused', () => {
  it.each<[string, string, () => Promise<Uint8Array> | Uint8Array]>([
    ['when it is no report', 'report-malformed', () => Uint8Array.of(1, 2, 3)],
    [
      'in plain',
      'report-malformed',
      () => encode(MisbehaviourReportData, { version: 1, content: { kind: 'plaintext', value: report } }),
    ],
    [
      'signed but not sealed',
      'report-malformed',
      async () =>
        encode(MisbehaviourReportData, {
          version: 1,
          content: { kind: 'signed', value: decodeSecured(await signedBy(reporter)) },
        }),
    ],
    [
      'in another version',
      'report-malformed',
      async () => {
        const body = await upload(report, reporter, ma);
        return Uint8Array.of(2, ...body.subarray(1));
      },
    ],
    [
      'sealed to another MA',
      'report-not-sealed-to-us',
      () => upload(report, reporter, bench.member('b-ma').certificate),
    ],
    [
      'changed under the seal',
      'report-not-sealed-to-us',
      async () => {
        const body = await upload(report, reporter, ma);
        body[body.length - 1]! ^= 1;
        return body;
      },
    ],
    ['sealed but not signed', 'report-not-signed', () => sealed(encode(V2XSecData, unsecured(Uint8Array.of(1))))],
    ['under another application', 'report-aid', () => upload(report, reporter, ma, { psid: ccsa.aid.bsm })],
    [
      'with a time in the header',
      'report-header',
      () => upload(report, reporter, ma, { psid: ccsa.aid.misbehaviour, generationTime: 1n }),
    ],
    ['signed by digest', 'report-signer-form', async () => sealed(await signedBy(reporter, 'digest'))],
    [
      'that says nothing',
      'report-malformed',
      async () => sealed(await signData(Uint8Array.of(1), { psid: ccsa.aid.misbehaviour }, reporter)),
    ],
    ['from the future', 'report-from-the-future', () => upload(at(now + 300_001), reporter, ma)],
    ['of more than a window ago', 'report-too-old', () => upload(at(now - 7 * DAY - 1), reporter, ma)],
    [
      'made outside the life of the pseudonym',
      'reporter-outside-validity',
      () => upload(at(now - 3 * DAY), reporter, ma),
    ],
    [
      'by one who may not report',
      'reporter-not-permitted',
      async () => upload(report, await pseudonym(bench, 'a', { psids: [ccsa.aid.bsm] }), ma),
    ],
    [
      'by a pseudonym of a CA on no list (RV2)',
      'reporter-issuer-not-listed',
      async () => upload(report, await pseudonym(await authorityBench({ domains: ['a'] })), ma),
    ],
    [
      'by a certificate of no PCA',
      'reporter-issuer-not-pca',
      async () => upload(report, await pseudonym(bench, 'a', { issuer: bench.member('a-eca').signer }), ma),
    ],
    [
      'by a device of another domain',
      'reporter-of-another-domain',
      async () => upload(report, await pseudonym(bench, 'b'), ma),
    ],
    [
      'by a pseudonym that is given too much',
      'reporter-chain',
      async () => upload(report, await pseudonym(bench, 'a', { psids: [ccsa.aid.misbehaviour, ccsa.aid.crl] }), ma),
    ],
    [
      'signed by another key than the pseudonym names',
      'report-signature',
      async () => upload(report, { ...(await pseudonym(bench)), certificate: reporter.certificate }, ma),
    ],
  ])('%s', async (_, reason, body) => {
    expect(await openReport(await body(), rules())).toEqual({ kind: 'refused', reason });
  });

  it('when it is too large', async () => {
    const body = await upload(report, reporter, ma);
    const outcome = await openReport(body, rules({ maximumReportBytes: body.length - 1 }));
    expect(outcome).toEqual({ kind: 'refused', reason: 'report-too-large' });
    expect(await openReport(body, rules({ maximumReportBytes: body.length }))).toHaveProperty('report');
  });

  it('by a revoked device', async () => {
    const outcome = await openReport(await upload(report, reporter, ma), rules({ standingIs: 'revoked' }));
    expect(outcome).toEqual({ kind: 'refused', reason: 'reporter-revoked' });
  });
});

it('a report waits while no list of revoked devices is to be had', async () => {
  const outcome = await openReport(await upload(report, reporter, ma), rules({ standingIs: 'no-crl' }));
  expect(outcome).toEqual({ kind: 'waiting' });
});

it('a report of a device of this domain is opened, and its seal says nothing to others (RV1)', async () => {
  const body = await upload(report, reporter, ma);
  const opened = (await openReport(body, rules())) as OpenedReport;
  expect(encode(MisbehaviourReport, opened.report)).toEqual(encode(MisbehaviourReport, report));
  expect(opened.reporter.bytes).toEqual(reporter.certificate.bytes);
  expect(Buffer.from(body).includes(Buffer.from(reporter.certificate.bytes.subarray(10)))).toBe(false);
  const pra = { opener: { ...opener('a-ma'), unwrap: opener('a-pra').unwrap } };
  expect(await openReport(body, rules(pra))).toEqual({ kind: 'refused', reason: 'report-not-sealed-to-us' });
});
