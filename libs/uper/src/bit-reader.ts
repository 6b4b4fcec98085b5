// Reads bits from bytes, most significant first, as unaligned PER lays them out; knows where it is for error messages.
import { UperError } from './uper-error.js';

/** Deeper nesting than any message of T/CSAE 53-2020 has; a codec that recurses cannot be led further by its input. */
export const MAX_DEPTH = 32;

/** A cursor over one message. All reads throw UperError past the end. */
export class BitReader {
  #position = 0;
  readonly #end: number;
  readonly #trail: string[] = [];

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
    if (width > this.remaining) this.fail('unexpected end');
    let value = 0;
    let left = width;
    while (left > 0) {
      const used = this.#position & 7;
      const take = Math.min(8 - used, left);
      const byte = this.bytes[this.#position >> 3] ?? 0;
      // Multiplication, not shift: longitude needs 32 unsigned bits and JavaScript shifts are signed.
      value = value * 2 ** take + ((byte >> (8 - used - take)) & ((1 << take) - 1));
      this.#position += take;
      left -= take;
    }
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

  /** Runs `read` with `name` added to the path that errors show. */
  within<T>(name: string, read: () => T): T {
    if (this.#trail.length >= MAX_DEPTH) this.fail('nested too deeply');
    this.#trail.push(name);
    const value = read();
    this.#trail.pop();
    return value;
  }

  fail(problem: string): never {
    throw new UperError(this.#trail.join('.'), this.#position, problem);
  }
}
