/**
 * How calls and answers cross between a pool and its workers: words as they are, byte strings joined into one buffer that is
 * handed over. A message so holds the bytes that were meant and no others: cloning a view would carry along the whole buffer
 * behind it. Errors cross as name, message and cause.
 */
import { requireBytes } from '#crypto/argument.js';
import { DeviceRefusal, type DeviceRefusalReason } from './device-refusal.js';

/** Many byte strings, some of which may be absent. */
export type Parts = readonly (Uint8Array | undefined)[];

export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The length of each part; `ABSENT` for one that is undefined. */
  readonly lengths: Uint32Array<ArrayBuffer>;
}

const ABSENT = 0xffffffff;

/** Joins copies of the parts. Refuses (TypeError) what is neither bytes nor undefined. */
export function pack(parts: Parts): Packed {
  const lengths = new Uint32Array(parts.length);
  let total = 0;
  for (let n = 0; n < parts.length; n++) {
    const part = parts[n];
    if (part !== undefined) requireBytes('bytes', part);
    lengths[n] = part?.length ?? ABSENT;
    total += part?.length ?? 0;
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    if (part === undefined) continue;
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, lengths };
}

/** The parts, each an array of its own; what came is zeroed, since it may have held unwrapped keys. */
export function unpack({ bytes, lengths }: Packed): (Uint8Array | undefined)[] {
  const parts = cut(lengths, (from, to) => bytes.slice(from, to));
  bytes.fill(0);
  return parts;
}

/** The parts as views of what came, for who zeroes it when they are done with: no array is made for each message. */
export function viewsOf({ bytes, lengths }: Packed): (Uint8Array | undefined)[] {
  return cut(lengths, (from, to) => bytes.subarray(from, to));
}

function cut(lengths: Uint32Array, take: (from: number, to: number) => Uint8Array): (Uint8Array | undefined)[] {
  const parts: (Uint8Array | undefined)[] = [];
  let at = 0;
  for (const length of lengths) {
    const end = length === ABSENT ? at : at + length;
    parts.push(length === ABSENT ? undefined : take(at, end));
    at = end;
  }
  return parts;
}

/** The buffers that a message hands over. */
export function buffersOf({ bytes, lengths }: Packed): ArrayBuffer[] {
  return [bytes.buffer, lengths.buffer];
}

/** An error as it crosses. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly reason?: DeviceRefusalReason;
  readonly cause?: Failure;
}

export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  return {
    name: thrown.name,
    message: thrown.message,
    ...(thrown instanceof DeviceRefusal && { reason: thrown.reason }),
    ...(thrown.cause !== undefined && { cause: failureOf(thrown.cause) }),
  };
}

/** The error again: a DeviceRefusal, RangeError or TypeError is one here too. */
export function errorOf({ name, message, reason, cause }: Failure): Error {
  if (reason !== undefined) return new DeviceRefusal(reason, message);
  const options = cause === undefined ? {} : { cause: errorOf(cause) };
  if (name === 'RangeError') return new RangeError(message, options);
  if (name === 'TypeError') return new TypeError(message, options);
  return new Error(message, options);
}
