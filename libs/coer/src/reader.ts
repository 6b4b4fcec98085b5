/** Reads canonical OER (ITU-T X.696) strictly: one spelling a value, bounded depth, never past the end. */
import { CoerError } from './coer-error.js';

/** How deep recursive types (signed data in signed data) may nest unless a caller says otherwise. */
export const DEFAULT_DEPTH = 16;

export class Reader {
  offset = 0;
  readonly bytes: Uint8Array;
  /**
   * How many extension bitmaps were met that another edition of the type wrote: of another length than ours, so that
   * additions may have been skipped. Zero says that the value holds everything the bytes say.
   */
  otherEditions = 0;
  private depth = 0;
  private end: number;

  /** `tolerant`: what another edition wrote behind extension markers is handed out instead of refused (`decodeToShow`). */
  constructor(
    bytes: Uint8Array,
    private readonly maximumDepth: number = DEFAULT_DEPTH,
    readonly tolerant: boolean = false,
  ) {
    // A Buffer's views are Buffers too; what leaves here is plain Uint8Array.
    const plain = bytes.constructor === Uint8Array;
    this.bytes = plain ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  fail(problem: string, offset = this.offset): never {
    throw new CoerError(problem, offset);
  }

  /** The next `length` bytes as a view of the input. */
  take(length: number): Uint8Array {
    if (length > this.remaining) this.fail('unexpected end');
    const view = this.bytes.subarray(this.offset, this.offset + length);
    this.offset += length;
    return view;
  }

  uint8(): number {
    if (this.offset >= this.end) this.fail('unexpected end');
    return this.bytes[this.offset++] as number;
  }

  /** An unsigned big-endian integer of 1 to 6 bytes. */
  unsigned(size: number): number {
    if (size > this.remaining) this.fail('unexpected end');
    let value = 0;
    for (let n = 0; n < size; n++) value = value * 256 + (this.bytes[this.offset + n] as number);
    this.offset += size;
    return value;
  }

  /** A length determinant, X.696 clause 8.6: the shortest form only. */
  length(): number {
    const start = this.offset;
    const first = this.uint8();
    const value = first < 0x80 ? first : this.longLength(first & 0x7f, start);
    if (value > this.remaining) this.fail('unexpected end', start);
    return value;
  }

  private longLength(size: number, start: number): number {
    if (size === 0 || size > 4) this.fail('length of an unsupported form', start);
    const value = this.unsigned(size);
    const shortest = value > 0x7f && value >= 256 ** (size - 1);
    if (!shortest) this.fail('length is not in its shortest form', start);
    return value;
  }

  /** The number of items of a SEQUENCE OF, X.696 clause 17: length byte and shortest unsigned integer. */
  quantity(): number {
    const start = this.offset;
    const size = this.length();
    if (size === 0 || size > 4) this.fail('quantity of an unsupported size', start);
    if (size > 1 && this.bytes[this.offset] === 0) this.fail('quantity with a leading zero', start);
    return this.unsigned(size);
  }

  /** Runs `step` one level deeper; refuses when the types nest deeper than allowed. */
  deeper<T>(step: () => T): T {
    if (this.depth >= this.maximumDepth) this.fail(`nested deeper than ${this.maximumDepth}`);
    this.depth++;
    try {
      return step();
    } finally {
      this.depth--;
    }
  }

  /** Lets `step` see the next `length` bytes only, and demands that it takes them all. */
  within<T>(length: number, step: (part: Reader) => T): T {
    if (length > this.remaining) this.fail('unexpected end');
    const outer = this.end;
    this.end = this.offset + length;
    try {
      const value = step(this);
      if (this.remaining > 0) this.fail('trailing bytes');
      return value;
    } finally {
      this.end = outer;
    }
  }
}
