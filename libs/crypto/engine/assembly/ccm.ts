/**
 * SM4-CCM (NIST SP 800-38C, RFC 3610) as IEEE 1609.2-2022 5.3.8 has it: 12-byte nonce, 16-byte tag, length field L = 3.
 * Begin, turn the text in place piece by piece, end. The CBC-MAC goes one block after the other, so the key stream for
 * the next block is made beside it, in the second lane, at no cost.
 */
import { SM4_KEY_BYTES, sm4Four, sm4Key } from './sm4';

const NONCE_BYTES: i32 = 12;
const BLOCK_BYTES: i32 = 16;
const KEYS: usize = memory.data(512, 16);
/** Lane 0 is the state of the CBC-MAC; lanes 1 and 2 make key stream. */
const LANES: usize = memory.data(64, 16);
const MAC: usize = LANES;
const SECOND: usize = LANES + 16;
const THIRD: usize = LANES + 32;
/** A_n of RFC 3610 2.3 for the n to come: flags L − 1, nonce, n in three bytes. */
const COUNTER: usize = memory.data(16, 16);
/** The key stream of the block to come. */
const STREAM: usize = memory.data(16, 16);
/** A_0 encrypted: masks the tag. */
const TAG_MASK: usize = memory.data(16, 16);
/** A block that is filled up with zeros. */
const SHORT: usize = memory.data(16, 16);

/** Bytes 13 … 15 of a block, big-endian, for `n` below 2^24. */
function putNumber(block: usize, n: i32): void {
  store<u8>(block, n >>> 16, 13);
  store<u8>(block, n >>> 8, 14);
  store<u8>(block, n, 15);
}

/** Puts A_n at `to` and counts on. Three bytes suffice: a text has at most 2^20 blocks. */
function nextCounter(to: usize): void {
  v128.store(to, v128.load(COUNTER));
  const n = ((<i32>load<u8>(COUNTER, 13)) << 16) | ((<i32>load<u8>(COUNTER, 14)) << 8) | (<i32>load<u8>(COUNTER, 15));
  putNumber(COUNTER, n + 1);
}

/** One more block of the CBC-MAC. */
function absorb(block: v128): void {
  v128.store(MAC, v128.xor(v128.load(MAC), block));
  sm4Four(KEYS, LANES, LANES);
}

/** At most 16 bytes at `from`, and zeros. */
function filledUp(from: usize, length: i32): v128 {
  v128.store(SHORT, i32x4.splat(0));
  memory.copy(SHORT, from, min(length, BLOCK_BYTES));
  return v128.load(SHORT);
}

/** RFC 3610 2.2: the length of the associated data in two bytes, then the data, then zeros to a whole block. */
function absorbAssociated(from: usize, length: i32): void {
  v128.store(SHORT, i32x4.splat(0));
  store<u16>(SHORT, bswap(<u16>length));
  memory.copy(SHORT + 2, from, min(length, 14));
  absorb(v128.load(SHORT));
  for (let at = 14; at < length; at += BLOCK_BYTES) absorb(filledUp(from + at, length - at));
}

/**
 * Begins a text of `length` bytes (below 2^24): 16 bytes at `key`, 12 at `nonce`, `associatedLength` (below 65280) at
 * `associated`.
 */
export function ccmBegin(key: usize, nonce: usize, length: i32, associated: usize, associatedLength: i32): void {
  sm4Key(key, KEYS);
  v128.store(COUNTER, i32x4.splat(0));
  store<u8>(COUNTER, 0x02);
  memory.copy(COUNTER + 1, nonce, NONCE_BYTES);
  // RFC 3610 2.2, B_0: flags 64·(associated?) + 8·((16 − 2)/2) + (L − 1), nonce, length.
  v128.store(MAC, v128.load(COUNTER));
  store<u8>(MAC, associatedLength > 0 ? 0x7a : 0x3a);
  putNumber(MAC, length);
  nextCounter(SECOND);
  nextCounter(THIRD);
  sm4Four(KEYS, LANES, LANES);
  v128.store(TAG_MASK, v128.load(SECOND));
  v128.store(STREAM, v128.load(THIRD));
  if (associatedLength > 0) absorbAssociated(associated, associatedLength);
}

/** Takes one block of plaintext into the tag and makes the key stream of the next. */
function step(plaintext: v128): void {
  nextCounter(SECOND);
  absorb(plaintext);
  v128.store(STREAM, v128.load(SECOND));
}

/** Encrypts `length` bytes at `at` in place: whole blocks, but for the last piece of the text. */
export function ccmSeal(at: usize, length: i32): void {
  for (; length >= BLOCK_BYTES; at += BLOCK_BYTES, length -= BLOCK_BYTES) {
    const plaintext = v128.load(at);
    v128.store(at, v128.xor(plaintext, v128.load(STREAM)));
    step(plaintext);
  }
  if (length === 0) return;
  const plaintext = filledUp(at, length);
  v128.store(SHORT, v128.xor(plaintext, v128.load(STREAM)));
  memory.copy(at, SHORT, length);
  step(plaintext);
}

/** Decrypts as `ccmSeal` encrypts. Nothing of it may be used before `ccmIsRight` has judged. */
export function ccmOpen(at: usize, length: i32): void {
  for (; length >= BLOCK_BYTES; at += BLOCK_BYTES, length -= BLOCK_BYTES) {
    const plaintext = v128.xor(v128.load(at), v128.load(STREAM));
    v128.store(at, plaintext);
    step(plaintext);
  }
  if (length === 0) return;
  v128.store(SHORT, v128.xor(filledUp(at, length), v128.load(STREAM)));
  memory.copy(at, SHORT, length);
  step(filledUp(at, length));
}

/** Ends: 16 bytes of tag at `to`. Wipes the key and all that came of it. */
export function ccmTag(to: usize): void {
  v128.store(to, v128.xor(v128.load(MAC), v128.load(TAG_MASK)));
  memory.fill(KEYS, 0, SM4_KEY_BYTES);
  memory.fill(LANES, 0, 64);
  v128.store(COUNTER, i32x4.splat(0));
  v128.store(STREAM, i32x4.splat(0));
  v128.store(TAG_MASK, i32x4.splat(0));
  v128.store(SHORT, i32x4.splat(0));
}

/** Ends: whether the 16 bytes at `tag` are right, 1 or 0, in a time that does not depend on them. Wipes as `ccmTag`. */
export function ccmIsRight(tag: usize): i32 {
  const given = v128.load(tag);
  ccmTag(tag);
  return i32(!v128.any_true(v128.xor(given, v128.load(tag))));
}
