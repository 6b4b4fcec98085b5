/**
 * The states of a device at the AAA, and what an operator may do in each. A release opens the door for one enrolment;
 * releases do not pile up: what counts is whether the latest one was used.
 */
import type { Refused } from '#credentials/refusal.js';
import { refuse } from './refusal.js';

export const DEVICE_STATES = ['registered', 'enrolled', 'suspended', 'retired', 'revoked'] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];
export type DeviceAct = 'release' | 'suspend' | 'retire' | 'revoke';

export interface DeviceStanding {
  readonly state: DeviceState;
  /** How often it was released; 0 is not yet. */
  readonly releases: number;
}

/** The standing after an act. Revoked is for ever; retired ends in revoked only; a suspension ends with a new release. */
export function standingAfter(
  standing: DeviceStanding,
  act: DeviceAct,
): DeviceStanding | Refused<'device-retired' | 'device-revoked'> {
  const { state, releases } = standing;
  if (act === 'revoke') return { state: 'revoked', releases };
  if (state === 'revoked') return refuse('device-revoked');
  if (act === 'retire') return { state: 'retired', releases };
  if (state === 'retired') return refuse('device-retired');
  if (act === 'suspend') return { state: 'suspended', releases };
  return { state: state === 'suspended' ? 'registered' : state, releases: releases + 1 };
}
