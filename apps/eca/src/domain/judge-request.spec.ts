import { isRefused, refused } from '#credentials/refusal.js';
import { ccsa } from '#credentials/profile.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { encode, tryDecode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import { SignedCertificateRequest } from '#wire/scms-pdu.js';
import { V2XSecData, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { groupOf, testDevice, testRequest, type RequestParts, type TestDevice } from './enrolment-request.fixture.js';
import { judgeRequest } from './judge-request.js';

const now = Date.UTC(2026, 10, 17, 4);
const rules = { profile: ccsa, nowMillis: now };

describe('what a device may ask of its ECA', () => {
  let device: TestDevice;
  let other: TestDevice;
  let bench: Bench;

  beforeAll(async () => {
    [device, other, bench] = await Promise.all([testDevice(), testDevice(), authorityBench()]);
  });

  const verdict = async (parts: RequestParts) => judgeRequest(await testRequest(device, now, parts), rules);
  const of = (tbs: Partial<ToBeSignedCertificate>): RequestParts => ({ tbs });
  const at = (millis: number): RequestParts => ({ request: { generationTime: time32FromMillis(millis) } });
  const ssp = (kind: 'ee' | 'ra', version: number) =>
    ({ kind: 'opaque', value: encode(ScmsSsp, { kind, value: { version } }) }) as const;
  const aids = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['bytes of no structure', () => Uint8Array.of(3, 0x83, 1, 2)],
    [
      'unsecured data',
      () => encode(V2XSecData, { protocolVersion: 3, content: { kind: 'unsecuredData', value: new Uint8Array(4) } }),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(judgeRequest(bytes(), rules)).toEqual(refused('request-malformed'));
  });

  it('refuses a trailing byte', async () => {
    const bytes = await testRequest(device, now);
    expect(judgeRequest(new Uint8Array([...bytes, 0]), rules)).toEqual(refused('request-malformed'));
  });

  it('refuses a request of another kind', async () => {
    const value = { version: 1, generationTime: 0, requestHash: new Uint8Array(8), nextDlTime: 0 };
    const content = { kind: 'ee-ra', value: { kind: 'raEeCertAck', value } } as const;
    expect(await verdict({ pdu: { content } })).toEqual(refused('request-malformed'));
  });

  it('refuses a signer with a certificate: enrolment is signed by the key it asks for', async () => {
    const { certificate } = bench.member('a-pra');
    expect(await verdict({ signer: { certificate, sign: device.sign } })).toEqual(refused('request-malformed'));
  });

  it.each<[string, RequestParts, string]>([
    ['another version of ScmsPdu', { pdu: { version: 2 } }, 'request-version'],
    ['another version of the request', { request: { version: 2 } }, 'request-version'],
    ['EN6 a request of more than five minutes ago', at(now - 301_000), 'request-too-old'],
    ['EN6 a request of more than five seconds ahead', at(now + 6_000), 'request-from-the-future'],
    ['an implicit certificate', { request: { type: 'implicit' } }, 'certificate-type'],
    ['a canonical id', { request: { canonicalId: 'A-1' } }, 'certificate-fields'],
    ['a name', of({ id: { kind: 'name', value: 'car' } }), 'certificate-fields'],
    ['a CRACA', of({ cracaId: Uint8Array.of(0, 0, 1) }), 'certificate-fields'],
    ['a CRL series', of({ crlSeries: 1 }), 'certificate-fields'],
    ['an assurance level', of({ assuranceLevel: Uint8Array.of(0) }), 'certificate-fields'],
    ['permission to issue', of({ certIssuePermissions: [groupOf([111])] }), 'certificate-fields'],
    ['rollover', of({ canRequestRollover: null }), 'certificate-fields'],
    ['no application permission', of({ appPermissions: undefined }), 'app-permissions'],
    [
      'a second application permission',
      of({ appPermissions: [{ psid: 3627, ssp: ssp('ee', 1) }, { psid: 111 }] }),
      'app-permissions',
    ],
    ['the role of an authority', of({ appPermissions: [{ psid: 3627, ssp: ssp('ra', 1) }] }), 'app-permissions'],
    ['another version of the role', of({ appPermissions: [{ psid: 3627, ssp: ssp('ee', 2) }] }), 'app-permissions'],
    ['another AID for the role', of({ appPermissions: [{ psid: 111, ssp: ssp('ee', 1) }] }), 'app-permissions'],
    ['no permissions to request', of({ certRequestPermissions: undefined }), 'request-permissions'],
    [
      'all permissions',
      of({ certRequestPermissions: [{ ...groupOf([]), subjectPermissions: { kind: 'all', value: null } }] }),
      'request-permissions',
    ],
    ['an empty list', of({ certRequestPermissions: [groupOf([])] }), 'request-permissions'],
    ['an AID twice', of({ certRequestPermissions: [groupOf([111]), groupOf([111])] }), 'request-permissions'],
    ['33 AIDs', of({ certRequestPermissions: [groupOf(aids(200, 33))] }), 'request-permissions'],
    [
      'permission to enrol others',
      of({ certRequestPermissions: [{ ...groupOf([111]), eeType: new Set(['app', 'enroll'] as const) }] }),
      'request-permissions',
    ],
    [
      'a longer chain',
      of({ certRequestPermissions: [{ ...groupOf([111]), minChainLength: 2 }] }),
      'request-permissions',
    ],
    ['any chain', of({ certRequestPermissions: [{ ...groupOf([111]), chainLengthRange: -1 }] }), 'request-permissions'],
    [
      'a range of SSPs',
      of({
        certRequestPermissions: [
          {
            ...groupOf([]),
            subjectPermissions: { kind: 'explicit', value: [{ psid: 111, sspRange: { kind: 'opaque', value: [] } }] },
          },
        ],
      }),
      'request-permissions',
    ],
    ['no encryption key', of({ encryptionKey: undefined }), 'keys'],
    [
      'an encryption key off the curve',
      of({ encryptionKey: sm2EncryptionKey(new Uint8Array(33).fill(0xff).fill(2, 0, 1)) }),
      'keys',
    ],
    [
      'a verification key of another algorithm',
      of({
        verifyKeyIndicator: {
          kind: 'verificationKey',
          value: { kind: 'ecdsaNistP256', value: { kind: 'compressed-y-0', value: new Uint8Array(32).fill(1) } },
        },
      }),
      'keys',
    ],
    [
      'a verification key off the curve',
      of({
        verifyKeyIndicator: {
          kind: 'verificationKey',
          value: sm2VerificationKey(new Uint8Array(33).fill(0xff).fill(2, 0, 1)),
        },
      }),
      'keys',
    ],
    [
      'a reconstruction value',
      of({
        verifyKeyIndicator: {
          kind: 'reconstructionValue',
          value: { kind: 'x-only', value: new Uint8Array(32).fill(1) },
        },
      }),
      'keys',
    ],
  ])('refuses %s', async (_, parts, reason) => {
    expect(await verdict(parts)).toEqual(refused(reason));
  });

  it('refuses one key for both uses', async () => {
    expect(await verdict(of({ encryptionKey: sm2EncryptionKey(device.verificationKey) }))).toEqual(refused('keys'));
  });

  it('EN5 refuses a key that another one signed for', async () => {
    expect(await verdict({ signer: { certificate: 'self', sign: other.sign } })).toEqual(refused('request-signature'));
    const foreign = of({
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(other.verificationKey) },
    });
    expect(await verdict(foreign)).toEqual(refused('request-signature'));
  });

  it('refuses another hash algorithm than the key has', async () => {
    const bytes = await testRequest(device, now);
    const outer = tryDecode(V2XSecData, bytes);
    const inner = outer.ok && tryDecode(SignedCertificateRequest, outer.value.content.value as Uint8Array);
    if (!inner || !inner.ok) throw new Error('the request does not decode');
    const value = encode(SignedCertificateRequest, { ...inner.value, hashAlgorithmId: 'sha256' });
    const changed = encode(V2XSecData, { protocolVersion: 3, content: { kind: 'signedCertificateRequest', value } });
    expect(judgeRequest(changed, rules)).toEqual(refused('request-signature'));
  });

  it('EN3 refuses every changed bit, or takes it for another request that nobody signed', async () => {
    const bytes = await testRequest(device, now);
    let refusals = 0;
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const bent = new Uint8Array(bytes);
      bent[bit >> 3] = (bent[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(isRefused(judgeRequest(bent, rules))).toBe(true);
      refusals++;
    }
    expect(refusals).toBeGreaterThan(200);
  });

  it('accepts a right one, at both ends of the window', async () => {
    for (const millis of [now - 300_000, now, now + 5_000]) {
      const bytes = await testRequest(device, now, at(millis));
      const { verificationKey, encryptionKey } = device;
      expect(judgeRequest(bytes, rules)).toEqual({
        requestHash: sm3(bytes),
        verificationKey,
        encryptionKey,
        aids: [111, 3629],
      });
    }
  });

  it('accepts several groups and 32 AIDs', async () => {
    const groups = of({ certRequestPermissions: [groupOf(aids(200, 16)), groupOf(aids(300, 16))] });
    expect(await verdict(groups)).toMatchObject({ aids: [...aids(200, 16), ...aids(300, 16)] });
  });
});
