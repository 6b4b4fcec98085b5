/** Where the road lies on the earth, and when it is driven. */
import { pointAt } from '#detection/geo.js';
import { CHINA } from '#credentials/authority-certificate.js';
import type { Place } from '#credentials/spdu-region.js';
import type { Point } from '#device/day-one/offsets.js';
import type { PlanePoint } from '../road/radio.js';

/** The first junction: Beijing, by Chang'an Avenue. */
export const SITE = { latitudeDegrees: 39.9, longitudeDegrees: 116.4 };
export const ELEVATION_METRES = 40;
/** Eight hours into a certificate period. */
export const START_MILLIS = Date.UTC(2026, 10, 17, 4);

/** In 1e-7 degree, as messages have it. */
export function onEarth(point: PlanePoint): Point {
  const { latitudeDegrees, longitudeDegrees } = pointAt(SITE, point);
  return { lat: Math.round(latitudeDegrees * 1e7), long: Math.round(longitudeDegrees * 1e7) };
}

export function placeAt(point: PlanePoint): Place {
  const { lat, long } = onEarth(point);
  return { latitude: lat, longitude: long, country: CHINA };
}
