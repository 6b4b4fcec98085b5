// Writes bits into bytes, most significant first, as unaligned PER lays them out.
import { UperError } from './uper-error.js';

/** Grows as needed; `finish` gives the bytes. */
export class BitWriter {
  #bytes = new Uint8Array(64);
  #position = 0;
  readonly #trail: (string | number)[] = [];

  /** Bits written so far. */
  get position(): number {
    return this.#position;
  }

  /** Writes an unsigned number below 2 ** width in `width` bits (0..48). */
  bits(width: number, value: number): void {
    if (width > 24) {
      this.bits(width - 16, Math.floor(value / 0x1_0000));
      this.bits(16, value % 0x1_0000);
      return;
    }
    const used = this.#position & 7;
    const at = this.#position >> 3;
    if (at + 4 > this.#bytes.length) this.#makeRoom();
    const bytes = this.#bytes;
    // Up to 24 bits lie in four bytes, wherever they begin. What stands behind the position is zero.
    const word = value << (32 - used - width);
    bytes[at] = (bytes[at] as number) | (word >>> 24);
    bytes[at + 1] = word >>> 16;
    bytes[at + 2] = word >>> 8;
    bytes[at + 3] = word;
    this.#position += width;
  }

  bit(value: boolean): void {
    this.bits(1, value ? 1 : 0);
  }

  octets(bytes: Uint8Array): void {
    for (const byte of bytes) this.bits(8, byte);
  }

  /** Goes into a component or item: errors until `leave` show it in their path. */
  enter(name: string | number): void {
    this.#trail.push(name);
  }

  leave(): void {
    this.#trail.pop();
  }

  fail(problem: string): never {
    throw new UperError(this.#trail, this.#position, problem);
  }

  /** The message padded with zero bits to a whole byte; X.691 (2021) 11.1.3: never fewer than one byte. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, Math.max(1, (this.#position + 7) >> 3));
  }

  #makeRoom(): void {
    const grown = new Uint8Array(this.#bytes.length * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
