/** SM3, the hash of GB/T 32905-2016, and HMAC over it (GB/T 15852.2, RFC 2104), by the implementation that ENGINE chooses. */
import { chooseEngine } from './engine.config.js';
import * as engine from './engine/sm3.js';
import * as reference from './reference/sm3.js';

/** What both implementations offer. They refuse (TypeError) what is not a Uint8Array, by the argument's name. */
export interface Sm3 {
  /** SM3 of the parts one after the other: 32 bytes. */
  sm3(...parts: Uint8Array[]): Uint8Array;
  /** HMAC-SM3 of the parts one after the other: 32 bytes. A key of any length; one above 64 bytes is hashed first. */
  hmacSm3(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array;
}

export const { sm3, hmacSm3 } = chooseEngine<Sm3>(engine, reference);
