/** A rectangle with its corners exchanged, a circle of no radius, a corner at the place called unknown: no place is inside. */
import type { GeographicRegion } from '#wire/base-types.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const UNKNOWN_LATITUDE = 900_000_001;
const UNKNOWN_LONGITUDE = 1_800_000_001;
const isKnown = ({ latitude, longitude }: { latitude: number; longitude: number }): boolean =>
  latitude !== UNKNOWN_LATITUDE && longitude !== UNKNOWN_LONGITUDE;

function faultOf(region: GeographicRegion): string | undefined {
  switch (region.kind) {
    case 'circularRegion':
      if (!isKnown(region.value.center)) return 'has an unknown centre';
      return region.value.radius === 0 ? 'has no radius' : undefined;
    case 'rectangularRegion':
      return region.value.every(
        ({ northWest, southEast }) =>
          isKnown(northWest) &&
          isKnown(southEast) &&
          northWest.latitude > southEast.latitude &&
          northWest.longitude < southEast.longitude,
      )
        ? undefined
        : 'has a rectangle whose corners are not north-west and south-east';
    case 'polygonalRegion':
      return region.value.every(isKnown) ? undefined : 'has an unknown corner';
    case 'identifiedRegion':
      return undefined;
  }
}

export const regionShapeHasArea = certificateRule({
  id: 'region-shape-has-area',
  title: 'A circle has a radius, a rectangle its corners in order, and no corner is unknown.',
  clause: ieee16092('type RectangularRegion'),
  severity: 'error',
  check({ tbs: { region } }) {
    const fault = region && faultOf(region);
    return fault === undefined ? SOUND : found('toBeSigned.region', fault);
  },
  passing: () =>
    certificate('ac', {
      tbs: {
        region: {
          kind: 'circularRegion',
          value: { center: { latitude: 399_000_000, longitude: 1_164_000_000 }, radius: 500 },
        },
      },
    }),
  failing: () =>
    certificate('ac', {
      tbs: {
        region: {
          kind: 'rectangularRegion',
          value: [
            {
              northWest: { latitude: 390_000_000, longitude: 1_164_000_000 },
              southEast: { latitude: 399_000_000, longitude: 1_165_000_000 },
            },
          ],
        },
      },
    }),
});
