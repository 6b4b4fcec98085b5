import { certificateHash } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused } from '#credentials/refusal.js';
import { sm3 } from '#crypto/sm3.js';
import { encode } from '#coer/codec.js';
import { recertify } from '#credentials/chain.fixture.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { ScmsPdu } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import {
  testDevice,
  testRequest,
  testSuccessor,
  type RequestParts,
  type TestDevice,
} from './enrolment-request.fixture.js';
import { judgeRenewal } from './judge-renewal.js';
import { judgeStanding } from './renew.js';

const now = Date.UTC(2026, 10, 17, 4);
const rules = { profile: ccsa, nowMillis: now };

describe('what a device may ask with the certificate it has', () => {
  let bench: Bench;
  let next: TestDevice;
  /** Any certificate whose key signs: whether it counts is asked elsewhere. */
  let present: Signer;

  beforeAll(async () => {
    [bench, next] = await Promise.all([authorityBench(), testDevice()]);
    present = bench.member('a-pra').signer;
  });

  interface Parts {
    readonly inner?: RequestParts;
    readonly by?: Parameters<typeof testSuccessor>[1];
    readonly pdu?: Partial<ScmsPdu>;
  }
  const bytesOf = async ({ inner, by, pdu }: Parts = {}): Promise<Uint8Array> =>
    testSuccessor(await testRequest(next, now, inner), by ?? present, pdu);
  const verdict = async (parts: Parts) => judgeRenewal(await bytesOf(parts), rules);

  it('EN11 is read with the keys, the AIDs, and the hashes of the whole request and of the certificate', async () => {
    const bytes = await bytesOf();
    const asked = judgeRenewal(bytes, rules);
    expect(asked).toEqual({
      requestHash: sm3(bytes),
      presentHash: certificateHash(present.certificate),
      verificationKey: next.verificationKey,
      encryptionKey: next.encryptionKey,
      aids: [111, 3629],
    });
  });

  it('refuses bytes of no structure, and the request of a first enrolment', async () => {
    expect(judgeRenewal(Uint8Array.of(3, 0x83, 1, 2), rules)).toEqual(refused('request-malformed'));
    expect(judgeRenewal(await testRequest(next, now), rules)).toEqual(refused('request-malformed'));
    const plain = encode(V2XSecData, {
      protocolVersion: 3,
      content: { kind: 'unsecuredData', value: new Uint8Array() },
    });
    expect(judgeRenewal(await testSuccessor(plain, present), rules)).toEqual(refused('request-malformed'));
  });

  it('refuses a request that no certificate signs', async () => {
    expect(await verdict({ by: { certificate: 'self', sign: next.sign } })).toEqual(refused('request-malformed'));
  });

  it('refuses another version', async () => {
    expect(await verdict({ pdu: { version: 2 } })).toEqual(refused('request-version'));
  });

  it('EN3 refuses a signature that the certificate’s key did not make', async () => {
    const by = { certificate: present.certificate, sign: next.sign };
    expect(await verdict({ by })).toEqual(refused('request-signature'));
  });

  it('refuses a certificate whose key cannot sign', async () => {
    const verifyKeyIndicator = {
      kind: 'reconstructionValue',
      value: { kind: 'compressed-y-0', value: new Uint8Array(32) },
    };
    const certificate = await recertify(present.certificate, bench.member('a-ica').signer, {
      tbs: { verifyKeyIndicator: verifyKeyIndicator as never },
    });
    expect(await verdict({ by: { certificate, sign: present.sign } })).toEqual(refused('request-signature'));
  });

  it('EN5 refuses a new key that did not sign', async () => {
    const signer = { certificate: 'self', sign: (await testDevice()).sign } as const;
    expect(await verdict({ inner: { signer } })).toEqual(refused('request-signature'));
  });

  it.each([
    ['old', -301_000, 'request-too-old'],
    ['of the future', 6_000, 'request-from-the-future'],
  ] as const)('EN6 refuses a request that is %s, unless it was taken before', async (_, shift, reason) => {
    const inner = { request: { generationTime: time32FromMillis(now + shift) } };
    expect(await verdict({ inner })).toEqual(refused(reason));
    expect(isRefused(judgeRenewal(await bytesOf({ inner }), { ...rules, wasTaken: true }))).toBe(false);
  });

  it('EN10 refuses what a first enrolment may not ask either', async () => {
    expect(await verdict({ inner: { tbs: { appPermissions: undefined } } })).toEqual(refused('app-permissions'));
  });
});

describe('when a certificate may have its successor', () => {
  const DAY = 86_400_000;
  const good = {
    keyHash: new Uint8Array(32),
    isActive: true,
    isStopped: false,
    createdMillis: 0,
    expiresMillis: 1000 * DAY,
  };
  const at = (day: number, changes: Partial<typeof good> = {}) =>
    judgeStanding({ ...good, ...changes }, day * DAY, 90 * DAY)?.reason;

  it.each([
    [909.9, 'renewal-too-early'],
    [910, undefined],
    [999.9, undefined],
    [1000, 'enrolment-ended'],
  ])('of a thousand days, on day %s: %s', (day, reason) => {
    expect(at(day)).toBe(reason);
  });

  it('is never the first half of its life', () => {
    expect(at(49.9, { expiresMillis: 100 * DAY })).toBe('renewal-too-early');
    expect(at(50, { expiresMillis: 100 * DAY })).toBeUndefined();
  });

  it('is never, for one that is retired or whose device was stopped', () => {
    expect(at(950, { isActive: false })).toBe('enrolment-retired');
    expect(at(950, { isActive: false, isStopped: true })).toBe('device-blocked');
    expect(at(5, { isActive: false, isStopped: true })).toBe('device-blocked');
  });
});
