/**
 * A set of linkage values as one block of memory: 10 000 revoked devices are 200 000 values of 9 bytes a period, which as
 * strings would take a hundred times the room. Open addressing, at most half full; values are cipher output, so their
 * own first bytes spread them.
 */
export const LINKAGE_VALUE_BYTES = 9;

export class LinkageValueSet {
  private readonly mask: number;
  private readonly slots: Uint8Array;
  private readonly taken: Uint8Array;
  /** Different values held. */
  size = 0;

  /** Room for at most `capacity` values. */
  constructor(private readonly capacity: number) {
    let slots = 16;
    while (slots < capacity * 2) slots *= 2;
    this.mask = slots - 1;
    this.slots = new Uint8Array(slots * LINKAGE_VALUE_BYTES);
    this.taken = new Uint8Array(slots);
  }

  add(value: Uint8Array): void {
    if (this.size >= this.capacity) throw new RangeError('value: the set is full');
    const slot = this.slotOf(value);
    if (this.taken[slot] === 1) return;
    this.taken[slot] = 1;
    this.slots.set(value, slot * LINKAGE_VALUE_BYTES);
    this.size++;
  }

  has(value: Uint8Array): boolean {
    return this.taken[this.slotOf(value)] === 1;
  }

  /** Where the value is, or the free slot where it would be. There is always a free one: the table is half empty. */
  private slotOf(value: Uint8Array): number {
    if (value.length !== LINKAGE_VALUE_BYTES) throw new RangeError('value: not 9 bytes');
    let slot = ((value[0]! << 24) | (value[1]! << 16) | (value[2]! << 8) | value[3]!) & this.mask;
    while (this.taken[slot] === 1 && !this.isAt(slot, value)) slot = (slot + 1) & this.mask;
    return slot;
  }

  private isAt(slot: number, value: Uint8Array): boolean {
    const at = slot * LINKAGE_VALUE_BYTES;
    for (let n = 0; n < LINKAGE_VALUE_BYTES; n++) if (this.slots[at + n] !== value[n]) return false;
    return true;
  }
}
