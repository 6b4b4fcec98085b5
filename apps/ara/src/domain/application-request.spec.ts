/** PR1, PR3, PR6, PR10: what an ARA takes from a device, and what not; each refusal by one check alone. */
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import { OFF_THE_CURVE } from '#credentials/chain.fixture.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { spanOf } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused } from '#credentials/refusal.js';
import { emergencyPermission } from '#credentials/special-vehicle.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, BENCH_START, type Bench } from '../../../../test/support/authority-bench.js';
import {
  applicationRequest,
  circle,
  newKeys,
  newUnit,
  type RequestChange,
  type TestKeys,
  type TestUnit,
} from '../device.fixture.js';
import { isSignedByItsDevice, judgeApplication, readApplication } from './application-request.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe('an application request', () => {
  let bench: Bench;
  let identity: LineIdentity;
  let unit: TestUnit;
  let keys: TestKeys;

  beforeAll(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    identity = (await bench.contextFor('a-ara')).identity;
    unit = await newUnit(bench);
    keys = await newKeys();
  });
  afterEach(() => bench.clock.set(BENCH_START));

  async function outcome(change: RequestChange = {}, from = unit, madeMillis = bench.clock.nowMillis()) {
    const { envelope } = await applicationRequest(from, keys, madeMillis, change);
    const read = readApplication(envelope, identity);
    if (isRefused(read)) return read;
    if (!isSignedByItsDevice(read)) return refused('signature');
    const nowMillis = bench.clock.nowMillis();
    return judgeApplication(read, { profile: ccsa, nowMillis, applicationHours: 8760, identityHours: 720 });
  }

  it('grants what lies inside the enrolment certificate, in the order of the AIDs', async () => {
    expect(await outcome()).toEqual({
      verificationKey: keys.publicKey,
      answerKey: keys.answerKey,
      permissions: [{ psid: 113 }, { psid: 3620 }],
      region: circle(500),
      hours: 100,
      notAfterMillis: spanOf(unit.certificate.value.toBeSigned.value.validityPeriod).endMillis,
    });
  });

  describe('PR1 who asks', () => {
    it('refuses an EC of another domain, and one of no ECA', async () => {
      const foreign = await newUnit(bench, { issuer: bench.member('b-eca').signer });
      expect(await outcome({}, foreign)).toEqual(refused('ec-chain'));
      const byPca = await newUnit(bench, { issuer: bench.member('a-pca').signer });
      expect(await outcome({}, byPca)).toEqual(refused('ec-chain'));
    });

    it('refuses an EC that is over, and one that is to come', async () => {
      const short = (startMillis: number) =>
        newUnit(bench, {
          tbs: { validityPeriod: { start: time32FromMillis(startMillis), duration: { kind: 'hours', value: 1 } } },
        });
      expect(await outcome({}, await short(BENCH_START - 2 * HOUR))).toEqual(refused('ec-validity'));
      expect(await outcome({}, await short(BENCH_START + HOUR))).toEqual(refused('ec-validity'));
    });

    it('PR3 refuses a signature by another key', async () => {
      const other = sm2SignerFor(newSm2PrivateKey(systemRandom));
      const signer = { certificate: unit.certificate, sign: async (id: Uint8Array, m: Uint8Array) => other(id, m) };
      expect(await outcome({ signer })).toEqual(refused('signature'));
    });
  });

  it('PR6 refuses a foreign key, and a proof made for another request', async () => {
    const stranger = sm2VerificationKey(sm2PublicKey(newSm2PrivateKey(systemRandom)));
    expect(await outcome({ tbs: { verifyKeyIndicator: { kind: 'verificationKey', value: stranger } } })).toEqual(
      refused('possession'),
    );
    const earlier = keys.sign(new TextEncoder().encode('another request'));
    expect(await outcome({ possession: () => earlier })).toEqual(refused('possession'));
  });

  it('PR6 refuses a proof that was made for the request of another device', async () => {
    let seen: Uint8Array | undefined;
    await outcome({ possession: (message) => (seen = keys.sign(message)) });
    expect(await outcome({ possession: () => seen as Uint8Array }, await newUnit(bench))).toEqual(
      refused('possession'),
    );
  });

  it.each<[string, RequestChange]>([
    ['another version of the envelope', { envelope: { version: 2 } }],
    ['what is no request', { envelope: { request: Uint8Array.of(3, 0x80, 0) } }],
    ['another version of the message', { content: { version: 2 } }],
    ['another version around it', { pdu: { version: 2 } }],
    [
      'another message',
      {
        pdu: {
          content: {
            kind: 'ee-ra',
            value: { kind: 'eeRaDownloadRequest', value: { generationTime: 0, filename: 'x' } },
          },
        },
      },
    ],
  ])('refuses %s', async (_, change) => expect(await outcome(change)).toEqual(refused('malformed')));

  it.each([
    ['five minutes and a second old', -(5 * MINUTE + 1000), 'too-old'],
    ['six seconds ahead of us', 6000, 'from-the-future'],
  ] as const)('refuses a request %s', async (_, age, reason) => {
    expect(await outcome({}, unit, BENCH_START + age)).toEqual(refused(reason));
  });

  it('refuses an implicit certificate', async () => {
    expect(await outcome({ content: { type: 'implicit' } })).toEqual(refused('type'));
  });

  const group = {
    subjectPermissions: { kind: 'explicit' as const, value: [{ psid: 113 }] },
    minChainLength: 1,
    chainLengthRange: 0,
    eeType: new Set(['app'] as const),
  };
  it('refuses the wish to ask for others', async () => {
    expect(await outcome({ tbs: { certRequestPermissions: [group] } })).toEqual(refused('request-permissions'));
  });
  it.each<[string, () => NonNullable<RequestChange['tbs']>]>([
    ['a name nobody vouches for', () => ({ id: { kind: 'name', value: 'rsu.example' } })],
    ['linkage data', () => ({ id: { kind: 'linkageData', value: { iCert: 1, 'linkage-value': new Uint8Array(9) } } })],
    ['the power to issue', () => ({ certIssuePermissions: [group] })],
    ['a rollover', () => ({ canRequestRollover: null })],
    ['a CRACA', () => ({ cracaId: Uint8Array.of(0, 0, 1) })],
    ['a CRL series', () => ({ crlSeries: 1 })],
    ['an encryption key', () => ({ encryptionKey: sm2EncryptionKey(keys.answerKey) })],
    ['an assurance level', () => ({ assuranceLevel: Uint8Array.of(0xe0) as never })],
  ])('refuses %s', async (_, tbs) => expect(await outcome({ tbs: tbs() })).toEqual(refused('other-field')));

  it.each<[string, NonNullable<RequestChange['tbs']>]>([
    ['no permissions', { appPermissions: undefined }],
    ['an empty list', { appPermissions: [] }],
    ['an AID that the EC does not hold', { appPermissions: [{ psid: 114 }] }],
    ['an AID twice', { appPermissions: [{ psid: 113 }, { psid: 113 }] }],
    ['an emergency under an AID without it', { appPermissions: [emergencyPermission(113)] }],
    [
      'one bit more than the AAA allowed',
      { appPermissions: [{ psid: 111, ssp: { kind: 'bitmapSsp', value: Uint8Array.of(1, 0x84) } }] },
    ],
  ])('PR10 refuses %s', async (_, tbs) => expect(await outcome({ tbs })).toEqual(refused('app-permissions')));

  it.each<[string, NonNullable<RequestChange['tbs']>]>([
    ['no region', { region: undefined }],
    ['a wider circle than the EC’s', { region: circle(1001) }],
    ['a circle elsewhere', { region: circle(500, 390_000_000) }],
    ['the whole country', { region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] } }],
  ])('PR10 refuses %s', async (_, tbs) => expect(await outcome({ tbs })).toEqual(refused('region')));

  it.each<[string, () => RequestChange]>([
    ['without a key for the answer', () => ({ content: { additionalParams: undefined } })],
    [
      'for a butterfly',
      () => ({ content: { additionalParams: { kind: 'unified', value: { kind: 'sm4', value: new Uint8Array(16) } } } }),
    ],
    [
      'with one key for both uses',
      () => ({ content: { additionalParams: { kind: 'encryptionKey', value: sm2EncryptionKey(keys.publicKey) } } }),
    ],
    [
      'for a key off the curve',
      () => ({
        tbs: { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: OFF_THE_CURVE } } },
      }),
    ],
    [
      'for a key of another kind',
      () => ({
        tbs: {
          verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: OFF_THE_CURVE } },
        },
      }),
    ],
    [
      'for a reconstruction value',
      () => ({ tbs: { verifyKeyIndicator: { kind: 'reconstructionValue', value: OFF_THE_CURVE } } }),
    ],
  ])('refuses a request %s', async (_, change) => expect(await outcome(change())).toEqual(refused('keys')));

  describe('the life of a certificate', () => {
    const asking = (
      value: number,
      kind: 'hours' | 'years' | 'minutes' = 'hours',
      startMillis = BENCH_START,
    ): RequestChange => ({
      tbs: { validityPeriod: { start: time32FromMillis(startMillis), duration: { kind, value } } },
    });
    const hoursOf = async (change: RequestChange, from = unit): Promise<number | string> => {
      const granted = await outcome(change, from);
      return isRefused(granted) ? granted.reason : granted.hours;
    };

    it('is what was asked for, at most what its kind may have', async () => {
      expect(await hoursOf(asking(5))).toBe(5);
      expect(await hoursOf(asking(2, 'years'))).toBe(8760);
      const special = { ...asking(2, 'years').tbs, appPermissions: [emergencyPermission(111)] };
      expect(await hoursOf({ tbs: special })).toBe(720);
    });

    it('EN11 is no longer than the enrolment certificate', async () => {
      const short = await newUnit(bench, {
        tbs: { validityPeriod: { start: time32FromMillis(BENCH_START - HOUR), duration: { kind: 'hours', value: 8 } } },
      });
      expect(await hoursOf(asking(1, 'years'), short)).toBe(7);
      bench.clock.advance(6 * HOUR + 1000);
      expect(await hoursOf(asking(1, 'years'), short)).toBe('validity');
    });

    it('is refused below an hour, and when it is to begin later', async () => {
      expect(await hoursOf(asking(59, 'minutes'))).toBe('validity');
      expect(await hoursOf(asking(100, 'hours', BENCH_START + HOUR))).toBe(100);
      expect(await hoursOf(asking(100, 'hours', BENCH_START + HOUR + 1000))).toBe('validity');
    });
  });
});
