/**
 * What makes a vehicle a special one (特种车辆): rights in the SSP of the application it speaks under. Which they are, and what
 * each allows to say, is told by libs/wire/src/message-applications.ts and message-claims.ts (docs/choices.md).
 */
import type { PsidSsp, PsidSspRange } from '#wire/base-types.js';
import { rightsOf, sspOf, VEHICLE_RIGHT } from '#wire/message-applications.js';
import { EMERGENCY_RUN } from '#wire/message-claims.js';

/** The permission of a special vehicle to claim that it is on an emergency run, under the application `psid`. */
export const emergencyPermission = (psid: number): PsidSsp => ({ psid, ssp: sspOf(VEHICLE_RIGHT, ['emergency']) });

/** What an AAA allows a special vehicle under `psid`: the emergency bit, set or not, and no other. */
export const emergencyRange = (psid: number): PsidSspRange => ({
  psid,
  sspRange: {
    kind: 'bitmapSspRange',
    value: {
      sspValue: sspOf(VEHICLE_RIGHT, []).value,
      sspBitmask: Uint8Array.of(0xff, 0xff & ~VEHICLE_RIGHT.emergency),
    },
  },
});

/** What an AAA allows a device without special rights: the application, and no SSP. */
export const plainRange = (psid: number): PsidSspRange => ({
  psid,
  sspRange: { kind: 'opaque', value: [new Uint8Array()] },
});

/** Whether a permission has a right to an emergency run, in a form and version that is understood here. */
export function saysEmergency(permission: PsidSsp | undefined): boolean {
  const rights = rightsOf(permission);
  return EMERGENCY_RUN.some((right) => rights.has(right));
}
