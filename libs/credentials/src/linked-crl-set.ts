/**
 * A set of linkage values, or of certificate hashes, as one block of memory: 10 000 revoked devices are 200 000 values of 9
 * bytes a period, which as strings would take a hundred times the room. Open addressing, at most three quarters full; values
 * are output of a cipher or a hash, so their own first bytes spread them.
 */
export const LINKAGE_VALUE_BYTES = 9;

const LEAST_SLOTS = 16;
const slotsFor = (values: number): number => Math.max(LEAST_SLOTS, Math.ceil((values * 4) / 3) + 1);

export class RevokedSet {
  /** A free slot is all zeros; the value that is all zeros is kept beside. */
  private slots: Uint8Array;
  private count: number;
  private hasZeros = false;
  /** Different values held. */
  size = 0;

  /** Of values of `width` bytes, 4 or more; room for `expected` before the first growth. */
  constructor(
    private readonly width: number,
    expected: number,
  ) {
    this.count = slotsFor(expected);
    this.slots = new Uint8Array(this.count * width);
  }

  /** Memory taken. */
  get bytes(): number {
    return this.slots.length;
  }

  add(value: Uint8Array): void {
    this.judge(value);
    this.put(value, 0);
  }

  /** Adds values that stand one after the other without gaps. */
  addAll(values: Uint8Array): void {
    if (values.length % this.width !== 0) throw new RangeError(`values: not a multiple of ${this.width} bytes`);
    this.makeRoom(values.length / this.width);
    for (let at = 0; at < values.length; at += this.width) this.put(values, at);
  }

  has(value: Uint8Array): boolean {
    this.judge(value);
    if (isZeros(value, 0, this.width)) return this.hasZeros;
    return !this.isFree(this.slotOf(value, 0));
  }

  private judge(value: Uint8Array): void {
    if (value.length !== this.width) throw new RangeError(`value: not ${this.width} bytes`);
  }

  private put(values: Uint8Array, at: number): void {
    if (isZeros(values, at, this.width)) {
      this.size += this.hasZeros ? 0 : 1;
      this.hasZeros = true;
      return;
    }
    this.makeRoom(1);
    const slot = this.slotOf(values, at);
    if (!this.isFree(slot)) return;
    for (let n = 0; n < this.width; n++) this.slots[slot + n] = values[at + n] as number;
    this.size++;
  }

  /** Grows by half at least, so that a value is moved a bounded number of times on the average. */
  private makeRoom(more: number): void {
    if ((this.size + more) * 4 <= (this.count - 1) * 3) return;
    const before = this.slots;
    this.count = slotsFor(Math.max(this.size + more, Math.ceil(this.size * 1.5)));
    this.slots = new Uint8Array(this.count * this.width);
    for (let at = 0; at < before.length; at += this.width) {
      if (isZeros(before, at, this.width)) continue;
      this.slots.set(before.subarray(at, at + this.width), this.slotOf(before, at));
    }
  }

  /** Where the value begins, or the free slot where it would. There is always a free one. */
  private slotOf(values: Uint8Array, at: number): number {
    const { slots, width } = this;
    const first =
      (((values[at] as number) << 24) |
        ((values[at + 1] as number) << 16) |
        ((values[at + 2] as number) << 8) |
        (values[at + 3] as number)) >>>
      0;
    let slot = Math.floor((first * this.count) / 0x1_0000_0000) * width;
    for (;;) {
      let n = 0;
      while (n < width && slots[slot + n] === values[at + n]) n++;
      if (n === width || this.isFree(slot)) return slot;
      slot += width;
      if (slot === slots.length) slot = 0;
    }
  }

  private isFree(slot: number): boolean {
    return isZeros(this.slots, slot, this.width);
  }
}

function isZeros(bytes: Uint8Array, at: number, length: number): boolean {
  for (let n = 0; n < length; n++) if (bytes[at + n] !== 0) return false;
  return true;
}
