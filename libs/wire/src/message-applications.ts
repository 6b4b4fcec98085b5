/**
 * Which message of T/CSAE 53-2020 travels under which application (AID), and what the SSP of that application says. The AIDs
 * are those of public programs; YD/T 3957-2021 leaves SSPs to the applications, and the bits here are our choice, those of
 * vehicles with the order of SAE J3161/1 (docs/choices.md).
 */
import type { PsidSsp } from './base-types.js';

/** By the name of the alternative of MessageFrame. RSI has one AID each for static, half static and dynamic content. */
export const MESSAGE_AIDS = {
  bsmFrame: [111, 112, 113, 114],
  mapFrame: [3618],
  spatFrame: [3619],
  rsiFrame: [3620, 3621, 3622],
  rsmFrame: [3623],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** What a vehicle is or does that others make way for. */
export const VEHICLE_RIGHT = {
  police: 0x80,
  fire: 0x40,
  ambulance: 0x20,
  dot: 0x10,
  transit: 0x08,
  emergency: 0x04,
  roadRescue: 0x02,
  roadWork: 0x01,
} as const;
export type VehicleRight = keyof typeof VEHICLE_RIGHT;

/** What a roadside unit may speak of. A MAP needs none of them. */
export const ROADSIDE_RIGHT = { static: 0x80, dynamic: 0x40, priority: 0x20, test: 0x10 } as const;
export type RoadsideRight = keyof typeof ROADSIDE_RIGHT;

export type MessageRight = VehicleRight | RoadsideRight;

/** A version, and the rights. */
const SSP_VERSION = 1;

const NONE: ReadonlySet<MessageRight> = new Set();
/** Of a roadside unit whose permission has no SSP: its daily work, neither priority nor tests. */
const DAILY: ReadonlySet<MessageRight> = new Set(['static', 'dynamic']);

/** That of BSMs of SAE J2735, under which SAE J3161/1 has the same bits. */
const VEHICLES_OF_J3161 = 32;
const VEHICLE_AIDS: readonly number[] = [...MESSAGE_AIDS.bsmFrame, VEHICLES_OF_J3161];

/** Whether vehicles speak under the application. */
export const isVehicleAid = (aid: number): boolean => VEHICLE_AIDS.includes(aid);

const WITH_RIGHTS: readonly number[] = [...MESSAGE_AIDS.spatFrame, ...MESSAGE_AIDS.rsiFrame, ...MESSAGE_AIDS.rsmFrame];

/** Whether roadside units alone speak under the application. */
export const isRoadsideAid = (aid: number): boolean =>
  WITH_RIGHTS.includes(aid) || (MESSAGE_AIDS.mapFrame as readonly number[]).includes(aid);

/** The SSP with these rights: two bytes. */
export function sspOf<R extends MessageRight>(
  bits: Readonly<Record<R, number>>,
  rights: readonly NoInfer<R>[],
): { readonly kind: 'bitmapSsp'; readonly value: Uint8Array } {
  const set = rights.reduce((sum, right) => sum | bits[right], 0);
  return { kind: 'bitmapSsp', value: Uint8Array.of(SSP_VERSION, set) };
}

/**
 * The rights that a permission gives. None where there is no permission, under applications without rights, and where the
 * SSP is not understood: another form, version or length. Bits without a name give nothing.
 */
export function rightsOf(permission: PsidSsp | undefined): ReadonlySet<MessageRight> {
  if (permission === undefined) return NONE;
  const { psid, ssp } = permission;
  const bits = isVehicleAid(psid) ? VEHICLE_RIGHT : WITH_RIGHTS.includes(psid) ? ROADSIDE_RIGHT : undefined;
  if (bits === undefined) return NONE;
  if (ssp === undefined) return bits === ROADSIDE_RIGHT ? DAILY : NONE;
  if (ssp.kind !== 'bitmapSsp' || ssp.value.length !== 2 || ssp.value[0] !== SSP_VERSION) return NONE;
  const set = ssp.value[1] ?? 0;
  return new Set(
    (Object.entries(bits) as [MessageRight, number][]).filter(([, bit]) => set & bit).map(([name]) => name),
  );
}
