// Short distances on the earth: a local plane, east and north in metres, good to some 0.3 % over a radio range.

/** WGS-84, degrees. */
export interface GeoPoint {
  readonly latitudeDegrees: number;
  readonly longitudeDegrees: number;
}

export interface LocalVector {
  readonly eastMetres: number;
  readonly northMetres: number;
}

const METRES_PER_DEGREE = (Math.PI / 180) * 6_371_008.8;
const RADIANS = Math.PI / 180;

/** From one point to another, on the plane that touches the earth at the first. */
export function offsetBetween(from: GeoPoint, to: GeoPoint): LocalVector {
  const turns = (to.longitudeDegrees - from.longitudeDegrees + 540) % 360;
  return {
    eastMetres: (turns - 180) * METRES_PER_DEGREE * Math.cos(from.latitudeDegrees * RADIANS),
    northMetres: (to.latitudeDegrees - from.latitudeDegrees) * METRES_PER_DEGREE,
  };
}

/** The point that lies `offset` away. */
export function pointAt(from: GeoPoint, offset: LocalVector): GeoPoint {
  const shrink = Math.cos(from.latitudeDegrees * RADIANS);
  return {
    latitudeDegrees: from.latitudeDegrees + offset.northMetres / METRES_PER_DEGREE,
    longitudeDegrees: from.longitudeDegrees + offset.eastMetres / (METRES_PER_DEGREE * shrink),
  };
}

export function lengthOf(offset: LocalVector): number {
  return Math.hypot(offset.eastMetres, offset.northMetres);
}

/** Clockwise from north, 0 ≤ bearing < 360. */
export function bearingDegrees(offset: LocalVector): number {
  return (Math.atan2(offset.eastMetres, offset.northMetres) / RADIANS + 360) % 360;
}

/** The smaller angle between two headings, 0..180. */
export function angleBetweenDegrees(one: number, two: number): number {
  const turn = Math.abs(one - two) % 360;
  return Math.min(turn, 360 - turn);
}
