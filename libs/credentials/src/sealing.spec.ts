import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { encode } from '#coer/codec.js';
import { fromHex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2Unwrap } from '#crypto/sm2.js';
import { V2XSecData, type Certificate, type EncryptedData } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../../../test/support/authority-bench.js';
import { hashedId8 } from './certificate-facts.js';
import { OFF_THE_CURVE, recertify } from './chain.fixture.js';
import { ccsa, ieee } from './profile.js';
import {
  asEncryptedData,
  encodeEncrypted,
  encryptionKeyId,
  openSealed,
  openShared,
  sealShared,
  sealSharedMany,
  sealToCertificate,
  sealToKey,
  sharedKeyId,
  type Unwrap,
} from './sealing.js';
import { unsecured } from './signed-data.js';

const context = { profile: ccsa, random: systemRandom };
const plaintext = encode(V2XSecData, unsecured(new TextEncoder().encode('for one reader')));

describe('sealed content', () => {
  let bench: Bench;
  let pca: Certificate;
  let unwrap: Unwrap;
  let strangers: Unwrap;
  beforeAll(async () => {
    bench = await authorityBench();
    pca = bench.member('a-pca').certificate;
    unwrap = (wrapped) => bench.member('a-pca').device.unwrap('encryption', wrapped);
    strangers = (wrapped) => bench.member('a-pra').device.unwrap('encryption', wrapped);
  });

  const open = (bytes: Uint8Array, by = unwrap, profile = ccsa) => openSealed(bytes, hashedId8(pca), by, profile);
  /** Sealed to the PCA, then changed. */
  function bent(change: (data: EncryptedData) => EncryptedData): Uint8Array {
    return encodeEncrypted(change(asEncryptedData(sealToCertificate(plaintext, pca, context)) as EncryptedData));
  }

  it('is not made for a certificate without SM2 encryption key', async () => {
    const mute = await recertify(pca, bench.member('a-ica').signer, { tbs: { encryptionKey: undefined } });
    expect(() => sealToCertificate(plaintext, mute, context)).toThrow('no SM2 encryption key');
  });

  it('VM8 is not opened by another key', async () => {
    expect(await open(sealToCertificate(plaintext, pca, context), strangers)).toBeUndefined();
  });

  it('VM8 is not opened under another recipient’s name', async () => {
    const bytes = sealToCertificate(plaintext, pca, context);
    const other = hashedId8(bench.member('a-pra').certificate);
    expect(await openSealed(bytes, other, unwrap, ccsa)).toBeUndefined();
  });

  it('VM8 is not opened with a turned bit, wherever it is', async () => {
    const good = sealToCertificate(plaintext, pca, context);
    for (let at = 0; at < good.length; at++) {
      const bytes = Uint8Array.from(good);
      bytes[at] = (bytes[at] as number) ^ 1;
      expect(await open(bytes)).toBeUndefined();
    }
  });

  it('is not opened when it is something else, or in another version', async () => {
    const data = asEncryptedData(sealToCertificate(plaintext, pca, context)) as EncryptedData;
    const old = encode(V2XSecData, { protocolVersion: 2, content: { kind: 'encryptedData', value: data } });
    for (const bytes of [new Uint8Array(), plaintext, old]) {
      expect(asEncryptedData(bytes)).toBeUndefined();
      expect(await open(bytes)).toBeUndefined();
    }
  });

  it('is not opened when its ephemeral point is no point, or only an x', async () => {
    for (const v of [OFF_THE_CURVE, { kind: 'x-only', value: new Uint8Array(32).fill(1) } as const]) {
      const bytes = bent((data) => {
        const [recipient] = data.recipients;
        if (recipient?.kind !== 'certRecipInfo' || recipient.value.encKey.kind !== 'ecencSm2')
          throw new Error('unexpected');
        const encKey = { kind: 'ecencSm2', value: { ...recipient.value.encKey.value, v } } as const;
        return { ...data, recipients: [{ ...recipient, value: { ...recipient.value, encKey } }] };
      });
      expect(await open(bytes)).toBeUndefined();
    }
  });

  it('PR16 costs no private key when its key or content is of another algorithm, or shorter than a tag', async () => {
    const wrapped = { v: OFF_THE_CURVE, c: new Uint8Array(16), t: new Uint8Array(16) };
    const encKey = { kind: 'eciesNistP256', value: wrapped } as const;
    const ecies = bent((data) => ({
      ...data,
      recipients: [{ kind: 'certRecipInfo', value: { recipientId: hashedId8(pca), encKey } }],
    }));
    const aes = bent((data) => ({ ...data, ciphertext: { kind: 'aes128ccm', value: data.ciphertext.value } }));
    const short = bent((data) => ({
      ...data,
      ciphertext: { kind: 'sm4Ccm', value: { nonce: new Uint8Array(12), ccmCiphertext: new Uint8Array(15) } },
    }));
    const used: Unwrap = () => Promise.reject(new Error('the private key was used'));
    for (const bytes of [ecies, aes, short]) expect(await open(bytes, used)).toBeUndefined();
  });

  it('is not opened in the order of another profile: t and c change places', async () => {
    expect(await open(sealToCertificate(plaintext, pca, context), unwrap, ieee)).toBeUndefined();
    const theirs = sealToCertificate(plaintext, pca, { ...context, profile: ieee });
    expect(await open(theirs, unwrap, ieee)).toEqual(plaintext);
  });

  it('is opened by its recipient, also among several', async () => {
    const both = bent((data) => {
      const other = asEncryptedData(sealToCertificate(plaintext, bench.member('a-pra').certificate, context));
      return { ...data, recipients: [...(other as EncryptedData).recipients, ...data.recipients] };
    });
    expect(await open(sealToCertificate(plaintext, pca, context))).toEqual(plaintext);
    expect(await open(both)).toEqual(plaintext);
  });

  it('never is the same twice', () => {
    const made = Array.from({ length: 20 }, () =>
      Buffer.from(sealToCertificate(plaintext, pca, context)).toString('hex'),
    );
    expect(new Set(made).size).toBe(20);
  });

  describe('for a bare key', () => {
    const privateKey = newSm2PrivateKey(systemRandom);
    const publicKey = sm2PublicKey(privateKey);
    const own: Unwrap = async (wrapped) => sm2Unwrap(privateKey, wrapped);

    it('is refused for a key off the curve', () => {
      expect(() => sealToKey(plaintext, Uint8Array.of(2, ...OFF_THE_CURVE.value), context)).toThrow();
    });

    it('is not opened by another, and is opened by its holder', async () => {
      const bytes = sealToKey(plaintext, publicKey, context);
      expect(await openSealed(bytes, encryptionKeyId(publicKey), unwrap, ccsa)).toBeUndefined();
      expect(await openSealed(bytes, encryptionKeyId(publicKey), own, ccsa)).toEqual(plaintext);
    });
  });

  describe('under a shared key', () => {
    const key = systemRandom.bytes(16);

    it('is not opened by another key, nor as what was sealed to several', () => {
      const data = sealShared(plaintext, key, systemRandom);
      expect(openShared(data, systemRandom.bytes(16))).toBeUndefined();
      expect(openShared({ ...data, recipients: [...data.recipients, ...data.recipients] }, key)).toBeUndefined();
      expect(openShared({ ...data, recipients: [] }, key)).toBeUndefined();
    });

    it('is not opened under the name of another key, though the key would fit', () => {
      const data = sealShared(plaintext, key, systemRandom);
      const renamed = {
        ...data,
        recipients: [{ kind: 'pskRecipInfo' as const, value: sharedKeyId(new Uint8Array(16)) }],
      };
      expect(openShared(renamed, key)).toBeUndefined();
    });

    it('is not opened when it was sealed to a certificate', () => {
      expect(
        openShared(asEncryptedData(sealToCertificate(plaintext, pca, context)) as EncryptedData, key),
      ).toBeUndefined();
    });

    it('is sealed many at a time as one by one, each with a nonce of its own', () => {
      const texts = systemRandom.bytes(6 * 21);
      const sealed = sealSharedMany(texts, 6, key, systemRandom);
      expect(sealed.map((one) => openShared(one, key))).toEqual(
        Array.from({ length: 6 }, (_, n) => texts.slice(n * 21, (n + 1) * 21)),
      );
      expect(new Set(sealed.map(({ ciphertext }) => Buffer.from(ciphertext.value.nonce).toString('hex'))).size).toBe(6);
      expect(sealSharedMany(new Uint8Array(0), 0, key, systemRandom)).toEqual([]);
    });

    it('opens to what was sealed, of any length', () => {
      let met = 0;
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 600 }), (content) => {
          expect(openShared(sealShared(content, key, systemRandom), key)).toEqual(content);
          met++;
        }),
      );
      expect(met).toBeGreaterThan(50);
    });
  });

  it.each([
    ['ccsa', ccsa],
    ['ieee', ieee],
  ] as const)(
    'opens the derived vector in the order of the %s profile, and not in the other',
    async (name, profile) => {
      const text = readFileSync('test/vectors/derived/sm2-keywrap-sm4ccm.json', 'utf8');
      const vector = JSON.parse(text) as Record<string, string>;
      const of = (key: string): Uint8Array => fromHex(vector[key] as string);
      const own: Unwrap = async (wrapped) => sm2Unwrap(of('recipient_priv'), wrapped);
      const bytes = of(`full_spdu_${name}`);
      const other = profile === ccsa ? ieee : ccsa;
      expect(await openSealed(bytes, of('recipient_cert_hashedid8'), own, other)).toBeUndefined();
      expect(await openSealed(bytes, of('recipient_cert_hashedid8'), own, profile)).toEqual(
        of('plaintext_Ieee1609Dot2Data'),
      );
    },
  );
});
