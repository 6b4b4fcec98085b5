import { systemRandom } from '#crypto/random.js';
import { memoryDevice } from '#keys/software-device.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { EeEcaCertRequest } from '#wire/scms-pdu.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench } from '../../../test/support/authority-bench.js';
import { authorityTbs } from './authority-certificate.js';
import { certificateToBytes, hashedId8, idKey } from './certificate-facts.js';
import { certificateFileName, openAuthorityRequest, requestAuthorityCertificate } from './authority-request.js';
import { OFF_THE_CURVE } from './chain.fixture.js';
import { ccsa, ieee } from './profile.js';
import { refused } from './refusal.js';
import { signRequest, signData } from './signed-data.js';

describe('the request of an authority', () => {
  let device: CryptoDevice;
  let tbs: ToBeSignedCertificate;

  beforeAll(async () => {
    device = memoryDevice(systemRandom);
    const [verificationKey, encryptionKey] = [await device.createKey('sign'), await device.createKey('read')];
    const validity = { start: 0, duration: { kind: 'years', value: 3 } } as const;
    tbs = authorityTbs({ kind: 'pca', hostname: 'pca.example', verificationKey, encryptionKey, validity }, ccsa);
  });

  const sign = (id: Uint8Array, message: Uint8Array): Promise<Uint8Array> => device.sign('sign', id, message);
  const request = (changes: Partial<ToBeSignedCertificate> = {}, by = sign): Promise<Uint8Array> =>
    requestAuthorityCertificate({ ...tbs, ...changes }, by, { profile: ccsa, nowMillis: Date.UTC(2026, 0, 1) });
  /** As `request`, with anything changed around the certificate that is asked for. */
  const bent = (inner: Partial<EeEcaCertRequest>, version = 1): Promise<Uint8Array> => {
    const generationTime = time32FromMillis(Date.UTC(2026, 0, 1));
    const value: EeEcaCertRequest = { version: 1, generationTime, type: 'explicit', tbsCert: tbs, ...inner };
    return signRequest(
      { version, content: { kind: 'eca-ee', value: { kind: 'eeEcaCertRequest', value } } },
      { certificate: 'self', sign },
    );
  };

  it('is refused when it is something else', async () => {
    const bench = await authorityBench();
    const { signer } = bench.member('a-pra');
    const otherPdu = await signRequest(
      { version: 1, content: { kind: 'cert', value: { kind: 'certificateChain', value: { others: [] } } } },
      { certificate: 'self', sign },
    );
    const good = await request();
    for (const bytes of [new Uint8Array(), await signData(good, { psid: 1 }, signer), otherPdu, good.subarray(0, -1)])
      expect(openAuthorityRequest(bytes, ccsa)).toEqual(refused('request-malformed'));
  });

  it('is refused when a certificate signed it and not the key it names', async () => {
    const bench = await authorityBench();
    const value: EeEcaCertRequest = { version: 1, generationTime: 0, type: 'explicit', tbsCert: tbs };
    const signedByOther = await signRequest(
      { version: 1, content: { kind: 'eca-ee', value: { kind: 'eeEcaCertRequest', value } } },
      bench.member('a-pra').signer,
    );
    expect(openAuthorityRequest(signedByOther, ccsa)).toEqual(refused('request-malformed'));
  });

  it('is refused when it asks for an implicit certificate', async () => {
    expect(openAuthorityRequest(await bent({ type: 'implicit' }), ccsa)).toEqual(refused('request-malformed'));
  });

  it('is refused in another version, outside or inside, and in another profile', async () => {
    expect(openAuthorityRequest(await bent({}, 2), ccsa)).toEqual(refused('request-version'));
    expect(openAuthorityRequest(await bent({ version: 2 }), ccsa)).toEqual(refused('request-version'));
    expect(openAuthorityRequest(await request(), ieee)).toEqual(refused('request-version'));
  });

  it.each<[string, Partial<ToBeSignedCertificate>]>([
    [
      'a verification key off the curve',
      { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: OFF_THE_CURVE } } },
    ],
    [
      'a key of another algorithm',
      { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: OFF_THE_CURVE } } },
    ],
    ['a reconstruction value', { verifyKeyIndicator: { kind: 'reconstructionValue', value: OFF_THE_CURVE } }],
    [
      'an encryption key off the curve',
      { encryptionKey: { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: OFF_THE_CURVE } } },
    ],
    [
      'an encryption key of another algorithm',
      { encryptionKey: { supportedSymmAlg: 'aes128Ccm', publicKey: { kind: 'eciesNistP256', value: OFF_THE_CURVE } } },
    ],
  ])('is refused with %s', async (_, changes) => {
    expect(openAuthorityRequest(await request(changes), ccsa)).toEqual(refused('request-key'));
  });

  it('EN5 is refused when another key signed it', async () => {
    const other = (id: Uint8Array, message: Uint8Array) => device.sign('read', id, message);
    expect(openAuthorityRequest(await request({}, other), ccsa)).toEqual(refused('request-signature'));
  });

  it('EN3 is refused with any bit turned', async () => {
    const good = await request();
    for (let at = 0; at < good.length; at++) {
      const bytes = Uint8Array.from(good);
      bytes[at] = (bytes[at] as number) ^ 1;
      expect(openAuthorityRequest(bytes, ccsa)).toHaveProperty('kind', 'refused');
    }
  });

  it('opens to what was asked for, with or without an encryption key', async () => {
    expect(openAuthorityRequest(await request(), ccsa)).toEqual(tbs);
    expect(openAuthorityRequest(await request({ encryptionKey: undefined }), ccsa)).not.toHaveProperty('reason');
  });

  it('is answered in a file named by the identifier of the certificate', async () => {
    const { certificate } = (await authorityBench()).member('a-pca');
    expect(certificateFileName(certificate)).toBe(`${idKey(hashedId8(certificate))}.coer`);
    expect(certificateToBytes(certificate)).toEqual(certificate.bytes);
  });
});
