/**
 * CCM (NIST SP 800-38C, RFC 3610; GB/T 36624) with the parameters of IEEE 1609.2-2022 5.3.8: 12-byte nonce, 16-byte tag
 * appended, no associated data, length field L = 3. AES-128 by node:crypto, SM4 by the implementation ENGINE chooses.
 *
 * A nonce must never be used twice with one key: whoever calls draws it fresh, or uses the key once.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { requireBytes } from './argument.js';
import { concat } from './bytes.js';
import type { OpenedTexts } from './ccm-face.js';
import { chooseEngine } from './engine.config.js';
import * as engine from './engine/ccm.js';
import * as reference from './reference/ccm.js';

const KEY_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** L = 3: the length must fit three bytes. */
const MOST_PLAINTEXT_BYTES = 0xffffff;
/** RFC 3610 2.2: beyond this the length of the associated data takes more than two bytes. */
const MOST_ASSOCIATED_BYTES = 0xfeff;

function requireAtMost(argument: string, value: Uint8Array, most: number): void {
  requireBytes(argument, value);
  if (value.length > most) throw new RangeError(`${argument}: longer than ${String(most)} bytes`);
}

function judge(key: Uint8Array, nonce: Uint8Array, text: Uint8Array, argument: string, most: number): void {
  requireBytes('key', key, KEY_BYTES);
  requireBytes('nonce', nonce, NONCE_BYTES);
  requireAtMost(argument, text, most);
}

/** What both implementations of SM4-CCM offer. Shapes have been judged: key 16, nonce 12, associated at most 65279 bytes. */
export interface Sm4Ccm {
  /** Ciphertext and 16-byte tag of at most 2^24−1 bytes. */
  seal(associated: Uint8Array, key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext of at least 16 bytes without associated data, or undefined when the tag does not match. */
  open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
  /** Ciphertext and tag of each of `count` texts, without associated data. Shapes have been judged: `count` at least 1. */
  sealMany(key: Uint8Array, nonces: Uint8Array, plaintexts: Uint8Array, count: number): Uint8Array;
  /** As `sealMany`, with a key of 16 bytes for each text, one after the other. */
  sealEach(keys: Uint8Array, nonces: Uint8Array, plaintexts: Uint8Array, count: number): Uint8Array;
  /** The texts of what `sealMany` made. */
  openMany(key: Uint8Array, nonces: Uint8Array, sealed: Uint8Array, count: number): OpenedTexts;
}

const nothing = new Uint8Array(0);

/** How many texts of one length these are, by their nonces; refuses what does not divide. */
function countOf(nonces: Uint8Array, texts: Uint8Array, argument: string, least: number): number {
  requireBytes('nonces', nonces);
  requireBytes(argument, texts);
  const count = nonces.length / NONCE_BYTES;
  if (!Number.isInteger(count)) throw new RangeError('nonces: 12 bytes expected for each text');
  const length = count === 0 ? texts.length : texts.length / count;
  if (!Number.isInteger(length) || (count === 0 && length > 0))
    throw new RangeError(`${argument}: not as many texts of one length as there are nonces`);
  if (count > 0 && length < least) throw new RangeError(`${argument}: shorter than a tag`);
  if (length - least > MOST_PLAINTEXT_BYTES) throw new RangeError(`${argument}: a text of more than 16777215 bytes`);
  return count;
}

/** SM4-CCM by one implementation, its arguments judged. */
export function sm4CcmBy(cipher: Sm4Ccm) {
  /** With associated data (RFC 8998); the road and the lines use none, see `seal`. */
  const sealWith = (associated: Uint8Array, key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array => {
    requireAtMost('associated', associated, MOST_ASSOCIATED_BYTES);
    judge(key, nonce, plaintext, 'plaintext', MOST_PLAINTEXT_BYTES);
    return cipher.seal(associated, key, nonce, plaintext);
  };
  return {
    sealWith,
    /** Ciphertext and 16-byte tag. Key 16 bytes, nonce 12 bytes, plaintext at most 2^24−1 bytes. */
    seal: (key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array =>
      sealWith(nothing, key, nonce, plaintext),
    /** The plaintext, or undefined when the tag does not match (or is not there). Throws on wrong shapes alone. */
    open: (key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined => {
      judge(key, nonce, sealed, 'sealed', MOST_PLAINTEXT_BYTES + TAG_BYTES);
      return sealed.length < TAG_BYTES ? undefined : cipher.open(key, nonce, sealed);
    },
    /**
     * Many texts of one length under one key, each with a nonce of its own: `nonces` are 12 bytes each, `plaintexts` any
     * length each, one after the other. The result: each text as `seal` makes it, one after the other.
     */
    sealMany(key: Uint8Array, nonces: Uint8Array, plaintexts: Uint8Array): Uint8Array {
      requireBytes('key', key, KEY_BYTES);
      const count = countOf(nonces, plaintexts, 'plaintexts', 0);
      return count === 0 ? nothing : cipher.sealMany(key, nonces, plaintexts, count);
    },
    /** As `sealMany`, each text under a key of its own: `keys` are 16 bytes each, one after the other. */
    sealEach(keys: Uint8Array, nonces: Uint8Array, plaintexts: Uint8Array): Uint8Array {
      const count = countOf(nonces, plaintexts, 'plaintexts', 0);
      requireBytes('keys', keys, count * KEY_BYTES);
      return count === 0 ? nothing : cipher.sealEach(keys, nonces, plaintexts, count);
    },
    /** The texts of what `sealMany` made, each with its own verdict. Throws on wrong shapes alone. */
    openMany(key: Uint8Array, nonces: Uint8Array, sealed: Uint8Array): OpenedTexts {
      requireBytes('key', key, KEY_BYTES);
      const count = countOf(nonces, sealed, 'sealed', TAG_BYTES);
      return count === 0 ? { plaintexts: nothing, isRight: [] } : cipher.openMany(key, nonces, sealed, count);
    },
  };
}

export const {
  sealWith: sealSm4CcmWith,
  seal: sealSm4Ccm,
  open: openSm4Ccm,
  sealMany: sealSm4CcmMany,
  sealEach: sealSm4CcmEach,
  openMany: openSm4CcmMany,
} = sm4CcmBy(chooseEngine<Sm4Ccm>(engine, reference));

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
