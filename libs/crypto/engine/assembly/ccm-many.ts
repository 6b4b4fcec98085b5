/**
 * SM4-CCM of many texts of one length, under one key or each under its own, without associated data: as `ccm.ts`, four texts side by side. The
 * CBC-MACs of four texts fill one group of lanes and their key streams the other; no text waits for another.
 */
import { ccmBegin, ccmIsRight, ccmOpen, ccmSeal, ccmTag } from './ccm';
import { SM4_KEY_BYTES, sm4Eight, sm4Four, sm4Key, sm4Keys } from './sm4';

const NONCE_BYTES: i32 = 12;
const BLOCK_BYTES: i32 = 16;
const TAG_BYTES: i32 = 16;
const TEXTS: i32 = 4;
const LANES_BYTES: usize = 64;

const KEYS: usize = memory.data(512, 16);
/** The states of four CBC-MACs, and behind them four blocks of key stream: what `sm4Eight` takes. */
const MACS: usize = memory.data(128, 16);
const STREAMS: usize = MACS + LANES_BYTES;
/** A_0 of RFC 3610 2.3 for each text, and the same encrypted: masks the tags. */
const COUNTERS: usize = memory.data(64, 16);
const TAG_MASKS: usize = memory.data(64, 16);
/** The number of a block in bytes 13 … 15. */
const NUMBER: usize = memory.data(16, 16);
/** A block that is filled up with zeros. */
const SHORT: usize = memory.data(16, 16);

/** Bytes 13 … 15 of a block, big-endian, for `n` below 2^24. */
function putNumber(block: usize, n: i32): void {
  store<u8>(block, n >>> 16, 13);
  store<u8>(block, n >>> 8, 14);
  store<u8>(block, n, 15);
}

/** RFC 3610 2.2 and 2.3 for four nonces: B_0 taken into the tags, their masks made. */
function beginFour(nonces: usize, length: i32): void {
  for (let lane: usize = 0; lane < LANES_BYTES; lane += 16, nonces += NONCE_BYTES) {
    v128.store(COUNTERS + lane, i32x4.splat(0));
    store<u8>(COUNTERS + lane, 0x02);
    memory.copy(COUNTERS + lane + 1, nonces, NONCE_BYTES);
    v128.store(MACS + lane, v128.load(COUNTERS + lane));
    store<u8>(MACS + lane, 0x3a);
    putNumber(MACS + lane, length);
    v128.store(STREAMS + lane, v128.load(COUNTERS + lane));
  }
  sm4Eight(KEYS, MACS, MACS);
  memory.copy(TAG_MASKS, STREAMS, LANES_BYTES);
}

/** A_n of each text, where its key stream will be. */
function layCounters(n: i32): void {
  v128.store(NUMBER, i32x4.splat(0));
  putNumber(NUMBER, n);
  const number = v128.load(NUMBER);
  for (let lane: usize = 0; lane < LANES_BYTES; lane += 16) {
    v128.store(STREAMS + lane, v128.or(v128.load(COUNTERS + lane), number));
  }
}

/** The block at `from`, or what is left of the text and zeros. */
function block(from: usize, left: i32): v128 {
  if (left >= BLOCK_BYTES) return v128.load(from);
  v128.store(SHORT, i32x4.splat(0));
  memory.copy(SHORT, from, left);
  return v128.load(SHORT);
}

/** As many bytes of a block as are left of the text. */
function put(to: usize, turned: v128, left: i32): void {
  if (left >= BLOCK_BYTES) return v128.store(to, turned);
  v128.store(SHORT, turned);
  memory.copy(to, SHORT, left);
}

function absorb(lane: usize, plaintext: v128): void {
  v128.store(MACS + lane, v128.xor(v128.load(MACS + lane), plaintext));
}

function tag(lane: usize): v128 {
  return v128.xor(v128.load(MACS + lane), v128.load(TAG_MASKS + lane));
}

