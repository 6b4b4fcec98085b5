import { CHINA } from '#credentials/authority-certificate.js';
import { lintToBeSigned } from '#credentials/lint/lint-certificate.js';
import { spanOf } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused } from '#credentials/refusal.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, BENCH_START } from '../../../../test/support/authority-bench.js';
import { emergencyPermission, emergencyRange, plainRange } from '#credentials/special-vehicle.js';
import { mayRequest } from '#credentials/permissions.js';
import type { EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import { composeCertificate, lint } from './compose-certificate.js';
import { testDevice } from './enrolment-request.fixture.js';
import { endEntityPermissions, type AskedEnrolment } from './judge-request.js';

const HOUR = 3_600_000;

describe('the enrolment certificate as the ECA writes it', () => {
  let eca: Certificate;
  let asked: AskedEnrolment;
  const allowed: EnrolmentAllowed = {
    deviceId: new Uint8Array(16),
    allowedAids: [111, 112, 3629],
    country: CHINA,
    validForHours: 100,
    sspRanges: [],
    region: undefined,
  };
  const at = (nowMillis: number) => ({ certificate: eca, profile: ccsa, nowMillis });
  const endOfEca = (): number => spanOf(eca.value.toBeSigned.value.validityPeriod).endMillis;

  beforeAll(async () => {
    eca = (await authorityBench()).member('a-eca').certificate;
    const { verificationKey, encryptionKey } = await testDevice();
    asked = { requestHash: new Uint8Array(32), verificationKey, encryptionKey, aids: [111, 3629] };
  });

  const composed = (): ToBeSignedCertificate => {
    const tbs = composeCertificate(asked, allowed, at(BENCH_START));
    if (isRefused(tbs)) throw new Error(tbs.reason);
    return tbs;
  };

  it('EN10 refuses one AID more than the AAA allows', () => {
    expect(composeCertificate({ ...asked, aids: [111, 113] }, allowed, at(BENCH_START))).toEqual(
      refused('permissions-not-allowed'),
    );
  });

  it('EN10 refuses an AID that the AAA allows and our own certificate does not', () => {
    const aids = [111, 777];
    expect(composeCertificate({ ...asked, aids }, { ...allowed, allowedAids: aids }, at(BENCH_START))).toEqual(
      refused('outside-our-permissions'),
    );
  });

  it('EN10 refuses a country that is not ours', () => {
    expect(composeCertificate(asked, { ...allowed, country: 840 }, at(BENCH_START))).toEqual(
      refused('outside-our-region'),
    );
  });

  it('refuses when we end within the hour', () => {
    expect(composeCertificate(asked, allowed, at(endOfEca() - HOUR + 1))).toEqual(refused('eca-expiring'));
  });

  it('EN10 lints what policy let through', () => {
    const tbs = composed();
    const late = { start: time32FromMillis(endOfEca()), duration: { kind: 'hours', value: 1 } } as const;
    expect(lint({ ...tbs, validityPeriod: late }, eca)).toEqual(refused('eca-expiring'));
    expect(lint({ ...tbs, appPermissions: [{ psid: 111 }] }, eca)).toEqual(refused('outside-our-permissions'));
    expect(lint({ ...tbs, certIssuePermissions: tbs.certRequestPermissions }, eca)).toEqual(
      refused('outside-our-permissions'),
    );
    expect(lint(tbs, eca)).toBeUndefined();
  });

  it('ends with what is allowed, or with us', () => {
    const hours = (nowMillis: number, validForHours: number): number => {
      const tbs = composeCertificate(asked, { ...allowed, validForHours }, at(nowMillis));
      return isRefused(tbs) ? 0 : tbs.validityPeriod.duration.value;
    };
    expect(hours(BENCH_START, 100)).toBe(100);
    expect(hours(endOfEca() - 5 * HOUR - 1, 100)).toBe(5);
  });

  it('gives no SSP but what the AAA names, and the bare AID beside it', () => {
    const special = composeCertificate(asked, { ...allowed, sspRanges: [emergencyRange(111)] }, at(BENCH_START));
    if (isRefused(special)) throw new Error(special.reason);
    expect(lintToBeSigned(special, eca, { profile: ccsa, kind: 'ec' })).toEqual([]);
    expect(mayRequest(special, [emergencyPermission(111)])).toBe(true);
    expect(mayRequest(special, [{ psid: 111 }, { psid: 3629 }])).toBe(true);
    expect(mayRequest(composed(), [emergencyPermission(111)])).toBe(false);
    expect(mayRequest(composed(), [{ psid: 111 }])).toBe(true);
  });

  it('EN10 narrows the region to what the AAA names, inside our own', () => {
    const circle = (latitude: number) =>
      ({ kind: 'circularRegion', value: { center: { latitude, longitude: 1_164_000_000 }, radius: 500 } }) as const;
    expect(composeCertificate(asked, { ...allowed, region: circle(399_000_000) }, at(BENCH_START))).toMatchObject({
      region: circle(399_000_000),
    });
    expect(composeCertificate(asked, { ...allowed, region: circle(1) }, at(BENCH_START))).toEqual(
      refused('outside-our-region'),
    );
  });

  it('takes keys and AIDs from the request and nothing else', () => {
    expect(composed()).toEqual({
      id: { kind: 'none', value: null },
      cracaId: new Uint8Array(3),
      crlSeries: 0,
      validityPeriod: { start: time32FromMillis(BENCH_START), duration: { kind: 'hours', value: 100 } },
      region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: CHINA }] },
      appPermissions: endEntityPermissions(ccsa),
      certRequestPermissions: [
        {
          subjectPermissions: { kind: 'explicit', value: [plainRange(111), plainRange(3629)] },
          minChainLength: 1,
          chainLengthRange: 0,
          eeType: new Set(['app']),
        },
      ],
      encryptionKey: sm2EncryptionKey(asked.encryptionKey),
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(asked.verificationKey) },
    });
  });
});
