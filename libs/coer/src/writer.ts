/** Writes canonical OER (ITU-T X.696) into one growing buffer. */

/** What a codec is to a writer. */
interface Writable<T> {
  write(writer: Writer, value: T): void;
}

const SCRATCH_BYTES = 4096;
/** A buffer for the next writer, zeroed; undefined while one has it. To make one for each message takes a third of its time. */
let scratch: Uint8Array | undefined;

export class Writer {
  private buffer: Uint8Array;
  private used = 0;

  /** `afresh`: bytes that values keep are not copied but made again (`encodeAfresh`). */
  constructor(readonly afresh: boolean = false) {
    this.buffer = scratch ?? new Uint8Array(SCRATCH_BYTES);
    scratch = undefined;
  }

  get length(): number {
    return this.used;
  }

  private reserve(size: number): number {
    const start = this.used;
    const needed = start + size;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
      larger.set(this.buffer.subarray(0, start));
      this.buffer = larger;
    }
    this.used = needed;
    return start;
  }

  uint8(value: number): void {
    const start = this.reserve(1); // may replace the buffer: never inside the statement that uses it
    this.buffer[start] = value;
  }

  /** An unsigned big-endian integer of `size` bytes (at most 6). */
  unsigned(value: number, size: number): void {
    this.put(this.reserve(size), value, size);
  }

  private put(start: number, value: number, size: number): void {
    let rest = value;
    for (let n = size - 1; n >= 0; n--) {
      this.buffer[start + n] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }

  bytes(value: Uint8Array): void {
    const start = this.reserve(value.length);
    this.buffer.set(value, start);
  }

  /** A length determinant in its shortest form, X.696 clause 8.6. */
  lengthOf(length: number): void {
    if (length < 0x80) return this.uint8(length);
    const size = unsignedSize(length);
    this.uint8(0x80 | size);
    this.unsigned(length, size);
  }

  quantity(count: number): void {
    const size = unsignedSize(count);
    this.lengthOf(size);
    this.unsigned(count, size);
  }

  /** A value with its length before it: an open type (X.696 clause 30), or OCTET STRING (CONTAINING …). */
  wrapped<T>(codec: Writable<T>, value: T): void {
    const start = this.reserve(1);
    codec.write(this, value);
    const length = this.used - start - 1;
    if (length < 0x80) this.buffer[start] = length;
    else this.insertLongLength(start, length);
  }

  private insertLongLength(start: number, length: number): void {
    const size = unsignedSize(length);
    this.reserve(size);
    this.buffer.copyWithin(start + 1 + size, start + 1, start + 1 + length);
    this.buffer[start] = 0x80 | size;
    this.put(start + 1, length, size);
  }

  /** What was written. Ends the writer. */
  finish(): Uint8Array {
    const { buffer, used } = this;
    const written = buffer.slice(0, used);
    if (buffer.length === SCRATCH_BYTES) {
      // Messages hold secrets, too: none waits here for the next one.
      buffer.fill(0, 0, used);
      scratch = buffer;
      this.buffer = written;
    }
    return written;
  }
}

/** The fewest bytes that hold an unsigned integer; zero takes one. */
export function unsignedSize(value: number): number {
  let size = 1;
  while (value >= 256 ** size) size++;
  return size;
}
