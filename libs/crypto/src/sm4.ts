/** SM4, the block cipher of GB/T 32907-2016, by the implementation that ENGINE chooses: 16-byte blocks, 16-byte key. */
import { chooseEngine } from './engine.config.js';
import * as engine from './engine/sm4.js';
import * as reference from './reference/sm4.js';

/** One key, expanded once, for many blocks. */
export interface Sm4Key {
  /** 16 bytes to 16 bytes. */
  encryptBlock(block: Uint8Array): Uint8Array;
  /** 16 bytes to 16 bytes. */
  decryptBlock(block: Uint8Array): Uint8Array;
  /** Zeroes the round keys; afterwards the object encrypts under nothing of use. */
  wipe(): void;
}

/** What both implementations offer. They refuse keys and blocks that are not 16 bytes, by the argument's name. */
export interface Sm4 {
  /** Expands a 16-byte key. */
  sm4Key(key: Uint8Array): Sm4Key;
}

export const { sm4Key } = chooseEngine<Sm4>(engine, reference);

/** One block under a 16-byte key, 16 bytes to 16 bytes. For many blocks under one key use `sm4Key`. */
export function sm4EncryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return sm4Key(key).encryptBlock(block);
}

/** The inverse of `sm4EncryptBlock`. */
export function sm4DecryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return sm4Key(key).decryptBlock(block);
}
