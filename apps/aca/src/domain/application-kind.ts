/**
 * The two kinds of certificate an ACA issues (YD/T 3957-2021 7.4), and how long each may live: application certificates, as
 * of roadside units, and identity certificates of special vehicles (特种车辆), known by the emergency bit.
 */
import { saysEmergency } from '#credentials/special-vehicle.js';
import type { PsidSsp } from '#wire/base-types.js';

export type ApplicationKind = 'application' | 'identity';

export interface Lifetimes {
  readonly applicationHours: number;
  readonly identityHours: number;
}

/** What a certificate with these permissions is. */
export const applicationKindOf = (permissions: readonly PsidSsp[]): ApplicationKind =>
  permissions.some(saysEmergency) ? 'identity' : 'application';

export const longestHoursOf = (kind: ApplicationKind, { applicationHours, identityHours }: Lifetimes): number =>
  kind === 'identity' ? identityHours : applicationHours;
