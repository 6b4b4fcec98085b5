/**
 * HMAC over SM3 (GB/T 15852.2, RFC 2104). A key becomes the two states after its pads, so that each message costs only
 * its own blocks and one more.
 */
import { SM3_CONTEXT_BYTES, sm3Begin, sm3End, sm3Forget, sm3Update } from './sm3';

/** 64 bytes: the states after the inner and the outer pad of a key. */
export const HMAC_KEY_BYTES: i32 = 64;
const STATE_BYTES: i32 = 32;
const BLOCK_BYTES: i32 = 64;
const LENGTH: i32 = 96;

const CONTEXT: usize = memory.data(104, 16);
/** A key, filled up with zeros; zero between the calls. */
const PAD: usize = memory.data(64, 16);
const INNER: usize = memory.data(32, 16);

/** The state after one block, of PAD turned by `turn`, at `to`. */
function afterPad(turn: u8, to: usize): void {
  const turns = i8x16.splat(turn);
  for (let at: usize = 0; at < 64; at += 16) v128.store(PAD + at, v128.xor(v128.load(PAD + at), turns));
  sm3Begin(CONTEXT);
  sm3Update(CONTEXT, PAD, BLOCK_BYTES);
  memory.copy(to, CONTEXT, STATE_BYTES);
}

/** Makes the 64 bytes at `pads` of `length` bytes at `key`. A key longer than 64 bytes is hashed first. */
export function hmacKey(key: usize, length: i32, pads: usize): void {
  if (length > BLOCK_BYTES) {
    sm3Begin(CONTEXT);
    sm3Update(CONTEXT, key, length);
    sm3End(CONTEXT, PAD);
  } else {
    memory.copy(PAD, key, length);
  }
  afterPad(0x36, pads);
  afterPad(0x36 ^ 0x5c, pads + STATE_BYTES);
  memory.fill(PAD, 0, BLOCK_BYTES);
  memory.fill(CONTEXT, 0, SM3_CONTEXT_BYTES);
  sm3Forget();
}

/** A running hash that has had one pad. */
function resume(context: usize, state: usize): void {
  memory.copy(context, state, STATE_BYTES);
  store<u64>(context, BLOCK_BYTES, LENGTH);
}

/** Begins the mac of a message in the SM3 context at `context`; add the message by `sm3Update`. */
export function hmacBegin(context: usize, pads: usize): void {
  resume(context, pads);
}

/** 32 bytes at `to`. Wipes the context. */
export function hmacEnd(context: usize, pads: usize, to: usize): void {
  sm3End(context, INNER);
  resume(context, pads + STATE_BYTES);
  sm3Update(context, INNER, STATE_BYTES);
  sm3End(context, to);
  memory.fill(INNER, 0, STATE_BYTES);
}

/** The mac of `length` bytes at `message`, 32 bytes at `to`: two compressions for a message of up to 55 bytes. */
export function hmacOf(pads: usize, message: usize, length: i32, to: usize): void {
  hmacBegin(CONTEXT, pads);
  sm3Update(CONTEXT, message, length);
  hmacEnd(CONTEXT, pads, to);
}

const PADS: usize = memory.data(64, 16);

/** The mac of a message under a key that is used once, 32 bytes at `to`. Wipes key and message as `sm3Whole` does. */
export function hmacWhole(key: usize, keyLength: i32, message: usize, length: i32, to: usize): void {
  hmacKey(key, keyLength, PADS);
  memory.fill(key, 0, keyLength);
  hmacBegin(CONTEXT, PADS);
  sm3Update(CONTEXT, message, length);
  memory.fill(message, 0, length);
  hmacEnd(CONTEXT, PADS, to);
  memory.fill(PADS, 0, HMAC_KEY_BYTES);
}
