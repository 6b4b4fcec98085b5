/** Whether a place lies in the region of a certificate; IEEE 1609.2-2022 6.4.17 and on. Coordinates are 1e-7 degrees. */
import type { GeographicRegion, ThreeDLocation } from '#wire/base-types.js';

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  /** The country the receiver knows itself to be in: ISO 3166-1 numeric, 156 is China. A radio's range crosses no more. */
  readonly country: number;
}

const METRES_PER_UNIT = (Math.PI / 180) * 6_371_008.8 * 1e-7;
const UNKNOWN_LATITUDE = 900_000_001;
const UNKNOWN_LONGITUDE = 1_800_000_001;

/** The sender's place, when it says one: its coordinates, in the receiver's country. */
export function placeOf(location: ThreeDLocation | undefined, here: Place): Place {
  if (location === undefined) return here;
  const { latitude, longitude } = location;
  return latitude === UNKNOWN_LATITUDE || longitude === UNKNOWN_LONGITUDE ? here : { ...here, latitude, longitude };
}

/** An omitted region admits every place: the caller passes on what is inherited from the issuer. */
export function isInRegion(place: Place, region: GeographicRegion | undefined): boolean {
  if (region === undefined) return true;
  switch (region.kind) {
    case 'circularRegion':
      return distanceMetres(place, region.value.center) <= region.value.radius;
    case 'rectangularRegion':
      return region.value.some(
        ({ northWest, southEast }) =>
          place.latitude <= northWest.latitude &&
          place.latitude >= southEast.latitude &&
          place.longitude >= northWest.longitude &&
          place.longitude <= southEast.longitude,
      );
    case 'polygonalRegion':
      return isInPolygon(place, region.value);
    case 'identifiedRegion':
      // Parts of a country are not told apart here: whoever is limited to one is refused rather than believed.
      return region.value.some((identified) => identified.kind === 'countryOnly' && identified.value === place.country);
  }
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** On the plane that touches the earth at the centre: good to a few metres within the 65 km of a circular region. */
function distanceMetres(a: Point, b: Point): number {
  const shrink = Math.cos((b.latitude * 1e-7 * Math.PI) / 180);
  return Math.hypot(a.latitude - b.latitude, (a.longitude - b.longitude) * shrink) * METRES_PER_UNIT;
}

/** Even-odd rule. */
function isInPolygon(place: Point, corners: readonly Point[]): boolean {
  let inside = false;
  corners.forEach((corner, index) => {
    const next = corners[(index + 1) % corners.length] as Point;
    if (corner.latitude > place.latitude === next.latitude > place.latitude) return;
    const share = (place.latitude - corner.latitude) / (next.latitude - corner.latitude);
    if (place.longitude < corner.longitude + share * (next.longitude - corner.longitude)) inside = !inside;
  });
  return inside;
}
