/**
 * Many items in one value of the database. A parameter and a row cost it some microseconds each, whatever is in them; a slice
 * costs next to nothing. These bytes never leave the PRA's own tables.
 */
import type { PoolItem } from './expansion.js';

/** What an item in the pool is made of. */
export type PooledItem = Omit<PoolItem, 'i' | 'keyHash'>;

/** Whose an item is: its request, 16 bytes, and its place in the bundle, 0 … 255. */
export interface ItemKey {
  readonly requestId: Uint8Array;
  readonly j: number;
}

export const REQUEST_ID_BYTES = 16;
/** Bytes of one key of `packKeys`: the database takes them apart as well. */
export const KEY_BYTES = REQUEST_ID_BYTES + 1;
const POINT_BYTES = 33;
const LENGTH_BYTES = 4;

/** Byte strings one after the other, each with its length before it. */
export function packBytes(parts: readonly Uint8Array[]): Buffer {
  const packed = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const part of parts) {
    at = packed.writeUInt32BE(part.length, at);
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}

/** The parts as views of `packed`. Throws when it is not what `packBytes` makes. */
export function unpackBytes(packed: Uint8Array): Uint8Array[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < packed.length;) {
    const start = at + LENGTH_BYTES;
    at = start + view.getUint32(at);
    if (at > packed.length) throw new RangeError('packed: a part reaches beyond the end');
    parts.push(packed.subarray(start, at));
  }
  return parts;
}

export function packKeys(keys: readonly ItemKey[]): Buffer {
  const packed = Buffer.allocUnsafe(keys.length * KEY_BYTES);
  for (const [n, { requestId, j }] of keys.entries()) {
    if (requestId.length !== REQUEST_ID_BYTES)
      throw new RangeError(`keys: a request's id of ${requestId.length} bytes`);
    packed.set(requestId, n * KEY_BYTES);
    packed.writeUInt8(j, n * KEY_BYTES + REQUEST_ID_BYTES);
  }
  return packed;
}

export function unpackKeys(packed: Uint8Array): ItemKey[] {
  if (packed.length % KEY_BYTES !== 0) throw new RangeError('packed: not a whole number of keys');
  return Array.from({ length: packed.length / KEY_BYTES }, (_, n) => {
    const key = packed.subarray(n * KEY_BYTES, (n + 1) * KEY_BYTES);
    return { requestId: key.subarray(0, REQUEST_ID_BYTES), j: key[REQUEST_ID_BYTES] as number };
  });
}

/** Where there is no second LA. */
const NO_VALUE = new Uint8Array();

export function packPooled(items: readonly PooledItem[]): Buffer {
  return packBytes(
    items.flatMap(({ j, signingKey, encryptionKey, plv1, plv2 }) => [
      fixedParts(j, signingKey, encryptionKey),
      plv1,
      plv2 ?? NO_VALUE,
    ]),
  );
}

function fixedParts(j: number, signingKey: Uint8Array, encryptionKey: Uint8Array): Uint8Array {
  const parts = Buffer.allocUnsafe(1 + 2 * POINT_BYTES);
  parts.writeUInt8(j);
  if (signingKey.length !== POINT_BYTES || encryptionKey.length !== POINT_BYTES)
    throw new RangeError('items: a cocoon key that is not of 33 bytes');
  parts.set(signingKey, 1);
  parts.set(encryptionKey, 1 + POINT_BYTES);
  return parts;
}

/** The items as views of `packed`. */
export function unpackPooled(packed: Uint8Array): PooledItem[] {
  const parts = unpackBytes(packed);
  if (parts.length % 3 !== 0) throw new RangeError('packed: not a whole number of items');
  return Array.from({ length: parts.length / 3 }, (_, n) => {
    const [fixed, plv1, plv2] = parts.slice(3 * n, 3 * n + 3) as [Uint8Array, Uint8Array, Uint8Array];
    const j = fixed[0] as number;
    const [signingKey, encryptionKey] = [fixed.subarray(1, 1 + POINT_BYTES), fixed.subarray(1 + POINT_BYTES)];
    return { j, signingKey, encryptionKey, plv1, plv2: plv2.length === 0 ? undefined : plv2 };
  });
}
