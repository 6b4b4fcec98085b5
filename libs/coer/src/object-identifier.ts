/** OBJECT IDENTIFIER; X.696 clause 21: a length and the content octets of X.690 8.19. */
import { unwritable, type Codec } from './codec.js';
import type { Reader } from './reader.js';

/** An arc takes at most this many bytes: enough for those of 128 bits (UUID), too few to keep a reader busy. */
const MAXIMUM_ARC_BYTES = 19;
const DOTTED = /^(?:[01]\.(?:\d|[123]\d)|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))*$/;

/** The value is the dotted form, such as `1.3.6.1`; arcs of up to 133 bits. */
export function objectIdentifier(name: string): Codec<string> {
  return {
    name,
    shape: { kind: 'objectIdentifier' },
    write(writer, value) {
      if (!DOTTED.test(value)) unwritable(name, 'not the dotted form of an OBJECT IDENTIFIER');
      const [first = 0n, second = 0n, ...rest] = value.split('.').map(BigInt);
      const bytes = [first * 40n + second, ...rest].map(arcBytes);
      if (bytes.some(({ length }) => length > MAXIMUM_ARC_BYTES)) unwritable(name, 'an arc is too large');
      writer.lengthOf(bytes.reduce((sum, { length }) => sum + length, 0));
      for (const arc of bytes) writer.bytes(Uint8Array.from(arc));
    },
    read: (reader) => reader.within(reader.length(), readArcs),
  };
}

/** Base 128, the highest group first, every byte but the last with its high bit set. */
function arcBytes(arc: bigint): number[] {
  const bytes = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80);
  return bytes;
}

function readArcs(reader: Reader): string {
  const joined = readArc(reader);
  // X.690 8.19.4: the first two arcs share a number; only under arc 2 may the second be 40 or more.
  const first = joined < 80n ? joined / 40n : 2n;
  const arcs = [first, joined - first * 40n];
  while (reader.remaining > 0) arcs.push(readArc(reader));
  return arcs.join('.');
}

function readArc(reader: Reader): bigint {
  const start = reader.offset;
  let arc = 0n;
  for (let size = 1; size <= MAXIMUM_ARC_BYTES; size++) {
    const byte = reader.uint8();
    if (size === 1 && byte === 0x80) reader.fail('arc is not in its shortest form', start);
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return arc;
  }
  return reader.fail('arc is too large', start);
}
