/** Points that a message gives as offsets from a reference (T/CSAE 53-2020 module DefPositionOffset). */
import type { Position3D, PositionOffsetLLV } from '#uper/messages/position.js';

/** Latitude and longitude in 1e-7 degree. */
export interface Point {
  readonly lat: number;
  readonly long: number;
}

/** Offset = actual − reference; the last alternative is the place itself. */
export function pointOf(reference: Position3D, { offsetLL }: PositionOffsetLLV): Point {
  const { lon, lat } = offsetLL.value;
  return offsetLL.kind === 'position-LatLon'
    ? { lat, long: lon }
    : { lat: reference.lat + lat, long: reference.long + lon };
}

/** The smallest alternative that holds both, as the requirements for roadside units want it. */
export function offsetTo(reference: Position3D, { lat, long }: Point): PositionOffsetLLV {
  const value = { lon: long - reference.long, lat: lat - reference.lat };
  const fits = (bits: number): boolean =>
    [value.lon, value.lat].every((part) => part >= -(2 ** (bits - 1)) && part < 2 ** (bits - 1));
  const [kind] = SIZES.find(([, bits]) => fits(bits)) ?? [];
  if (kind === undefined) return { offsetLL: { kind: 'position-LatLon', value: { lon: long, lat } } };
  return { offsetLL: { kind, value } };
}

const SIZES = [
  ['position-LL1', 12],
  ['position-LL2', 14],
  ['position-LL3', 16],
  ['position-LL4', 18],
  ['position-LL5', 22],
  ['position-LL6', 24],
] as const;
