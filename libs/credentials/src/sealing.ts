/**
 * Encryption: to the holder of a certificate, to a bare public key, or under a key shared beforehand. SM2 wraps a fresh
 * SM4 key, SM4-CCM carries the content (IEEE 1609.2-2022 6.4.33 and on; GB/T 32918.4; wire order by the profile).
 */
import { encode, tryDecode } from '#coer/codec.js';
import { openSm4Ccm, sealSm4Ccm, sealSm4CcmMany } from '#crypto/ccm.js';
import type { Random } from '#crypto/random.js';
import { sm2Wrap, type Sm2WrappedKey } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { PublicEncryptionKey, SymmetricEncryptionKey } from '#wire/base-types.js';
import { V2XSecData, type Certificate, type EncryptedData, type RecipientInfo } from '#wire/secured-data.js';
import { encryptionKeyOf, hashedId8 } from './certificate-facts.js';
import { compressedOf, pointOf, sm2EncryptionKey } from './keys-on-the-wire.js';
import type { Profile } from './profile.js';
import { PROTOCOL_VERSION } from './signed-data.js';

export interface SealContext {
  readonly profile: Profile;
  readonly random: Random;
}

/** Recovers a 16-byte key that was wrapped for a private key which stays where it is. */
export type Unwrap = (wrapped: Sm2WrappedKey) => Promise<Uint8Array | undefined>;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const last8 = (hash: Uint8Array): Uint8Array => hash.subarray(24);

/** recipientId of a bare key (rekRecipInfo): HashedId8 of the encoded PublicEncryptionKey. */
export const encryptionKeyId = (publicKey: Uint8Array): Uint8Array =>
  last8(sm3(encode(PublicEncryptionKey, sm2EncryptionKey(publicKey))));

/** recipientId of a shared key (pskRecipInfo): HashedId8 of the encoded SymmetricEncryptionKey. */
export const sharedKeyId = (key: Uint8Array): Uint8Array =>
  last8(sm3(encode(SymmetricEncryptionKey, { kind: 'sm4Ccm', value: key })));

type WrappedFor = Extract<RecipientInfo, { kind: 'certRecipInfo' }>['value'];

function wrapFor(publicKey: Uint8Array, contentKey: Uint8Array, context: SealContext): WrappedFor['encKey'] {
  const { v, c, t } = sm2Wrap(publicKey, contentKey, context.random);
  return { kind: 'ecencSm2', value: { v: pointOf(v), cAndT: context.profile.joinEncryptedKey(c, t) } };
}

function ciphertextOf(key: Uint8Array, plaintext: Uint8Array, random: Random): EncryptedData['ciphertext'] {
  const nonce = random.bytes(NONCE_BYTES);
  return { kind: 'sm4Ccm', value: { nonce, ccmCiphertext: sealSm4Ccm(key, nonce, plaintext) } };
}

/** A 16-byte key wrapped for the holder of a certificate; refuses a certificate without an SM2 encryption key. */
export function wrapForCertificate(contentKey: Uint8Array, recipient: Certificate, context: SealContext): WrappedFor {
  const publicKey = encryptionKeyOf(recipient);
  if (publicKey === undefined) throw new TypeError('recipient: the certificate has no SM2 encryption key');
  return { recipientId: hashedId8(recipient), encKey: wrapFor(publicKey, contentKey, context) };
}

/** Content for the holder of a certificate. `plaintext` is an encoded V2XSecData. */
export function sealToCertificate(plaintext: Uint8Array, recipient: Certificate, context: SealContext): Uint8Array {
  const contentKey = context.random.bytes(16);
  const info = { kind: 'certRecipInfo', value: wrapForCertificate(contentKey, recipient, context) } as const;
  return encodeEncrypted({ recipients: [info], ciphertext: ciphertextOf(contentKey, plaintext, context.random) });
}

/** Content for the holder of a bare 33-byte encryption key, such as a cocoon key or a response key in a request. */
export function sealToKey(plaintext: Uint8Array, publicKey: Uint8Array, context: SealContext): Uint8Array {
  const contentKey = context.random.bytes(16);
  const info: RecipientInfo = {
    kind: 'rekRecipInfo',
    value: { recipientId: encryptionKeyId(publicKey), encKey: wrapFor(publicKey, contentKey, context) },
  };
  return encodeEncrypted({ recipients: [info], ciphertext: ciphertextOf(contentKey, plaintext, context.random) });
}

/** Content under a 16-byte key that both sides hold. */
export function sealShared(plaintext: Uint8Array, key: Uint8Array, random: Random): EncryptedData {
  return {
    recipients: [{ kind: 'pskRecipInfo', value: sharedKeyId(key) }],
    ciphertext: ciphertextOf(key, plaintext, random),
  };
}

