/**
 * CCM (NIST SP 800-38C, RFC 3610; GB/T 36624) with the parameters of IEEE 1609.2-2022 5.3.8: 12-byte nonce, 16-byte tag
 * appended, no associated data, length field L = 3. AES-128 by node:crypto, SM4 by ours.
 *
 * A nonce must never be used twice with one key: whoever calls draws it fresh, or uses the key once.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { requireBytes } from './argument.js';
import { concat } from './bytes.js';
import { constantTimeEqual } from './equal.js';
import { sm4Key, type Sm4Key } from './sm4.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** L = 3: the length must fit three bytes. */
const MOST_PLAINTEXT_BYTES = 0xffffff;

function judge(key: Uint8Array, nonce: Uint8Array, text: Uint8Array, argument: string, most: number): void {
  requireBytes('key', key, 16);
  requireBytes('nonce', nonce, NONCE_BYTES);
  requireBytes(argument, text);
  if (text.length > most) throw new RangeError(`${argument}: longer than ${String(most)} bytes`);
}

/** B_0 for `flags` = 64·(aad?) + 8·((t−2)/2) + (L−1), or the counter block A_n for flags = L−1. RFC 3610 2.2, 2.3. */
function firstBlock(flags: number, nonce: Uint8Array, number: number): Uint8Array {
  const block = new Uint8Array(16);
  block[0] = flags;
  block.set(nonce, 1);
  block[13] = number >>> 16;
  block[14] = number >>> 8;
  block[15] = number;
  return block;
}

/** Folds `data`, zero-padded to whole blocks, into the CBC-MAC state. */
function absorb(cipher: Sm4Key, mac: Uint8Array, data: Uint8Array): void {
  for (let at = 0; at < data.length; at += 16) {
    const end = Math.min(16, data.length - at);
    for (let n = 0; n < end; n++) mac[n]! ^= data[at + n]!;
    cipher.encryptAtUnsafe(mac, 0, mac, 0);
  }
}

/** RFC 3610 2.2: the tag before it is masked. Associated data exist here for the RFC 8998 vector only. */
function macOf(cipher: Sm4Key, nonce: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Uint8Array {
  const mac = firstBlock(associated.length > 0 ? 0x7a : 0x3a, nonce, plaintext.length);
  cipher.encryptAtUnsafe(mac, 0, mac, 0);
  if (associated.length > 0) {
    if (associated.length >= 0xff00) throw new RangeError('associated: longer than 65279 bytes');
    absorb(cipher, mac, concat(Uint8Array.of(associated.length >>> 8, associated.length), associated));
  }
  absorb(cipher, mac, plaintext);
  return mac;
}

/** RFC 3610 2.3: key stream from A_`from` on, xored onto `data` in place. */
function mask(cipher: Sm4Key, nonce: Uint8Array, from: number, data: Uint8Array): void {
  const stream = new Uint8Array(16);
  for (let at = 0, counter = from; at < data.length; at += 16, counter++) {
    cipher.encryptAtUnsafe(firstBlock(0x02, nonce, counter), 0, stream, 0);
    const end = Math.min(16, data.length - at);
    for (let n = 0; n < end; n++) data[at + n]! ^= stream[n]!;
  }
}

/** SM4-CCM with associated data (RFC 8998); the road and the lines use none, see `sealSm4Ccm`. */
export function sealSm4CcmWith(
  associated: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  judge(key, nonce, plaintext, 'plaintext', MOST_PLAINTEXT_BYTES);
  const cipher = sm4Key(key);
  const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
  sealed.set(plaintext);
  mask(cipher, nonce, 1, sealed.subarray(0, plaintext.length));
  const tag = macOf(cipher, nonce, plaintext, associated);
  mask(cipher, nonce, 0, tag);
  sealed.set(tag, plaintext.length);
  cipher.wipe();
  return sealed;
}

const nothing = new Uint8Array(0);

/** Ciphertext and 16-byte tag. Key 16 bytes, nonce 12 bytes, plaintext at most 2^24−1 bytes. */
export function sealSm4Ccm(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return sealSm4CcmWith(nothing, key, nonce, plaintext);
}

/** The plaintext, or undefined when the tag does not match (or is not there). Throws on wrong shapes alone. */
export function openSm4Ccm(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  judge(key, nonce, sealed, 'sealed', MOST_PLAINTEXT_BYTES + TAG_BYTES);
  if (sealed.length < TAG_BYTES) return undefined;
  const cipher = sm4Key(key);
  const plaintext = sealed.slice(0, sealed.length - TAG_BYTES);
  mask(cipher, nonce, 1, plaintext);
  const tag = macOf(cipher, nonce, plaintext, nothing);
  mask(cipher, nonce, 0, tag);
  cipher.wipe();
  if (constantTimeEqual(tag, sealed.subarray(plaintext.length))) return plaintext;
  plaintext.fill(0);
  return undefined;
}

/** As `sealSm4Ccm`, with AES-128. */
export function sealAesCcm(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  judge(key, nonce, plaintext, 'plaintext', MOST_PLAINTEXT_BYTES);
  const cipher = createCipheriv('aes-128-ccm', key, nonce, { authTagLength: TAG_BYTES });
  const ciphertext = cipher.update(plaintext);
  return concat(ciphertext, cipher.final(), cipher.getAuthTag());
}

/** As `openSm4Ccm`, with AES-128. */
export function openAesCcm(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  judge(key, nonce, sealed, 'sealed', MOST_PLAINTEXT_BYTES + TAG_BYTES);
  if (sealed.length < TAG_BYTES) return undefined;
  const length = sealed.length - TAG_BYTES;
  const cipher = createDecipheriv('aes-128-ccm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAuthTag(sealed.subarray(length));
  const plaintext = cipher.update(sealed.subarray(0, length));
  try {
    cipher.final();
  } catch {
    // node:crypto has one way to say that the tag is wrong, and shapes were judged above: this is that refusal.
    return undefined;
  }
  return new Uint8Array(plaintext);
}
