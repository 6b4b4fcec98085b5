// Writes bits into bytes, most significant first, as unaligned PER lays them out.
import { UperError } from './uper-error.js';

/** Grows as needed; `finish` gives the bytes. */
export class BitWriter {
  #bytes = new Uint8Array(64);
  #position = 0;
  readonly #trail: string[] = [];

  /** Bits written so far. */
  get position(): number {
    return this.#position;
  }

  /** Writes the low `width` bits (0..48) of an unsigned number. */
  bits(width: number, value: number): void {
    this.#makeRoom(width);
    let left = width;
    while (left > 0) {
      const used = this.#position & 7;
      const take = Math.min(8 - used, left);
      const chunk = Math.floor(value / 2 ** (left - take)) % 2 ** take;
      const at = this.#position >> 3;
      this.#bytes[at] = (this.#bytes[at] ?? 0) | (chunk << (8 - used - take));
      this.#position += take;
      left -= take;
    }
  }

  bit(value: boolean): void {
    this.bits(1, value ? 1 : 0);
  }

  octets(bytes: Uint8Array): void {
    for (const byte of bytes) this.bits(8, byte);
  }

  /** Runs `write` with `name` added to the path that errors show. */
  within(name: string, write: () => void): void {
    this.#trail.push(name);
    write();
    this.#trail.pop();
  }

  fail(problem: string): never {
    throw new UperError(this.#trail.join('.'), this.#position, problem);
  }

  /** The message padded with zero bits to a whole byte; X.691 (2021) 11.1.3: never fewer than one byte. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, Math.max(1, (this.#position + 7) >> 3));
  }

  #makeRoom(width: number): void {
    const needed = (this.#position + width + 7) >> 3;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
