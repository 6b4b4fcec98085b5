/**
 * Many honest cars look like liars at once where somebody forges the satellites: their places all jump the same way. Then the
 * cases there go to people, and nothing is done without them; no case is closed for it.
 */
import { isNear, NO_AREA } from './decide.js';

export interface Suspect {
  /** One name a device where the same-device test told, else one a certificate. */
  readonly device: string;
  readonly atMillis: number;
  readonly area: string;
  /** Which way the places jump, clockwise from north. */
  readonly bearingDegrees: number;
}

const LEAST_SUSPECTS = 5;
export const SPOOFING_WINDOW_MILLIS = 600_000;
const MOST_VARIANCE = 0.2;
const RADIANS = Math.PI / 180;

/** 0 when all point one way, 1 when they point everywhere. */
export function circularVariance(bearings: readonly number[]): number {
  const east = bearings.reduce((total, bearing) => total + Math.sin(bearing * RADIANS), 0);
  const north = bearings.reduce((total, bearing) => total + Math.cos(bearing * RADIANS), 0);
  return bearings.length === 0 ? 1 : 1 - Math.hypot(east, north) / bearings.length;
}

/** Whether five devices around this one, within ten minutes and touching squares, err the same way. One device is one. */
export function isSpoofingSuspected(one: Suspect, others: readonly Suspect[]): boolean {
  if (one.area === NO_AREA) return false;
  const around = others.filter(
    ({ atMillis, area }) => Math.abs(atMillis - one.atMillis) <= SPOOFING_WINDOW_MILLIS && isNear(area, one.area),
  );
  const byDevice = new Map([...around, one].map(({ device, bearingDegrees }) => [device, bearingDegrees]));
  return byDevice.size >= LEAST_SUSPECTS && circularVariance([...byDevice.values()]) < MOST_VARIANCE;
}
