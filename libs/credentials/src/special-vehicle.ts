/**
 * What makes a vehicle a special one (特种车辆): one bit in the SSP of the application it speaks under. Two bytes, a version
 * and the rights; YD/T 3957-2021 leaves their meaning to the application (docs/choices.md).
 */
import type { PsidSsp, PsidSspRange } from '#wire/base-types.js';

const SSP_VERSION = 1;
const EMERGENCY = 0x80;

/** The permission of a special vehicle to claim that it is on an emergency run, under the application `psid`. */
export const emergencyPermission = (psid: number): PsidSsp => ({
  psid,
  ssp: { kind: 'bitmapSsp', value: Uint8Array.of(SSP_VERSION, EMERGENCY) },
});

/** What an AAA allows a special vehicle under `psid`: the emergency bit, set or not, and no other. */
export const emergencyRange = (psid: number): PsidSspRange => ({
  psid,
  sspRange: {
    kind: 'bitmapSspRange',
    value: { sspValue: Uint8Array.of(SSP_VERSION, 0), sspBitmask: Uint8Array.of(0xff, 0xff & ~EMERGENCY) },
  },
});

/** What an AAA allows a device without special rights: the application, and no SSP. */
export const plainRange = (psid: number): PsidSspRange => ({
  psid,
  sspRange: { kind: 'opaque', value: [new Uint8Array()] },
});

/** Whether a permission has the emergency bit, in a form and version that is understood here. */
export function saysEmergency(permission: PsidSsp | undefined): boolean {
  if (permission?.ssp?.kind !== 'bitmapSsp') return false;
  const [version, rights, ...more] = permission.ssp.value;
  return version === SSP_VERSION && more.length === 0 && ((rights ?? 0) & EMERGENCY) !== 0;
}