function sealFour(nonces: usize, from: usize, length: i32, to: usize): void {
  beginFour(nonces, length);
  const step = length + TAG_BYTES;
  for (let at = 0, n = 1; at < length; at += BLOCK_BYTES, n++) {
    const left = length - at;
    layCounters(n);
    for (let text = 0; text < TEXTS; text++) absorb(text * 16, block(from + text * length + at, left));
    sm4Eight(KEYS, MACS, MACS);
    for (let text = 0; text < TEXTS; text++) {
      const turned = v128.xor(block(from + text * length + at, left), v128.load(STREAMS + text * 16));
      put(to + text * step + at, turned, left);
    }
  }
  for (let text = 0; text < TEXTS; text++) v128.store(to + text * step + length, tag(text * 16));
}

/** A text can be taken into its tag when its key stream is there: that of the next block is made beside it. */
function openFour(nonces: usize, from: usize, length: i32, to: usize, verdicts: usize): void {
  beginFour(nonces, length);
  layCounters(1);
  sm4Four(KEYS, STREAMS, STREAMS);
  const step = length + TAG_BYTES;
  for (let at = 0, n = 2; at < length; at += BLOCK_BYTES, n++) {
    const left = length - at;
    for (let text = 0; text < TEXTS; text++) {
      put(
        to + text * length + at,
        v128.xor(block(from + text * step + at, left), v128.load(STREAMS + text * 16)),
        left,
      );
      absorb(text * 16, block(to + text * length + at, left));
    }
    layCounters(n);
    sm4Eight(KEYS, MACS, MACS);
  }
  for (let text = 0; text < TEXTS; text++) {
    const given = v128.load(from + text * step + length);
    store<u8>(verdicts + text, i32(!v128.any_true(v128.xor(given, tag(text * 16)))));
  }
}

function wipe(): void {
  memory.fill(KEYS, 0, SM4_KEY_BYTES);
  memory.fill(MACS, 0, 2 * LANES_BYTES);
  memory.fill(COUNTERS, 0, LANES_BYTES);
  memory.fill(TAG_MASKS, 0, LANES_BYTES);
  v128.store(NUMBER, i32x4.splat(0));
  v128.store(SHORT, i32x4.splat(0));
}

/**
 * Seals `count` texts of `length` bytes (below 2^24), one after the other at `from`, under the 16 bytes at `key`, each with
 * its 12 bytes at `nonces`. To `to`, which is another place: each text and its 16 bytes of tag, one after the other. The key
 * of each text stands `keyStep` bytes after that of the one before: 16, or 0 for one key for all.
 */
export function ccmSealMany(
  key: usize,
  keyStep: usize,
  nonces: usize,
  from: usize,
  count: i32,
  length: i32,
  to: usize,
): void {
  if (keyStep === 0) sm4Key(key, KEYS);
  for (; count >= TEXTS; count -= TEXTS) {
    if (keyStep !== 0) sm4Keys(key, key + keyStep, key + 2 * keyStep, key + 3 * keyStep, KEYS);
    key += TEXTS * keyStep;
    sealFour(nonces, from, length, to);
    nonces += TEXTS * NONCE_BYTES;
    from += TEXTS * length;
    to += TEXTS * (length + TAG_BYTES);
  }
  wipe();
  for (; count > 0; count--, key += keyStep, nonces += NONCE_BYTES, from += length, to += length + TAG_BYTES) {
    ccmBegin(key, nonces, length, 0, 0);
    memory.copy(to, from, length);
    ccmSeal(to, length);
    ccmTag(to + length);
  }
}

/**
 * Opens what `ccmSealMany` made: from `from` the texts to `to`, which is another place, and to `verdicts` for each 1 or 0.
 * Nothing of a text may be used when it has 0. Nothing here takes a time that depends on a tag.
 */
export function ccmOpenMany(
  key: usize,
  nonces: usize,
  from: usize,
  count: i32,
  length: i32,
  to: usize,
  verdicts: usize,
): void {
  sm4Key(key, KEYS);
  for (; count >= TEXTS; count -= TEXTS) {
    openFour(nonces, from, length, to, verdicts);
    nonces += TEXTS * NONCE_BYTES;
    from += TEXTS * (length + TAG_BYTES);
    to += TEXTS * length;
    verdicts += TEXTS;
  }
  wipe();
  for (; count > 0; count--, nonces += NONCE_BYTES, from += length + TAG_BYTES, to += length, verdicts++) {
    ccmBegin(key, nonces, length, 0, 0);
    memory.copy(to, from, length);
    ccmOpen(to, length);
    store<u8>(verdicts, ccmIsRight(from + length));
  }
}
