// What a car's own sensors say, and how that becomes a BSM and is read back.
import { observe, type NotObservable, type ObservedState } from '#detection/observed-state.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { VERTICAL_ACCELERATION_UNAVAILABLE } from '#uper/messages/motion.js';
import { PASSENGER_CAR } from '#uper/messages/vehicle.js';

/** One car at one moment, as it would sign it. */
export interface VehicleState extends ObservedState {
  readonly elevationMetres: number;
  readonly lateralAcceleration: number;
  readonly yawDegreesPerSecond: number;
}

/** 95 % within one metre: what the noise of this road is, and what its BSMs claim. */
export const CLAIMED_SIGMA_METRES = 1 / 2.45;
const HARD_BRAKING = -4;

/**
 * The BSM of a state. `msgCnt` is taken modulo 128; `temporaryId` is eight bytes that change with the certificate.
 * The state's time is Unix milliseconds: secMark is its place in the UTC minute.
 */
export function toBsm(state: VehicleState, msgCnt: number, temporaryId: Uint8Array): BasicSafetyMessage {
  const acceleration = state.longitudinalAcceleration ?? 0;
  return {
    msgCnt: msgCnt & 127,
    id: temporaryId,
    secMark: Math.floor(state.generationTimeMillis) % 60_000,
    pos: {
      lat: Math.round(state.latitudeDegrees * 1e7),
      long: Math.round(state.longitudeDegrees * 1e7),
      elevation: Math.round(state.elevationMetres * 10),
    },
    posConfidence: { pos: 'a1m' },
    transmission: state.isReversing ? 'reverseGears' : 'forwardGears',
    speed: Math.min(8190, Math.round(state.speedMetresPerSecond / 0.02)),
    heading: Math.round(state.headingDegrees / 0.0125) % 28_800,
    accelSet: {
      long: hundredths(acceleration),
      lat: hundredths(state.lateralAcceleration),
      vert: VERTICAL_ACCELERATION_UNAVAILABLE,
      yaw: Math.round(state.yawDegreesPerSecond * 100),
    },
    brakes: { brakePadel: acceleration < HARD_BRAKING ? 'on' : 'off' },
    size: { width: Math.round(state.widthMetres * 100), length: Math.round(state.lengthMetres * 100) },
    vehicleClass: { classification: PASSENGER_CAR },
  };
}

// ±2000 is "that much or more"; 2001 would be "unavailable".
const hundredths = (acceleration: number) => Math.max(-2000, Math.min(2000, Math.round(acceleration * 100)));

/** What a receiver makes of a BSM; the time is the signed header's, in the sender's epoch of Unix milliseconds. */
export function fromBsm(
  bsm: BasicSafetyMessage,
  generationTimeMillis: number,
): { readonly kind: 'observed'; readonly state: ObservedState } | NotObservable {
  return observe(bsm, generationTimeMillis);
}
