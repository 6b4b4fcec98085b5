/** Bytes, hexadecimal and big-endian integers: the few conversions every cipher here needs. Hex stays at the rim. */

/** Joins byte strings into one new array. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Lower-case hexadecimal, two digits a byte. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Bytes of a hexadecimal string; refuses an odd number of digits and anything that is not a digit. */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new TypeError('text: not an even number of hexadecimal digits');
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Four bytes, big-endian, of an integer 0 … 2^32−1. */
export function uint32(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError('value: not an integer of 0 … 2^32−1');
  }
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** Exclusive or of two byte strings of one length. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== b.length) throw new RangeError('b: not as long as a');
  return a.map((byte, index) => byte ^ (b[index] as number));
}

/** OS2IP of SEC 1: the non-negative integer that the big-endian bytes stand for. */
export function integerOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${hex(bytes)}`);
}

/** I2OSP of SEC 1 for 32 bytes: big-endian, zeros in front. Refuses integers outside 0 … 2^256−1. */
export function bytes32(value: bigint): Uint8Array {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError('value: not an integer of 0 … 2^256−1');
  return fromHex(value.toString(16).padStart(64, '0'));
}

/**
 * Below, above or at zero as `a` comes before, after or with `b` in the order of their bytes; of two that begin alike the shorter
 * is first. For hashes and other bytes that differ early: there it takes a third of what `Buffer.compare` does. The time tells
 * where they differ: not for secrets.
 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let n = 0; n < length; n++) {
    const difference = (a[n] as number) - (b[n] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
