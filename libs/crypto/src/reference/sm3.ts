/**
 * SM3 and HMAC-SM3 in plain TypeScript (GB/T 32905-2016; GB/T 15852.2, RFC 2104): what the engine's are held against.
 *
 * The state lives in eight locals and the expanded words in one shared Int32Array: a call is synchronous, so two hashes
 * never meet in it. It is wiped after each hash, since it has seen keys. No table look-up depends on data.
 */
import { requireBytes } from '../argument.js';

const BLOCK_BYTES = 64;
const words = new Int32Array(68);
const state = new Int32Array(8);
const tail = new Uint8Array(128);

/** T_j <<< j of 5.3.3 (GB/T 32905-2016 4.2), rotated once and for all. */
const roundConstants = Int32Array.from({ length: 64 }, (_, j) => rotate(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** 4.1: the initial value. */
function begin(): void {
  state[0] = 0x7380166f;
  state[1] = 0x4914b2b9;
  state[2] = 0x172442d7;
  state[3] = 0xda8a0600;
  state[4] = 0xa96f30bc;
  state[5] = 0x163138aa;
  state[6] = 0xe38dee4d;
  state[7] = 0xb0fb0e4e;
}

/** 5.3.2: message expansion of one block into 68 words. */
function expand(bytes: Uint8Array, offset: number): void {
  const w = words;
  for (let j = 0, at = offset; j < 16; j++, at += 4) {
    w[j] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let j = 16; j < 68; j++) {
    const x = w[j - 3]!;
    const t = w[j - 16]! ^ w[j - 9]! ^ ((x << 15) | (x >>> 17));
    const y = w[j - 13]!;
    w[j] = t ^ ((t << 15) | (t >>> 17)) ^ ((t << 23) | (t >>> 9)) ^ ((y << 7) | (y >>> 25)) ^ w[j - 6]!;
  }
}

/** 5.3.3: the compression function. Two loops, because FF, GG differ before and after round 16. */
function compress(bytes: Uint8Array, offset: number): void {
  expand(bytes, offset);
  const w = words;
  const t = roundConstants;
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let j = 0; j < 16; j++) {
    const a12 = (a << 12) | (a >>> 20);
    const sum = (a12 + e + t[j]!) | 0;
    const ss1 = (sum << 7) | (sum >>> 25);
    const word = w[j]!;
    const tt1 = ((a ^ b ^ c) + d + (ss1 ^ a12) + (word ^ w[j + 4]!)) | 0;
    const tt2 = ((e ^ f ^ g) + h + ss1 + word) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  for (let j = 16; j < 64; j++) {
    const a12 = (a << 12) | (a >>> 20);
    const sum = (a12 + e + t[j]!) | 0;
    const ss1 = (sum << 7) | (sum >>> 25);
    const word = w[j]!;
    const tt1 = (((a & b) | (a & c) | (b & c)) + d + (ss1 ^ a12) + (word ^ w[j + 4]!)) | 0;
    const tt2 = (((e & f) | (~e & g)) + h + ss1 + word) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  state[0]! ^= a;
  state[1]! ^= b;
  state[2]! ^= c;
  state[3]! ^= d;
  state[4]! ^= e;
  state[5]! ^= f;
  state[6]! ^= g;
  state[7]! ^= h;
}

/** Compresses the whole blocks of all parts; the bytes left over stay in `tail`, their number is the result. */
function absorb(parts: readonly Uint8Array[]): number {
  let held = 0;
  for (const part of parts) {
    let at = 0;
    if (held > 0) {
      at = Math.min(BLOCK_BYTES - held, part.length);
      tail.set(at === part.length ? part : part.subarray(0, at), held);
      held += at;
      if (held < BLOCK_BYTES) continue;
      compress(tail, 0);
      held = 0;
    }
    for (; at + BLOCK_BYTES <= part.length; at += BLOCK_BYTES) compress(part, at);
    if (at < part.length) {
      tail.set(at === 0 ? part : part.subarray(at), 0);
      held = part.length - at;
    }
  }
  return held;
}

/** 5.2: a one bit, zeros, and the length in bits as 64-bit integer. */
function pad(held: number, messageBytes: number): void {
  const end = held < 56 ? 64 : 128;
  tail.fill(0, held, end);
  tail[held] = 0x80;
  const view = new DataView(tail.buffer, 0, end);
  view.setUint32(end - 8, Math.floor(messageBytes / 0x20000000));
  view.setUint32(end - 4, (messageBytes << 3) >>> 0);
  compress(tail, 0);
  if (end === 128) compress(tail, 64);
}

function digest(): Uint8Array {
  const out = new Uint8Array(32);
  for (let n = 0; n < 8; n++) {
    const word = state[n]!;
    out[4 * n] = word >>> 24;
    out[4 * n + 1] = word >>> 16;
    out[4 * n + 2] = word >>> 8;
    out[4 * n + 3] = word;
  }
  words.fill(0);
  tail.fill(0);
  return out;
}

/** SM3 of the parts one after the other: 32 bytes. */
export function sm3(...parts: Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    requireBytes('parts', part);
    length += part.length;
  }
  begin();
  pad(absorb(parts), length);
  return digest();
}

/** HMAC-SM3 of the parts one after the other: 32 bytes. */
export function hmacSm3(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  requireBytes('key', key);
  const inner = new Uint8Array(BLOCK_BYTES);
  inner.set(key.length > BLOCK_BYTES ? sm3(key) : key);
  const outer = inner.map((byte) => byte ^ 0x5c);
  for (let n = 0; n < BLOCK_BYTES; n++) inner[n]! ^= 0x36;
  const mac = sm3(outer, sm3(inner, ...parts));
  inner.fill(0);
  outer.fill(0);
  return mac;
}
