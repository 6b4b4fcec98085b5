/** SM4 by the engine; what each function promises is said in ../sm4.ts. */
import { requireBytes } from '../argument.js';
import { desk, DESK_AT, engineCalls } from './instance.js';

const {
  sm4Key: expandKey,
  sm4Four,
  sm4Reverse,
} = engineCalls<{
  sm4Key(key: number, to: number): void;
  sm4Four(keys: number, from: number, to: number): void;
  sm4Reverse(keys: number): void;
}>();

const BLOCK_BYTES = 16;
const ROUND_KEYS_BYTES = 512;
/** The desk: four blocks, of which one is used, and the round keys. */
const ROUND_KEYS = 64;
const USED_BYTES = ROUND_KEYS + ROUND_KEYS_BYTES;

/** Takes bytes from the desk and wipes all that was used of it. */
function take(from: number, length: number): Uint8Array {
  const taken = desk.slice(from, from + length);
  desk.fill(0, 0, USED_BYTES);
  return taken;
}

function layBlock(roundKeys: Uint8Array, block: Uint8Array): void {
  requireBytes('block', block, BLOCK_BYTES);
  desk.set(block, 0);
  desk.set(roundKeys, ROUND_KEYS);
}

export function sm4Key(key: Uint8Array) {
  requireBytes('key', key, 16);
  desk.set(key, 0);
  expandKey(DESK_AT, DESK_AT + ROUND_KEYS);
  const roundKeys = take(ROUND_KEYS, ROUND_KEYS_BYTES);
  return {
    encryptBlock: (block: Uint8Array): Uint8Array => {
      layBlock(roundKeys, block);
      sm4Four(DESK_AT + ROUND_KEYS, DESK_AT, DESK_AT);
      return take(0, BLOCK_BYTES);
    },
    decryptBlock: (block: Uint8Array): Uint8Array => {
      layBlock(roundKeys, block);
      sm4Reverse(DESK_AT + ROUND_KEYS);
      sm4Four(DESK_AT + ROUND_KEYS, DESK_AT, DESK_AT);
      return take(0, BLOCK_BYTES);
    },
    wipe: (): void => {
      roundKeys.fill(0);
    },
  };
}
