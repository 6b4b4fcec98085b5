/** For specs: what the engine's memory holds, static places and desk. */
import { desk } from './instance.js';

/** A copy of the whole memory: a call that wipes what it used leaves the memory as it was. */
export function engineMemory(): Buffer {
  return Buffer.from(new Uint8Array(desk.buffer));
}
