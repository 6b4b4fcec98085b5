/** An own car in the middle of the plane that drives north, and others about it. */
import { pointAt } from '#detection/geo.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { VEHICLE_EVENT } from '#uper/messages/vehicle.js';
import type { EventName } from './events.js';
import type { Heard, HeardVehicle, SeenParticipant } from './heard.js';
import type { Mover, OwnState } from './mover.js';

export const ORIGIN = { latitudeDegrees: 39.9, longitudeDegrees: 116.4 };

export const own = (changes: Partial<OwnState> = {}): OwnState => ({
  origin: ORIGIN,
  eastMetres: 0,
  northMetres: 0,
  headingDegrees: 0,
  speedMetresPerSecond: 15,
  acceleration: 0,
  lengthMetres: 4,
  widthMetres: 2,
  isTurningLeft: false,
  isTurningRight: false,
  ...changes,
});

/** A body like the own car's, so many metres to the right and ahead. */
export const mover = (
  right: number,
  ahead: number,
  speed: number,
  heading = 0,
  changes: Partial<Mover> = {},
): Mover => ({
  eastMetres: right,
  northMetres: ahead,
  headingDegrees: heading,
  speedMetresPerSecond: speed,
  acceleration: 0,
  lengthMetres: 4,
  widthMetres: 2,
  ...changes,
});

const EVENTS = 13;

export const bsm = (
  events: readonly EventName[] = [],
  changes: Partial<BasicSafetyMessage> = {},
): BasicSafetyMessage => ({
  msgCnt: 1,
  id: new Uint8Array(8),
  secMark: 0,
  pos: onEarth(0, 0),
  transmission: 'forwardGears',
  speed: 500,
  heading: 0,
  accelSet: { long: 0, lat: 0, vert: 0, yaw: 0 },
  brakes: {},
  size: { width: 200, length: 400 },
  vehicleClass: { classification: 10 },
  safetyExt: {
    events: Array.from({ length: EVENTS }, (_, bit) => events.some((name) => VEHICLE_EVENT[name] === bit)),
  },
  ...changes,
});

export const vehicle = (at: Mover, says: BasicSafetyMessage = bsm()): HeardVehicle => ({ ...at, bsm: says });
export const participant = (kind: string, at: Mover): SeenParticipant => ({ ...at, kind });

export const heard = (changes: Partial<Heard> = {}): Heard => ({
  vehicles: [],
  participants: [],
  maps: [],
  signals: [],
  information: [],
  ...changes,
});

/** A point so many metres east and north of the own car, in 1e-7 degree. */
export function onEarth(east: number, north: number): { lat: number; long: number } {
  const { latitudeDegrees, longitudeDegrees } = pointAt(ORIGIN, { eastMetres: east, northMetres: north });
  return { lat: Math.round(latitudeDegrees * 1e7), long: Math.round(longitudeDegrees * 1e7) };
}
