// Where things are: T/CSAE 53-2020 modules DefPosition and DefPositionOffset (profile of YD/T 3709-2020).
import type { Infer } from '../codec.js';
import { enumerated, integer } from '../primitives.js';
import { choice, optional, sequence } from '../structures.js';

/** 1e-7 degree; 900000001 unavailable. */
export const Latitude = integer('Latitude', -900_000_000, 900_000_001);
/** 1e-7 degree; 1800000001 unavailable. */
export const Longitude = integer('Longitude', -1_799_999_999, 1_800_000_001);
/** 0.1 m above the ellipsoid; −4096 unknown. */
export const Elevation = integer('Elevation', -4096, 61_439);

export const LATITUDE_UNAVAILABLE = 900_000_001;
export const LONGITUDE_UNAVAILABLE = 1_800_000_001;
export const ELEVATION_UNKNOWN = -4096;

/** ```asn1
 *  Position3D ::= SEQUENCE { lat Latitude, long Longitude, elevation Elevation OPTIONAL }
 *  ``` */
export const Position3D = sequence('Position3D', { lat: Latitude, long: Longitude, elevation: optional(Elevation) });
export type Position3D = Infer<typeof Position3D>;

/** Semi axes in 0.05 m (255 unavailable), orientation in 360/65535 degree (65535 unavailable). */
export const PositionalAccuracy = sequence('PositionalAccuracy', {
  semiMajor: integer('SemiMajorAxisAccuracy', 0, 255),
  semiMinor: integer('SemiMinorAxisAccuracy', 0, 255),
  orientation: integer('SemiMajorAxisOrientation', 0, 65_535),
});
export type PositionalAccuracy = Infer<typeof PositionalAccuracy>;

/** The 95 % radius: a500m is "within 500 m". */
export const PositionConfidence = enumerated('PositionConfidence', [
  'unavailable',
  'a500m',
  'a200m',
  'a100m',
  'a50m',
  'a20m',
  'a10m',
  'a5m',
  'a2m',
  'a1m',
  'a50cm',
  'a20cm',
  'a10cm',
  'a5cm',
  'a2cm',
  'a1cm',
]);
export type PositionConfidence = Infer<typeof PositionConfidence>;

export const ElevationConfidence = enumerated('ElevationConfidence', [
  'unavailable',
  'elev-500-00',
  'elev-200-00',
  'elev-100-00',
  'elev-050-00',
  'elev-020-00',
  'elev-010-00',
  'elev-005-00',
  'elev-002-00',
  'elev-001-00',
  'elev-000-50',
  'elev-000-20',
  'elev-000-10',
  'elev-000-05',
  'elev-000-02',
  'elev-000-01',
]);

export const PositionConfidenceSet = sequence('PositionConfidenceSet', {
  pos: PositionConfidence,
  elevation: optional(ElevationConfidence),
});
export type PositionConfidenceSet = Infer<typeof PositionConfidenceSet>;

// Longitude stands before latitude in every offset, unlike in Position3D. Unit 1e-7 degree, actual − reference.
const offsetLL = (name: string, bits: number) => {
  const half = 2 ** (bits - 1);
  const offset = integer(`OffsetLL-B${bits}`, -half, half - 1);
  return sequence(name, { lon: offset, lat: offset });
};

export const PositionOffsetLL = choice('PositionOffsetLL', {
  'position-LL1': offsetLL('Position-LL-24B', 12),
  'position-LL2': offsetLL('Position-LL-28B', 14),
  'position-LL3': offsetLL('Position-LL-32B', 16),
  'position-LL4': offsetLL('Position-LL-36B', 18),
  'position-LL5': offsetLL('Position-LL-44B', 22),
  'position-LL6': offsetLL('Position-LL-48B', 24),
  'position-LatLon': sequence('Position-LLmD-64b', { lon: Longitude, lat: Latitude }),
});

const offsetV = (bits: number) =>
  integer(`VertOffset-B${String(bits).padStart(2, '0')}`, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1);

/** 0.1 m; the lowest value of each is "unavailable"; the last alternative is absolute. */
export const VerticalOffset = choice('VerticalOffset', {
  offset1: offsetV(7),
  offset2: offsetV(8),
  offset3: offsetV(9),
  offset4: offsetV(10),
  offset5: offsetV(11),
  offset6: offsetV(12),
  elevation: Elevation,
});

export const PositionOffsetLLV = sequence('PositionOffsetLLV', {
  offsetLL: PositionOffsetLL,
  offsetV: optional(VerticalOffset),
});
export type PositionOffsetLLV = Infer<typeof PositionOffsetLLV>;
