/**
 * Encodings that differ in some places of fixed length and nowhere else: those of a batch do. One is decoded, judged and
 * encoded in full and tells the places; of the others, the bytes between the places are compared or copied. Decoding is a
 * function of the bytes, so what holds for the first outside its places holds for all that are alike.
 */

/** Where a part stands in its whole. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

/** The place of a part that is a view of the whole, as decoding gives it; throws for bytes that stand elsewhere. */
export function placeOf(whole: Uint8Array, part: Uint8Array): Place {
  const at = part.byteOffset - whole.byteOffset;
  if (part.buffer !== whole.buffer || at < 0 || at + part.length > whole.length)
    throw new Error('part: no view of the whole');
  return { at, length: part.length };
}

const COMPRESSED_Y_0 = 0x82;
const COMPRESSED_Y_1 = 0x83;

/** The place of a compressed point, 33 bytes, whose abscissa is this view: before it stands the choice between the two y. */
export function placeOfPoint(whole: Uint8Array, abscissa: Uint8Array): Place {
  const { at, length } = placeOf(whole, abscissa);
  return { at: at - 1, length: length + 1 };
}

/** The 33-byte key at a point's place; undefined when another form of point stands there. */
export function pointAt(bytes: Uint8Array, { at, length }: Place): Uint8Array | undefined {
  const choice = bytes[at];
  if (choice !== COMPRESSED_Y_0 && choice !== COMPRESSED_Y_1) return undefined;
  const key = bytes.slice(at, at + length);
  // 82 and 83 on the wire (EccP256CurvePoint, IEEE 1609.2-2022 6.3.23), 02 and 03 in SEC 1.
  key[0] = choice & 0x0f;
  return key;
}

/** Lays bytes of exactly the place's length. */
export function lay(bytes: Uint8Array, { at, length }: Place, value: Uint8Array): void {
  if (value.length !== length) throw new RangeError(`value: ${value.length} bytes for a place of ${length}`);
  bytes.set(value, at);
}

/** Lays a 33-byte key (02 or 03, then X) as a point. */
export function layPoint(bytes: Uint8Array, place: Place, key: Uint8Array): void {
  lay(bytes, place, key);
  bytes[place.at] = (key[0] as number) | 0x80;
}

/** Whether two encodings are of one length and the same outside these places. */
export function alikeOutside(places: readonly Place[]): (one: Uint8Array, other: Uint8Array) => boolean {
  const inOrder = [...places].sort((a, b) => a.at - b.at);
  return (one, other) => {
    if (one.length !== other.length) return false;
    let from = 0;
    for (const { at, length } of inOrder) {
      if (differ(one, other, from, at)) return false;
      from = at + length;
    }
    return !differ(one, other, from, one.length);
  };
}

const differ = (one: Uint8Array, other: Uint8Array, from: number, to: number): boolean =>
  Buffer.compare(one.subarray(from, to), other.subarray(from, to)) !== 0;
