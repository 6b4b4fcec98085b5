import { decode } from '#coer/codec.js';
import { ToBeSignedCertificate } from '#wire/secured-data.js';
import { verificationKeyOf } from '#credentials/certificate-facts.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { authorityBench, BENCH_START, type Bench } from '../../../../test/support/authority-bench.js';
import { composeCertificate } from './compose-certificate.js';
import { testDevice } from './enrolment-request.fixture.js';
import { signIntent } from './sign-certificate.js';

describe('the signature over an intent', () => {
  let bench: Bench;
  let intent: Uint8Array;
  let key: Uint8Array;

  beforeAll(async () => {
    bench = await authorityBench();
    const device = await testDevice();
    key = device.verificationKey;
    const tbs = composeCertificate(
      { requestHash: new Uint8Array(32), ...device, aids: [111] },
      {
        deviceId: new Uint8Array(16),
        allowedAids: [111],
        country: 156,
        validForHours: 100,
        sspRanges: [],
        region: undefined,
      },
      { certificate: bench.member('a-eca').certificate, profile: ccsa, nowMillis: BENCH_START },
    );
    if (isRefused(tbs)) throw new Error(tbs.reason);
    intent = toBeSignedBytes(tbs);
  });

  it('BI4 is not made over an intent that breaks a rule, and the rule is named', async () => {
    const { certificate, signer } = bench.member('a-eca');
    let calls = 0;
    const counted = {
      certificate,
      sign: (...asked: Parameters<typeof signer.sign>) => (calls++, signer.sign(...asked)),
    };
    const named = toBeSignedBytes({ ...decode(ToBeSignedCertificate, intent), certRequestPermissions: undefined });
    await expect(signIntent(named, counted, ccsa)).rejects.toThrow('not signed: enrolment-may-request');
    expect(calls).toBe(0);
  });

  it('is not handed out when another key made it', async () => {
    const { certificate } = bench.member('a-eca');
    const broken = { certificate, sign: bench.member('a-pca').signer.sign };
    await expect(signIntent(intent, broken, ccsa)).rejects.toThrow('not the one that was meant');
  });

  it('is not handed out when it was made over other bytes', async () => {
    const { certificate, sign } = bench.member('a-eca').signer;
    const bent = (id: Uint8Array, message: Uint8Array) => sign(id, message.with(8, (message[8] as number) ^ 1));
    await expect(signIntent(intent, { certificate, sign: bent }, ccsa)).rejects.toThrow('not the one that was meant');
  });

  it('is over exactly the intent', async () => {
    const { signer } = bench.member('a-eca');
    const certificate = await signIntent(intent, signer, ccsa);
    expect(certificate.value.toBeSigned.bytes).toEqual(intent);
    expect(verificationKeyOf(certificate)).toEqual(key);
    expect(isRefused(verifyCertificate(certificate, signer.certificate))).toBe(false);
  });
});
