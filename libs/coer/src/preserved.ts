/** Values that keep the bytes they came in, values inside octet strings, and types that contain themselves. */
import { encode, type Codec } from './codec.js';
import type { Reader } from './reader.js';

/** A value and the very bytes it was read from: signatures and hashes are over these, never over a re-encoding. */
export interface Preserved<T> {
  readonly value: T;
  readonly bytes: Uint8Array;
}

/** Reads the value and keeps its bytes; writes the bytes as they are. */
export function withBytes<T>(codec: Codec<T>): Codec<Preserved<T>> {
  return {
    name: codec.name,
    shape: { kind: 'preserved', content: codec },
    write(writer, { value, bytes }) {
      if (writer.afresh) codec.write(writer, value);
      else writer.bytes(bytes);
    },
    read(reader) {
      const start = reader.offset;
      const value = codec.read(reader);
      return { value, bytes: reader.bytes.subarray(start, reader.offset) };
    },
  };
}

/** A new value with its canonical bytes. */
export function preserve<T>(codec: Codec<T>, value: T): Preserved<T> {
  return { value, bytes: encode(codec, value) };
}

/** OCTET STRING (CONTAINING T), and an open type: the same bytes. */
export function containing<T>(codec: Codec<T>): Codec<T> {
  return {
    name: codec.name,
    shape: { kind: 'containing', content: codec },
    write: (writer, value) => writer.wrapped(codec, value),
    read: (reader) => reader.within(reader.length(), (part) => codec.read(part)),
  };
}

/** A type that contains itself: looked up late, counted in depth. */
export function recursive<T>(name: string, codec: () => Codec<T>): Codec<T> {
  return {
    name,
    shape: { kind: 'same', as: codec },
    write: (writer, value) => codec().write(writer, value),
    read: (reader: Reader) => reader.deeper(() => codec().read(reader)),
  };
}
