/** May this device, whose birth is proven, enrol with this request? */
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { AuthoriseEnrolment, EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import type { DeviceStanding, DeviceState } from './device-state.js';
import { refuse, type EnrolmentRefusal } from './refusal.js';

export interface DeviceRecord extends DeviceStanding {
  /** 16 bytes. */
  readonly deviceId: Uint8Array;
  readonly allowedAids: readonly number[];
  readonly country: number;
}

/** An enrolment that was allowed before. */
export interface PastEnrolment {
  readonly release: number;
  /** 32 bytes. */
  readonly requestHash: Uint8Array;
  readonly allowed: EnrolmentAllowed;
}

export type Judgement =
  /** The same request again: the same answer. */
  | { readonly kind: 'repeated'; readonly allowed: EnrolmentAllowed }
  | { readonly kind: 'granted'; readonly release: number; readonly allowed: EnrolmentAllowed };

type Judged = Pick<AuthoriseEnrolment, 'requestHash' | 'requestedAids'>;

/**
 * One release serves one request. Refuses a device that was stopped, was never released, wants what its profile does not
 * hold, or used its release for another request (EN1, EN10).
 */
export function judgeEnrolment(
  device: DeviceRecord,
  past: readonly PastEnrolment[],
  request: Judged,
  rules: { validForHours: number },
): Judgement | Refused<EnrolmentRefusal> {
  const stopped = stoppedAs(device.state);
  if (isRefused(stopped)) return stopped;
  const same = past.find(({ requestHash }) => Buffer.compare(requestHash, request.requestHash) === 0);
  if (same !== undefined) return { kind: 'repeated', allowed: same.allowed };
  if (device.releases < 1) return refuse('not-released');
  if (past.some(({ release }) => release === device.releases)) return refuse('already-enrolled');
  if (!request.requestedAids.every((aid) => device.allowedAids.includes(aid))) return refuse('aids-outside-profile');
  const { deviceId, country } = device;
  const allowed = { deviceId, allowedAids: [...device.allowedAids], country, validForHours: rules.validForHours };
  return { kind: 'granted', release: device.releases, allowed };
}

function stoppedAs(state: DeviceState): Refused<EnrolmentRefusal> | undefined {
  switch (state) {
    case 'suspended':
      return refuse('device-suspended');
    case 'retired':
      return refuse('device-retired');
    case 'revoked':
      return refuse('device-revoked');
    case 'registered':
    case 'enrolled':
      return undefined;
  }
}
