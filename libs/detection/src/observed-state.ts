// What a receiver knows of a sender from one signed BSM: positions and motion in SI units, with their claimed accuracy.
// Never an identity: a sender is the digest of the certificate that signed, and another certificate is another sender.
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { ACCELERATION_UNAVAILABLE, HEADING_UNAVAILABLE, SPEED_UNAVAILABLE } from '#uper/messages/motion.js';
import { LATITUDE_UNAVAILABLE, LONGITUDE_UNAVAILABLE, type PositionConfidence } from '#uper/messages/position.js';
import type { GeoPoint } from './geo.js';

/** One message as the detectors see it. */
export interface ObservedState extends GeoPoint {
  /** From the signed header (generationTime), in ms; only differences count, so any epoch will do. */
  readonly generationTimeMillis: number;
  readonly speedMetresPerSecond: number;
  /** Clockwise from north, 0 ≤ h < 360. */
  readonly headingDegrees: number;
  /** Reverse gear: the car may move against its heading. */
  readonly isReversing: boolean;
  /** Forward axis, in m/s²; undefined where the message says "unavailable". */
  readonly longitudinalAcceleration: number | undefined;
  readonly widthMetres: number;
  readonly lengthMetres: number;
  /** Standard deviation the sender claims for each horizontal axis; undefined where it claims none. */
  readonly positionSigmaMetres: number | undefined;
}

/** A BSM that says too little to be judged. */
export interface NotObservable {
  readonly kind: 'refused';
  readonly reason: 'position-unavailable' | 'motion-unavailable';
}

// The 95 % radius of each PositionConfidence. For a circular normal error 95 % lie within 2.45 standard deviations.
const RADIUS_METRES: Readonly<Record<PositionConfidence, number | undefined>> = {
  unavailable: undefined,
  a500m: 500,
  a200m: 200,
  a100m: 100,
  a50m: 50,
  a20m: 20,
  a10m: 10,
  a5m: 5,
  a2m: 2,
  a1m: 1,
  a50cm: 0.5,
  a20cm: 0.2,
  a10cm: 0.1,
  a5cm: 0.05,
  a2cm: 0.02,
  a1cm: 0.01,
};
const RADIUS_IN_SIGMAS = 2.45;

/**
 * Reads a decoded BSM; `generationTimeMillis` comes from the signed header, because secMark alone names no minute.
 * Refuses a BSM without position, or without speed and heading.
 */
export function observe(
  bsm: BasicSafetyMessage,
  generationTimeMillis: number,
): { readonly kind: 'observed'; readonly state: ObservedState } | NotObservable {
  const { pos, speed, heading, accelSet, size, posConfidence } = bsm;
  if (pos.lat === LATITUDE_UNAVAILABLE || pos.long === LONGITUDE_UNAVAILABLE) {
    return { kind: 'refused', reason: 'position-unavailable' };
  }
  if (speed === SPEED_UNAVAILABLE || heading === HEADING_UNAVAILABLE) {
    return { kind: 'refused', reason: 'motion-unavailable' };
  }
  const radius = RADIUS_METRES[posConfidence?.pos ?? 'unavailable'];
  const state: ObservedState = {
    generationTimeMillis,
    latitudeDegrees: pos.lat / 1e7,
    longitudeDegrees: pos.long / 1e7,
    speedMetresPerSecond: speed * 0.02,
    headingDegrees: heading * 0.0125,
    isReversing: bsm.transmission === 'reverseGears',
    longitudinalAcceleration: accelSet.long === ACCELERATION_UNAVAILABLE ? undefined : accelSet.long / 100,
    widthMetres: size.width / 100,
    lengthMetres: size.length / 100,
    positionSigmaMetres: radius === undefined ? undefined : radius / RADIUS_IN_SIGMAS,
  };
  return { kind: 'observed', state };
}
