// Messages spelled bit by bit, for the specs of the five messages.

/** Bits with what they say, in the order in which they are sent, as bytes padded with zero bits. */
export function bytesOf(parts: readonly (readonly [bits: string, says: string])[]): Uint8Array {
  const bits = parts.map(([part]) => part.replaceAll(' ', '')).join('');
  if (!/^[01]*$/.test(bits)) throw new Error('bits are 0 and 1');
  const bytes = Math.ceil(bits.length / 8);
  return Uint8Array.from({ length: bytes }, (_, at) => parseInt(bits.slice(at * 8, at * 8 + 8).padEnd(8, '0'), 2));
}

/** Eight octets as bits. */
export const octets = (hex: string): string =>
  [...Buffer.from(hex, 'hex')].map((octet) => octet.toString(2).padStart(8, '0')).join(' ');

/** 39.9088230 N, 116.3974700 E without and with 44.0 m, as a Position3D: the preamble bit, lat + 900000000, long + 1799999999. */
const BEIJING = '1001101011011101000001101100110 10110000101010101010101000101011';
export const POSITION_BITS = `0 ${BEIJING}`;
export const POSITION_WITH_HEIGHT_BITS = `1 ${BEIJING} 0001000110111000`;
export const POSITION = { lat: 399_088_230, long: 1_163_974_700 };
