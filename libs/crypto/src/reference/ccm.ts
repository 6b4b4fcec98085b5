/**
 * SM4-CCM in plain TypeScript: what the engine's is held against. The parameters and who judges the arguments are in
 * ../ccm.ts. It has the tables of ./sm4.ts and with them their leak.
 */
import { concat } from '../bytes.js';
import type { OpenedTexts } from '../ccm-face.js';
import { constantTimeEqual } from '../equal.js';
import { sm4Key, type ReferenceSm4Key } from './sm4.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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
function absorb(cipher: ReferenceSm4Key, mac: Uint8Array, data: Uint8Array): void {
  for (let at = 0; at < data.length; at += 16) {
    const end = Math.min(16, data.length - at);
    for (let n = 0; n < end; n++) mac[n]! ^= data[at + n]!;
    cipher.encryptAtUnsafe(mac, 0, mac, 0);
  }
}

/** RFC 3610 2.2: the tag before it is masked. Associated data exist here for the RFC 8998 vector only. */
function macOf(cipher: ReferenceSm4Key, nonce: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Uint8Array {
  const mac = firstBlock(associated.length > 0 ? 0x7a : 0x3a, nonce, plaintext.length);
  cipher.encryptAtUnsafe(mac, 0, mac, 0);
  if (associated.length > 0) {
    absorb(cipher, mac, concat(Uint8Array.of(associated.length >>> 8, associated.length), associated));
  }
  absorb(cipher, mac, plaintext);
  return mac;
}

/** RFC 3610 2.3: key stream from A_`from` on, xored onto `data` in place. */
function mask(cipher: ReferenceSm4Key, nonce: Uint8Array, from: number, data: Uint8Array): void {
  const stream = new Uint8Array(16);
  for (let at = 0, counter = from; at < data.length; at += 16, counter++) {
    cipher.encryptAtUnsafe(firstBlock(0x02, nonce, counter), 0, stream, 0);
    const end = Math.min(16, data.length - at);
    for (let n = 0; n < end; n++) data[at + n]! ^= stream[n]!;
  }
}

/** Ciphertext and 16-byte tag. */
export function seal(associated: Uint8Array, key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
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

/** The plaintext, or undefined when the tag, the last 16 bytes, does not match. */
export function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  const cipher = sm4Key(key);
  const plaintext = sealed.slice(0, sealed.length - TAG_BYTES);
  mask(cipher, nonce, 1, plaintext);
  const tag = macOf(cipher, nonce, plaintext, new Uint8Array(0));
  mask(cipher, nonce, 0, tag);
  cipher.wipe();
  if (constantTimeEqual(tag, sealed.subarray(plaintext.length))) return plaintext;
  plaintext.fill(0);
  return undefined;
}

const nonceOf = (nonces: Uint8Array, n: number): Uint8Array => nonces.subarray(n * NONCE_BYTES, (n + 1) * NONCE_BYTES);

/** One text after the other. */
export function sealMany(key: Uint8Array, nonces: Uint8Array, plaintexts: Uint8Array, count: number): Uint8Array {
  const length = plaintexts.length / count;
  const nothing = new Uint8Array(0);
  return concat(
    ...Array.from({ length: count }, (_, n) =>
      seal(nothing, key, nonceOf(nonces, n), plaintexts.subarray(n * length, (n + 1) * length)),
    ),
  );
}

/** One text after the other, each under a key of its own. */
export function sealEach(keys: Uint8Array, nonces: Uint8Array, plaintexts: Uint8Array, count: number): Uint8Array {
  const length = plaintexts.length / count;
  const textOf = (n: number): Uint8Array => plaintexts.subarray(n * length, (n + 1) * length);
  return concat(
    ...Array.from({ length: count }, (_, n) =>
      sealMany(keys.subarray(16 * n, 16 * (n + 1)), nonceOf(nonces, n), textOf(n), 1),
    ),
  );
}

/** One text after the other. */
export function openMany(key: Uint8Array, nonces: Uint8Array, sealed: Uint8Array, count: number): OpenedTexts {
  const bytes = sealed.length / count;
  const opened = Array.from({ length: count }, (_, n) =>
    open(key, nonceOf(nonces, n), sealed.subarray(n * bytes, (n + 1) * bytes)),
  );
  return {
    plaintexts: concat(...opened.map((plaintext) => plaintext ?? new Uint8Array(bytes - TAG_BYTES))),
    isRight: opened.map((plaintext) => plaintext !== undefined),
  };
}
