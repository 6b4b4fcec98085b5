/** What must hold of every decoder of canonical bytes, whatever they are: for those who throw damaged bytes at one. */
import { decode, encodeAfresh, type Codec } from './codec.js';
import { CoerError } from './coer-error.js';
import { DEFAULT_DEPTH, Reader } from './reader.js';

/**
 * What a decoder makes of bytes. `otherEdition`: accepted, with additions that our edition does not know and nobody decides by;
 * `shownOnly`: of another edition, for those who show and never for those who decide.
 */
export type Taking = 'accepted' | 'otherEdition' | 'shownOnly' | 'refused';

/** Something that must hold does not. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

interface Read {
  readonly value: unknown;
  readonly otherEditions: number;
}

function read(codec: Codec<unknown>, bytes: Uint8Array, tolerant: boolean): Read | undefined {
  const reader = new Reader(bytes, DEFAULT_DEPTH, tolerant);
  try {
    const value = codec.read(reader);
    return reader.remaining === 0 ? { value, otherEditions: reader.otherEditions } : undefined;
  } catch (error) {
    if (error instanceof CoerError) return undefined;
    throw error;
  }
}

/** Refuses (BrokenPromise) when the bytes written are not the bytes read. */
export function requireSame(written: Uint8Array, from: Uint8Array): void {
  if (Buffer.compare(written, from) !== 0)
    throw new BrokenPromise(`accepted, and written again as ${Buffer.from(written).toString('hex')}`);
}

/** Objects, items and leaves of a value that a byte may ask for: a decoded bit string has nine for one byte. */
const MOST_PARTS_A_BYTE = 12;
const FEW_PARTS = 64;

function partsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return 1;
  const inside: unknown[] = value instanceof Set ? [...(value as Set<unknown>)] : Object.values(value);
  let parts = 1;
  for (const one of inside) parts += partsOf(one);
  return parts;
}

/** Refuses (BrokenPromise) a value that is out of proportion to its bytes. */
export function requireProportion(value: unknown, { length }: Uint8Array): void {
  const parts = partsOf(value);
  if (parts > FEW_PARTS + length * MOST_PARTS_A_BYTE)
    throw new BrokenPromise(`${String(parts)} parts of ${String(length)} bytes`);
}

/**
 * Throws BrokenPromise when a decoder takes bytes that are not the one spelling of their value, or makes much of little.
 * Whatever else it throws than its own error comes through.
 */
export function takingOf(codec: Codec<unknown>, bytes: Uint8Array): Taking {
  const taken = read(codec, bytes, false);
  const shown = read(codec, bytes, true);
  if (shown !== undefined) {
    requireProportion(shown.value, bytes);
    requireSame(encodeAfresh(codec, shown.value), bytes);
  }
  if (taken === undefined) return shown === undefined ? 'refused' : 'shownOnly';
  if (shown === undefined) throw new BrokenPromise('accepted, and not to be shown');
  const again = encodeAfresh(codec, taken.value);
  if (taken.otherEditions === 0) {
    requireSame(again, bytes);
    return 'accepted';
  }
  // What another edition added is not in the value; what we know of it must still come back.
  requireSame(encodeAfresh(codec, decode(codec, again)), again);
  return 'otherEdition';
}
