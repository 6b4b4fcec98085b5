/** SM3 and HMAC-SM3 by the engine; what each function promises is said in ../sm3.ts. */
import { requireBytes } from '../argument.js';
import { desk, DESK_AT, engineCalls } from './instance.js';

const { sm3Begin, sm3End, sm3Update, sm3Whole, hmacBegin, hmacEnd, hmacKey, hmacWhole } = engineCalls<{
  sm3Begin(context: number): void;
  sm3End(context: number, to: number): void;
  sm3Update(context: number, from: number, length: number): void;
  sm3Whole(from: number, length: number, to: number): void;
  hmacBegin(context: number, pads: number): void;
  hmacEnd(context: number, pads: number, to: number): void;
  hmacKey(key: number, length: number, pads: number): void;
  hmacWhole(key: number, keyLength: number, message: number, length: number, to: number): void;
}>();

const HASH_BYTES = 32;
const BLOCK_BYTES = 64;
/** The desk: a key of HMAC, the text or a piece of it, and at the end a running hash and the pads of a key. */
const TEXT = BLOCK_BYTES;
const TEXT_BYTES = desk.length - 256 - TEXT;
const CONTEXT = DESK_AT + TEXT + TEXT_BYTES;
const PADS = CONTEXT + 128;

function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of parts) {
    requireBytes('parts', part);
    length += part.length;
  }
  return length;
}

/** Lays the parts one after the other; they fit. */
function lay(parts: readonly Uint8Array[]): void {
  let at = TEXT;
  for (const part of parts) {
    desk.set(part, at);
    at += part.length;
  }
}

/** Adds the parts to the running hash, in pieces of what the desk holds, and wipes the desk. */
function update(parts: readonly Uint8Array[]): void {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += TEXT_BYTES) {
      const piece = part.subarray(at, at + TEXT_BYTES);
      desk.set(piece, TEXT);
      sm3Update(CONTEXT, DESK_AT + TEXT, piece.length);
    }
  }
  desk.fill(0, TEXT, TEXT + TEXT_BYTES);
}

/** Takes the result from the beginning of the desk. */
function takeHash(): Uint8Array {
  const hash = desk.slice(0, HASH_BYTES);
  desk.fill(0, 0, HASH_BYTES);
  return hash;
}

export function sm3(...parts: Uint8Array[]): Uint8Array {
  const length = lengthOf(parts);
  if (length <= TEXT_BYTES) {
    lay(parts);
    sm3Whole(DESK_AT + TEXT, length, DESK_AT);
  } else {
    sm3Begin(CONTEXT);
    update(parts);
    sm3End(CONTEXT, DESK_AT);
  }
  return takeHash();
}

export function hmacSm3(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  requireBytes('key', key);
  const length = lengthOf(parts);
  const shortKey = key.length > BLOCK_BYTES ? sm3(key) : key;
  desk.set(shortKey, 0);
  if (length <= TEXT_BYTES) {
    lay(parts);
    hmacWhole(DESK_AT, shortKey.length, DESK_AT + TEXT, length, DESK_AT);
  } else {
    hmacKey(DESK_AT, shortKey.length, PADS);
    hmacBegin(CONTEXT, PADS);
    update(parts);
    hmacEnd(CONTEXT, PADS, DESK_AT);
    desk.fill(0, TEXT + TEXT_BYTES);
    desk.fill(0, HASH_BYTES, TEXT);
  }
  return takeHash();
}
