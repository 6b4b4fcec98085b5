/** Whether one region lies inside another, as far as that follows from their numbers; IEEE 1609.2-2022 6.4.17 and on. */
import type { GeographicRegion } from '#wire/base-types.js';
import { isInRegion } from './spdu-region.js';
import { CHINA } from './authority-certificate.js';

/** `unknown`: it would take a better map of countries, or more geometry than corners and centres. */
export type RegionStanding = 'inside' | 'outside' | 'unknown';

type Rectangles = Extract<GeographicRegion, { kind: 'rectangularRegion' }>['value'];
interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** An omitted `outer` is the whole world: what is inherited was put in before. */
export function regionStanding(
  inner: GeographicRegion | undefined,
  outer: GeographicRegion | undefined,
): RegionStanding {
  if (outer === undefined || inner === undefined) return 'inside';
  if (inner.kind === 'identifiedRegion' && outer.kind === 'identifiedRegion')
    return inner.value.flatMap(partsOf).every((part) => outer.value.some((one) => holdsPart(one, part)))
      ? 'inside'
      : 'outside';
  if (inner.kind === 'identifiedRegion') return 'unknown';
  if (outer.kind === 'identifiedRegion')
    return outer.value.some((one) => isKnownPartOf(inner, one)) ? 'inside' : 'unknown';
  if (JSON.stringify(inner) === JSON.stringify(outer)) return 'inside';
  // A region has points outside as soon as one of these has.
  if (!cornersOf(inner).every((point) => isPointInside(point, outer))) return 'outside';
  return isConvexWithin(inner, outer) ? 'inside' : 'unknown';
}

/**
 * Rectangles that lie wholly inside a country, in degrees: north, west, south, east. No map: what lies in none of them may
 * still be inside, and is then not believed. The first is the inland of China between 105 and 117 degrees east.
 */
const INSIDE_COUNTRY: ReadonlyMap<number, readonly (readonly [number, number, number, number])[]> = new Map([
  [
    CHINA,
    [
      [40.5, 105, 25, 117],
      [32, 116.5, 31, 121.5],
      [30, 116.5, 26, 119],
    ],
  ],
]);
const UNITS_PER_DEGREE = 1e7;

/** A drawn region inside one rectangle of a country; parts of a country are not known by any rectangle. */
function isKnownPartOf(inner: Drawn, outer: Identified): boolean {
  if (outer.kind !== 'countryOnly') return false;
  const inOne = (one: Drawn): boolean =>
    (INSIDE_COUNTRY.get(outer.value) ?? []).some((sides) => {
      const [north, west, south, east] = sides.map((degrees) => Math.round(degrees * UNITS_PER_DEGREE)) as [
        number,
        number,
        number,
        number,
      ];
      const rectangle = {
        northWest: { latitude: north, longitude: west },
        southEast: { latitude: south, longitude: east },
      };
      return cornersOf(one).every((corner) => isPointInside(corner, { kind: 'rectangularRegion', value: [rectangle] }));
    });
  if (inner.kind !== 'rectangularRegion') return inOne(inner);
  return inner.value.every((one) => inOne({ kind: 'rectangularRegion', value: [one] }));
}

type Drawn = Exclude<GeographicRegion, { kind: 'identifiedRegion' }>;
type Identified = Extract<GeographicRegion, { kind: 'identifiedRegion' }>['value'][number];

/** The smallest areas that are named; what is absent is all of it. */
interface Area {
  readonly country: number;
  readonly region?: number;
  readonly subregion?: number;
}

function partsOf(identified: Identified): Area[] {
  switch (identified.kind) {
    case 'countryOnly':
      return [{ country: identified.value }];
    case 'countryAndRegions': {
      const { countryOnly: country, regions } = identified.value;
      return regions.map((region) => ({ country, region }));
    }
    case 'countryAndSubregions': {
      const { countryOnly: country, regionAndSubregions } = identified.value;
      return regionAndSubregions.flatMap(({ region, subregions }) =>
        subregions.map((subregion) => ({ country, region, subregion })),
      );
    }
  }
}

const holdsPart = (outer: Identified, part: Area): boolean =>
  partsOf(outer).some(
    ({ country, region, subregion }) =>
      country === part.country &&
      (region === undefined || region === part.region) &&
      (subregion === undefined || subregion === part.subregion),
  );

export const isPointInside = (point: Point, region: GeographicRegion): boolean =>
  isInRegion({ ...point, country: -1 }, region);

function cornersOf(region: Drawn): Point[] {
  switch (region.kind) {
    case 'circularRegion':
      return around(region.value.center, region.value.radius);
    case 'rectangularRegion':
      return region.value.flatMap(({ northWest: a, southEast: b }) => [
        a,
        b,
        { latitude: a.latitude, longitude: b.longitude },
        { latitude: b.latitude, longitude: a.longitude },
      ]);
    case 'polygonalRegion':
      return region.value;
  }
}

const UNITS_PER_METRE = 180e7 / (Math.PI * 6_371_008.8);

/** The centre and the four points of a circle towards the poles, the east and the west, drawn in by a millimetre a kilometre. */
function around({ latitude, longitude }: Point, radius: number): Point[] {
  const north = radius * UNITS_PER_METRE * (1 - 1e-6);
  const east = north / Math.cos((latitude * 1e-7 * Math.PI) / 180);
  return [
    { latitude, longitude },
    { latitude: latitude + north, longitude },
    { latitude: latitude - north, longitude },
    { latitude, longitude: longitude + east },
    { latitude, longitude: longitude - east },
  ];
}

/** Corners inside mean all of it inside where the outer region is one rectangle, or circle around the corners. */
function isConvexWithin(inner: GeographicRegion, outer: GeographicRegion): boolean {
  if (outer.kind === 'rectangularRegion')
    return isOneRectangle(outer.value) || (inner.kind === 'rectangularRegion' && eachInOne(inner.value, outer.value));
  if (outer.kind !== 'circularRegion') return false;
  if (inner.kind !== 'circularRegion') return true;
  // Two circles: the farthest point of the inner one lies on the line through both centres.
  const room = outer.value.radius - inner.value.radius;
  return (
    room >= 0 && isPointInside(inner.value.center, { kind: 'circularRegion', value: { ...outer.value, radius: room } })
  );
}

const isOneRectangle = (rectangles: Rectangles): boolean => rectangles.length === 1;

const eachInOne = (inner: Rectangles, outer: Rectangles): boolean =>
  inner.every((one) =>
    outer.some((other) =>
      cornersOf({ kind: 'rectangularRegion', value: [one] }).every((corner) =>
        isPointInside(corner, { kind: 'rectangularRegion', value: [other] }),
      ),
    ),
  );
