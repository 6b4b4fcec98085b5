// The counts of X.691 that are not bound by a type: general length, normally small number and length, open type.
import type { BitReader } from './bit-reader.js';
import type { BitWriter } from './bit-writer.js';

/** Bits of a whole number 0..span (X.691 (2021) 11.5.7.1). */
export function widthOf(span: number): number {
  let width = 0;
  while (2 ** width <= span) width++;
  return width;
}

/** X.691 (2021) 11.9.3.5–11.9.3.8, unaligned, unfragmented: 0..16383. Fragments are refused. */
export function readLength(reader: BitReader): number {
  if (!reader.bit()) return reader.bits(7);
  if (reader.bit()) reader.fail('fragmented length');
  const length = reader.bits(14);
  if (length < 128) reader.fail('length is not in its shortest form');
  return length;
}

export function writeLength(writer: BitWriter, length: number): void {
  if (length < 128) writer.bits(8, length);
  else if (length < 16_384) writer.bits(16, 0x8000 + length);
  else writer.fail('too long to be sent in one piece');
}

/** X.691 (2021) 11.6: a number that is normally below 64. The long form is refused: no type here has so many. */
export function readSmallNumber(reader: BitReader): number {
  if (reader.bit()) reader.fail('number is not small');
  return reader.bits(6);
}

export function writeSmallNumber(writer: BitWriter, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 63) writer.fail('number is not small');
  writer.bits(7, value);
}

/** X.691 (2021) 11.2: an open type is a length in octets and a complete encoding, which has at least one octet. */
export function readOpenType(reader: BitReader): Uint8Array {
  const length = readLength(reader);
  if (length === 0) reader.fail('open type is empty');
  return reader.octets(length);
}

export function writeOpenType(writer: BitWriter, bytes: Uint8Array): void {
  if (bytes.length === 0) writer.fail('open type is empty');
  writeLength(writer, bytes.length);
  writer.octets(bytes);
}