/** Opens content under a shared key; `undefined` for another key, form or a changed byte. */
export function openShared(data: EncryptedData, key: Uint8Array): Uint8Array | undefined {
  const text = ciphertextFor(data, sharedKeyId(key));
  return text && openSm4Ccm(key, text.nonce, text.ccmCiphertext);
}

/** What is sealed under the one shared key with this id; `undefined` for another recipient or form. */
function ciphertextFor(data: EncryptedData, keyId: Uint8Array): CcmText | undefined {
  const [recipient] = data.recipients;
  if (data.recipients.length !== 1 || recipient?.kind !== 'pskRecipInfo') return undefined;
  return Buffer.compare(recipient.value, keyId) === 0 ? ciphertextIn(data) : undefined;
}

/**
 * As `sealShared` for `count` texts of one length, one after the other in `plaintexts`, each with a nonce of its own: a
 * quarter of the work.
 */
export function sealSharedMany(
  plaintexts: Uint8Array,
  count: number,
  key: Uint8Array,
  random: Random,
): EncryptedData[] {
  const nonces = random.bytes(count * NONCE_BYTES);
  const sealed = sealSm4CcmMany(key, nonces, plaintexts);
  const length = sealed.length / count;
  const recipients: RecipientInfo[] = [{ kind: 'pskRecipInfo', value: sharedKeyId(key) }];
  return Array.from({ length: count }, (_, n) => ({
    recipients,
    ciphertext: {
      kind: 'sm4Ccm',
      value: {
        nonce: nonces.subarray(n * NONCE_BYTES, (n + 1) * NONCE_BYTES),
        ccmCiphertext: sealed.subarray(n * length, (n + 1) * length),
      },
    },
  }));
}

export function encodeEncrypted(data: EncryptedData): Uint8Array {
  return encode(V2XSecData, { protocolVersion: PROTOCOL_VERSION, content: { kind: 'encryptedData', value: data } });
}

export function asEncryptedData(bytes: Uint8Array): EncryptedData | undefined {
  const decoded = tryDecode(V2XSecData, bytes);
  if (!decoded.ok || decoded.value.protocolVersion !== PROTOCOL_VERSION) return undefined;
  return decoded.value.content.kind === 'encryptedData' ? decoded.value.content.value : undefined;
}

/** Opens content sealed to the certificate or bare key with this recipientId; `undefined` when it is not for us or was changed. */
export async function openSealed(
  bytes: Uint8Array,
  recipientId: Uint8Array,
  unwrap: Unwrap,
  profile: Profile,
): Promise<Uint8Array | undefined> {
  const data = asEncryptedData(bytes);
  return data && openEncrypted(data, recipientId, unwrap, profile);
}

/** `openSealed` for data that is decoded already. What cannot be opened by its form alone costs no unwrap. */
export async function openEncrypted(
  data: EncryptedData,
  recipientId: Uint8Array,
  unwrap: Unwrap,
  profile: Profile,
): Promise<Uint8Array | undefined> {
  const text = ciphertextIn(data);
  const wrapped = text && wrappedKeyFor(data, recipientId, profile);
  const key = wrapped && (await unwrap(wrapped));
  return key && openSm4Ccm(key, text.nonce, text.ccmCiphertext);
}

function wrappedKeyFor(data: EncryptedData, recipientId: Uint8Array, profile: Profile): Sm2WrappedKey | undefined {
  for (const recipient of data.recipients) {
    if (recipient.kind !== 'certRecipInfo' && recipient.kind !== 'rekRecipInfo') continue;
    if (Buffer.compare(recipient.value.recipientId, recipientId) !== 0) continue;
    const wrapped = wrappedKeyIn(recipient.value, profile);
    if (wrapped !== undefined) return wrapped;
  }
  return undefined;
}

/** The key that was wrapped, in the parts that `Unwrap` takes; `undefined` for another algorithm and what is no point. */
export function wrappedKeyIn({ encKey }: WrappedFor, profile: Profile): Sm2WrappedKey | undefined {
  const v = encKey.kind === 'ecencSm2' ? compressedOf(encKey.value.v) : undefined;
  return encKey.kind === 'ecencSm2' && v !== undefined
    ? { v, ...profile.splitEncryptedKey(encKey.value.cAndT) }
    : undefined;
}

type CcmText = EncryptedData['ciphertext']['value'];

/** What SM4-CCM made, not shorter than its tag; `undefined` for anything else. */
function ciphertextIn({ ciphertext }: EncryptedData): CcmText | undefined {
  if (ciphertext.kind !== 'sm4Ccm' || ciphertext.value.ccmCiphertext.length < TAG_BYTES) return undefined;
  return ciphertext.value;
}
