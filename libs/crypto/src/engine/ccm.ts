/** SM4-CCM by the engine; what each function promises, and who judges the arguments, is in ../ccm.ts. */
import { desk, DESK_AT, engineCalls } from './instance.js';

const { ccmBegin, ccmIsRight, ccmOpen, ccmSeal, ccmTag } = engineCalls<{
  ccmBegin(key: number, nonce: number, length: number, associated: number, associatedLength: number): void;
  ccmIsRight(tag: number): number;
  ccmOpen(at: number, length: number): void;
  ccmSeal(at: number, length: number): void;
  ccmTag(to: number): void;
}>();

const TAG_BYTES = 16;
/** The desk: key, nonce, then the associated data, a piece of the text or the tag. */
const NONCE = 16;
const TEXT = 32;
/** Whole blocks, and more than associated data can be. */
const PIECE_BYTES = 0x20000;

function begin(associated: Uint8Array, key: Uint8Array, nonce: Uint8Array, length: number): void {
  desk.set(key, 0);
  desk.set(nonce, NONCE);
  desk.set(associated, TEXT);
  ccmBegin(DESK_AT, DESK_AT + NONCE, length, DESK_AT + TEXT, associated.length);
}

/** Turns as many bytes of `text` as `turned` has room for, piece by piece. */
function turn(call: (at: number, length: number) => void, text: Uint8Array, turned: Uint8Array): void {
  for (let at = 0; at < turned.length; at += PIECE_BYTES) {
    const end = Math.min(at + PIECE_BYTES, turned.length);
    desk.set(text.subarray(at, end), TEXT);
    call(DESK_AT + TEXT, end - at);
    turned.set(desk.subarray(TEXT, TEXT + end - at), at);
  }
}

/** The longest that lay on the desk may have been the associated data, a piece or the tag. */
function wipe(associatedLength: number, length: number): void {
  desk.fill(0, 0, TEXT + Math.max(associatedLength, Math.min(length, PIECE_BYTES), TAG_BYTES));
}

export function seal(associated: Uint8Array, key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const { length } = plaintext;
  begin(associated, key, nonce, length);
  const sealed = new Uint8Array(length + TAG_BYTES);
  turn(ccmSeal, plaintext, sealed.subarray(0, length));
  ccmTag(DESK_AT + TEXT);
  sealed.set(desk.subarray(TEXT, TEXT + TAG_BYTES), length);
  wipe(associated.length, length);
  return sealed;
}

const nothing = new Uint8Array(0);

export function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  const length = sealed.length - TAG_BYTES;
  begin(nothing, key, nonce, length);
  const plaintext = new Uint8Array(length);
  turn(ccmOpen, sealed, plaintext);
  desk.set(sealed.subarray(length), TEXT);
  const isRight = ccmIsRight(DESK_AT + TEXT) === 1;
  wipe(0, length);
  if (isRight) return plaintext;
  plaintext.fill(0);
  return undefined;
}
