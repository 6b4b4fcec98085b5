import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { newSm2PrivateKey, sm2PublicKey } from '#crypto/sm2.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodAt, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { AuthorityContext } from '#service/authority-context.js';
import type { EeRaCertRequest } from '#wire/scms-pdu.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { newDevice, requestContent, signedRequest, type TestDevice } from '../device.fixture.js';
import { isSignedByItsDevice, judgeRequest, readRequest, type ReadRequest } from './provisioning-request.js';

let bench: Bench;
let pra: AuthorityContext;
let device: TestDevice;

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  pra = await bench.contextFor('a-pra');
  device = await newDevice(bench);
});

const now = (): number => bench.clock.nowMillis();
const limits = () => ({ profile: ccsa, nowMillis: now(), maximumWeeks: 8 });

function read(bytes: Uint8Array): ReadRequest {
  const request = readRequest(bytes, pra.identity);
  if (isRefused(request)) throw new Error(request.reason);
  return request;
}

async function judged(change: (content: EeRaCertRequest) => EeRaCertRequest): Promise<unknown> {
  const outcome = judgeRequest(
    read(await signedRequest(change(requestContent(device, now())), device.signer)),
    limits(),
  );
  return isRefused(outcome) ? outcome.reason : outcome;
}

const withTbs = (change: Partial<ToBeSignedCertificate>) => (content: EeRaCertRequest) => ({
  ...content,
  tbsCert: { ...content.tbsCert, ...change },
});

