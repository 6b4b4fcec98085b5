/** SM4-CCM by the engine; what each function promises, and who judges the arguments, is in ../ccm.ts. */
import type { OpenedTexts } from '../ccm-face.js';
import { desk, DESK_AT, engineCalls } from './instance.js';

const { ccmBegin, ccmIsRight, ccmOpen, ccmOpenMany, ccmSeal, ccmSealMany, ccmTag } = engineCalls<{
  ccmBegin(key: number, nonce: number, length: number, associated: number, associatedLength: number): void;
  ccmIsRight(tag: number): number;
  ccmOpen(at: number, length: number): void;
  ccmOpenMany(
    key: number,
    nonces: number,
    from: number,
    count: number,
    length: number,
    to: number,
    verdicts: number,
  ): void;
  ccmSealMany(
    key: number,
    keyStep: number,
    nonces: number,
    from: number,
    count: number,
    length: number,
    to: number,
  ): void;
  ccmSeal(at: number, length: number): void;
  ccmTag(to: number): void;
}>();

const KEY_BYTES = 16;
const NONCE_BYTES = 12;
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

/** One key for all texts (step 0), or the key of each after that of the one before (step 16). */
interface Keys {
  readonly bytes: Uint8Array;
  readonly step: number;
}

/** The engine takes four texts side by side. */
const TEXTS = 4;

interface Group {
  /** The first text of the group, and how many there are. */
  readonly at: number;
  readonly count: number;
  /** Where they lie: nonces, what comes in, what goes out, a byte for each. */
  readonly nonces: number;
  readonly from: number;
  readonly to: number;
  readonly verdicts: number;
}

/**
 * Lays texts on the desk, as many as fit, and calls for each such group: `inBytes` of each come in, `outBytes` go out, which
 * are put into `out`. False when not even four fit.
 */
function inGroups(
  texts: { keys: Keys; nonces: Uint8Array; bytes: Uint8Array; count: number; inBytes: number },
  out: { bytes: Uint8Array; outBytes: number },
  call: (group: Group) => void,
): boolean {
  const { count, inBytes, keys } = texts;
  const { outBytes } = out;
  const room = Math.floor((desk.length - KEY_BYTES) / (keys.step + NONCE_BYTES + inBytes + outBytes + 1));
  const most = room - (room % TEXTS);
  if (most === 0) return false;
  let used = 0;
  for (let at = 0; at < count; at += most) {
    const some = Math.min(most, count - at);
    const nonces = KEY_BYTES + some * keys.step;
    const from = nonces + some * NONCE_BYTES;
    const to = from + some * inBytes;
    const verdicts = to + some * outBytes;
    desk.set(keys.step === 0 ? keys.bytes : keys.bytes.subarray(at * keys.step, (at + some) * keys.step), 0);
    desk.set(texts.nonces.subarray(at * NONCE_BYTES, (at + some) * NONCE_BYTES), nonces);
    desk.set(texts.bytes.subarray(at * inBytes, (at + some) * inBytes), from);
    call({ at, count: some, nonces, from, to, verdicts });
    out.bytes.set(desk.subarray(to, verdicts), at * outBytes);
    used = Math.max(used, verdicts + some);
  }
  desk.fill(0, 0, used);
  return true;
}

export function sealMany(key: Uint8Array, nonces: Uint8Array, plaintexts: Uint8Array, count: number): Uint8Array {
  return sealAll({ bytes: key, step: 0 }, nonces, plaintexts, count);
}

export function sealEach(keys: Uint8Array, nonces: Uint8Array, plaintexts: Uint8Array, count: number): Uint8Array {
  return sealAll({ bytes: keys, step: KEY_BYTES }, nonces, plaintexts, count);
}

function sealAll(keys: Keys, nonces: Uint8Array, plaintexts: Uint8Array, count: number): Uint8Array {
  const length = plaintexts.length / count;
  const sealed = new Uint8Array(count * (length + TAG_BYTES));
  const texts = { keys, nonces, bytes: plaintexts, count, inBytes: length };
  const isDone = inGroups(texts, { bytes: sealed, outBytes: length + TAG_BYTES }, (group) => {
    const [at, from, to] = [DESK_AT + group.nonces, DESK_AT + group.from, DESK_AT + group.to];
    ccmSealMany(DESK_AT, keys.step, at, from, group.count, length, to);
  });
  if (isDone) return sealed;
  for (let n = 0; n < count; n++) {
    const own = nonces.subarray(n * NONCE_BYTES, (n + 1) * NONCE_BYTES);
    const key = keys.bytes.subarray(n * keys.step, n * keys.step + KEY_BYTES);
    sealed.set(seal(nothing, key, own, plaintexts.subarray(n * length, (n + 1) * length)), n * (length + TAG_BYTES));
  }
  return sealed;
}

export function openMany(key: Uint8Array, nonces: Uint8Array, sealed: Uint8Array, count: number): OpenedTexts {
  const length = sealed.length / count - TAG_BYTES;
  const plaintexts = new Uint8Array(count * length);
  const isRight: boolean[] = [];
  const texts = { keys: { bytes: key, step: 0 }, nonces, bytes: sealed, count, inBytes: length + TAG_BYTES };
  const isDone = inGroups(texts, { bytes: plaintexts, outBytes: length }, (group) => {
    const [at, from, to] = [DESK_AT + group.nonces, DESK_AT + group.from, DESK_AT + group.to];
    ccmOpenMany(DESK_AT, at, from, group.count, length, to, DESK_AT + group.verdicts);
    for (let n = 0; n < group.count; n++) isRight.push(desk[group.verdicts + n] === 1);
  });
  for (let n = 0; n < count && !isDone; n++) {
    const own = nonces.subarray(n * NONCE_BYTES, (n + 1) * NONCE_BYTES);
    const opened = open(key, own, sealed.subarray(n * (length + TAG_BYTES), (n + 1) * (length + TAG_BYTES)));
    isRight.push(opened !== undefined);
    if (opened !== undefined) plaintexts.set(opened, n * length);
  }
  isRight.forEach((right, n) => right || plaintexts.fill(0, n * length, (n + 1) * length));
  return { plaintexts, isRight };
}
