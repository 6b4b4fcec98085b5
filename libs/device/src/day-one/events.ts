/** Flags in the safety extension of a BSM. */
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { VEHICLE_EVENT } from '#uper/messages/vehicle.js';

export type EventName = keyof typeof VEHICLE_EVENT;

/** Whether a BSM sets at least one of the flags. */
export function hasEvent({ safetyExt }: BasicSafetyMessage, ...names: readonly EventName[]): boolean {
  return names.some((name) => safetyExt?.events?.[VEHICLE_EVENT[name]] === true);
}