describe('who asks for pseudonym certificates', () => {
  it.each([
    ['nothing', () => new Uint8Array()],
    ['random bytes', () => systemRandom.bytes(200)],
  ])('refuses %s', (_, bytes) => {
    expect(readRequest(bytes(), pra.identity)).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('refuses a request that is signed by nobody', async () => {
    const bytes = await signedRequest(requestContent(device, now()), {
      ...device.signer,
      certificate: 'self',
    } as never);
    expect(readRequest(bytes, pra.identity)).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it.each([
    ['the ECA of another domain', async () => newDevice(bench, { issuer: bench.member('b-eca').signer })],
    ['an authority that is no ECA', async () => newDevice(bench, { issuer: bench.member('a-pca').signer })],
  ])('PR1 refuses a certificate of %s', async (_, make) => {
    const stranger = await make();
    const bytes = await signedRequest(requestContent(stranger, now()), stranger.signer);
    expect(readRequest(bytes, pra.identity)).toEqual({ kind: 'refused', reason: 'ec-chain' });
  });

  it('PR1 refuses a self-made certificate in the name of the ECA', async () => {
    const forger = { ...bench.member('a-eca').signer, sign: device.signer.sign };
    const forged = await newDevice(bench, { issuer: forger });
    const bytes = await signedRequest(requestContent(forged, now()), forged.signer);
    expect(readRequest(bytes, pra.identity)).toEqual({ kind: 'refused', reason: 'ec-chain' });
  });

  it.each([
    ['expired', -7200_000],
    ['not yet valid', 3600_000],
  ])('PR1 refuses an %s certificate', async (_, offset) => {
    const validityPeriod = { start: time32FromMillis(now() + offset), duration: { kind: 'hours', value: 1 } } as const;
    const late = await newDevice(bench, { tbs: { validityPeriod } });
    const bytes = await signedRequest(requestContent(late, now()), late.signer);
    expect(readRequest(bytes, pra.identity)).toEqual({ kind: 'refused', reason: 'ec-validity' });
  });

  it('PR3 notices a signature by another key, and any changed byte', async () => {
    const bytes = await signedRequest(requestContent(device, now()), device.signer);
    expect(isSignedByItsDevice(read(bytes))).toBe(true);
    const other = await newDevice(bench);
    const foreign = await signedRequest(requestContent(device, now()), {
      certificate: device.certificate,
      sign: other.signer.sign,
    });
    expect(isSignedByItsDevice(read(foreign))).toBe(false);
    let met = 0;
    for (let index = 0; index < bytes.length; index += 3) {
      const bent = bytes.slice();
      bent[index] = (bent[index] as number) ^ 1;
      const request = readRequest(bent, pra.identity);
      if (isRefused(request)) continue;
      met += 1;
      expect(isSignedByItsDevice(request)).toBe(false);
    }
    expect(met).toBeGreaterThan(20);
  });
});

const week = { kind: 'hours', value: 168 } as const;
const start = (millis: number) => ({ start: time32FromMillis(millis), duration: week });

describe('what is asked for', () => {
  it.each<[string, string, (content: EeRaCertRequest) => EeRaCertRequest]>([
    ['another version', 'malformed', (content) => ({ ...content, version: 2 })],
    ['a request of six minutes ago', 'too-old', (c) => ({ ...c, generationTime: c.generationTime - 360 })],
    ['a request from the future', 'from-the-future', (c) => ({ ...c, generationTime: c.generationTime + 10 })],
    ['implicit certificates', 'type', (content) => ({ ...content, type: 'implicit' })],
    ['no permissions at all', 'app-permissions', withTbs({ appPermissions: undefined })],
    ['an AID the certificate does not have', 'app-permissions', withTbs({ appPermissions: [{ psid: 113 }] })],
    ['an AID twice', 'app-permissions', withTbs({ appPermissions: [{ psid: 111 }, { psid: 111 }] })],
    ['a name in the certificate', 'other-field', withTbs({ id: { kind: 'name', value: 'me' } })],
    [
      'an encryption key in the certificate',
      'other-field',
      withTbs({ encryptionKey: sm2EncryptionKey(sm2PublicKey(newSm2PrivateKey(systemRandom))) }),
    ],
    [
      'another country',
      'region',
      withTbs({ region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] } }),
    ],
    ['NIST keys', 'keys', withTbs({ verifyKeyIndicator: nistIndicator() })],
    ['a point off the curve', 'keys', withTbs({ verifyKeyIndicator: offCurve() })],
    ['no expansion at all', 'keys', (content) => ({ ...content, additionalParams: undefined })],
    [
      'another form of butterfly keys',
      'keys',
      (c) => ({ ...c, additionalParams: { kind: 'unified', value: { kind: 'sm4', value: new Uint8Array(16) } } }),
    ],
    [
      'AES expansion keys',
      'keys',
      (c) => ({
        ...c,
        additionalParams: {
          kind: 'original',
          value: {
            signingExpansion: { kind: 'aes128', value: new Uint8Array(16) },
            encryptionKey: sm2EncryptionKey(device.keys.p),
            encryptionExpansion: { kind: 'sm4', value: device.keys.ke },
          },
        },
      }),
    ],
  ])('PR10 refuses %s', async (_, reason, change) => {
    expect(await judged(change)).toBe(reason);
  });

  it('refuses permissions to ask or to issue', async () => {
    const group = {
      subjectPermissions: { kind: 'all', value: null },
      minChainLength: 1,
      chainLengthRange: 0,
      eeType: new Set(['app'] as const),
    } as const;
    expect(await judged(withTbs({ certRequestPermissions: [group] }))).toBe('request-permissions');
    expect(await judged(withTbs({ certIssuePermissions: [group] }))).toBe('other-field');
  });

  it('refuses a past period, half weeks, too many weeks, and weeks too far ahead', async () => {
    const at = (offset: number) => start(now() + offset);
    expect(await judged(withTbs({ validityPeriod: at(-WEEK_MILLIS) }))).toBe('validity');
    expect(await judged(withTbs({ validityPeriod: { ...at(0), duration: { kind: 'hours', value: 84 } } }))).toBe(
      'validity',
    );
    expect(await judged(withTbs({ validityPeriod: { ...at(0), duration: { kind: 'hours', value: 168 * 9 } } }))).toBe(
      'validity',
    );
    expect(await judged(withTbs({ validityPeriod: at(9 * WEEK_MILLIS) }))).toBe('validity');
    expect(await judged(withTbs({ validityPeriod: { ...at(0), duration: { kind: 'seconds', value: 0 } } }))).toBe(
      'validity',
    );
  });

  it('refuses a PDU of another version around it', async () => {
    const bytes = await signedRequest(requestContent(device, now()), device.signer, 2);
    expect(judgeRequest(read(bytes), limits())).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('grants three weeks from now on, in the region of the enrolment certificate', async () => {
    const bytes = await signedRequest(requestContent(device, now()), device.signer);
    const request = read(bytes);
    const current = periodAt(ccsa.epochMillis, now());
    expect(request.requestHash).toEqual(sm3(bytes));
    expect(judgeRequest(request, limits())).toEqual({
      iMin: current,
      iMax: current + 2,
      caterpillar: {
        signingKey: device.keys.a,
        signingExpansion: device.keys.ks,
        encryptionKey: device.keys.p,
        encryptionExpansion: device.keys.ke,
      },
      fields: {
        appPermissions: [{ psid: 111 }, { psid: 3629 }],
        region: device.certificate.value.toBeSigned.value.region,
      },
    });
  });

  it('PV5 makes one class of permissions in whatever order they were asked', async () => {
    const turned = await judged(withTbs({ appPermissions: [{ psid: 3629 }, { psid: 111 }] }));
    expect((turned as { fields: unknown }).fields).toEqual(
      ((await judged((content) => content)) as { fields: unknown }).fields,
    );
  });
});

function nistIndicator(): ToBeSignedCertificate['verifyKeyIndicator'] {
  const sm = sm2VerificationKey(sm2PublicKey(newSm2PrivateKey(systemRandom)));
  return { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: sm.value as never } };
}

function offCurve(): ToBeSignedCertificate['verifyKeyIndicator'] {
  const x = new Uint8Array(32).fill(0xff);
  return { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: { kind: 'compressed-y-0', value: x } } };
}
