// Reads bits from bytes, most significant first, as unaligned PER lays them out; knows where it is for error messages.
import { UperError } from './uper-error.js';

/** Deeper nesting than any message of T/CSAE 53-2020 has; a codec that recurses cannot be led further by its input. */
export const MAX_DEPTH = 32;

/** A cursor over one message. All reads throw UperError past the end. */
export class BitReader {
  #position = 0;
  readonly #end: number;
  readonly #trail: (string | number)[] = [];

  constructor(readonly bytes: Uint8Array) {
    this.#end = bytes.length * 8;
  }

  /** Bits read so far. */
  get position(): number {
    return this.#position;
  }

  /** Bits not yet read. */
  get remaining(): number {
    return this.#end - this.#position;
  }

  /** Reads `width` bits (0..48) as an unsigned number. */
  bits(width: number): number {
    // Up to 24 bits lie in four bytes, wherever they begin; longer numbers are put together by multiplication, because
    // shifts in JavaScript are of 32 signed bits.
    if (width > 24) return this.bits(width - 16) * 0x1_0000 + this.bits(16);
    const end = this.#position + width;
    if (end > this.#end) this.fail('unexpected end');
    if (width === 0) return 0;
    const { bytes } = this;
    const at = this.#position >> 3;
    // A byte past the end is undefined, and a shift makes nought of it.
    const word =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
    const value = (word << (this.#position & 7)) >>> (32 - width);
    this.#position = end;
    return value;
  }

  bit(): boolean {
    return this.bits(1) === 1;
  }

  /** Reads `count` octets, which need not start on a byte boundary. */
  octets(count: number): Uint8Array {
    if (count * 8 > this.remaining) this.fail('unexpected end');
    const out = new Uint8Array(count);
    for (let index = 0; index < count; index++) out[index] = this.bits(8);
    return out;
  }

  /** Goes into a component or item: errors until `leave` show it in their path. */
  enter(name: string | number): void {
    if (this.#trail.length >= MAX_DEPTH) this.fail('nested too deeply');
    this.#trail.push(name);
  }

  leave(): void {
    this.#trail.pop();
  }

  fail(problem: string): never {
    throw new UperError(this.#trail, this.#position, problem);
  }
}
