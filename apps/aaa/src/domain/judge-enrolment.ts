/** May this device, whose birth is proven, enrol with this request? */
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { AuthoriseEnrolment, EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import type { DeviceStanding, DeviceState } from './device-state.js';
import { refuse, type EnrolmentRefusal } from './refusal.js';
import type { Rights } from './rights.js';

export interface DeviceRecord extends DeviceStanding {
  /** 16 bytes. */
  readonly deviceId: Uint8Array;
  readonly allowedAids: readonly number[];
  readonly country: number;
  /** What it may do beyond its bare AIDs, and where, when that is less than the country. */
  readonly rights: Rights | undefined;
}

/** An enrolment or a renewal that was allowed before. */
export interface PastEnrolment {
  readonly release: number;
  /** How often the enrolment of this release was renewed; 0 is the enrolment itself. */
  readonly renewal: number;
  /** Whether the device was stopped with it: it opens nothing any more, also after another release. */
  readonly isStopped: boolean;
  /** 32 bytes: SM3 of the request, and of the key to be certified. */
  readonly requestHash: Uint8Array;
  readonly keyHash: Uint8Array;
  /** HashedId8 of the ECA that asked. */
  readonly ecaId: Uint8Array;
  readonly allowed: EnrolmentAllowed;
}

export type Judgement =
  /** The same request, or another one for the same key: the same answer. */
  | { readonly kind: 'repeated'; readonly allowed: EnrolmentAllowed }
  | {
      readonly kind: 'granted';
      readonly release: number;
      readonly renewal: number;
      readonly allowed: EnrolmentAllowed;
    };

export type Judged = Pick<AuthoriseEnrolment, 'requestHash' | 'requestedAids'> &
  Pick<PastEnrolment, 'keyHash' | 'ecaId'>;
export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * One release serves one key at one ECA, which certifies a key once. So a device whose request grew too old before its ECA
 * had our answer may come with a new one. Refuses a device that was stopped, was never released, wants what its profile
 * does not hold, or used its release for another key or at another ECA (EN1, EN7, EN10).
 */
export function judgeEnrolment(
  device: DeviceRecord,
  past: readonly PastEnrolment[],
  request: Judged,
  rules: { validForHours: number },
): Judgement | Refused<EnrolmentRefusal> {
  const stopped = stoppedAs(device.state);
  if (isRefused(stopped)) return stopped;
  const before = repeatOf(request, past);
  if (before !== undefined) return before;
  if (device.releases < 1) return refuse('not-released');
  if (past.some(({ release }) => release === device.releases)) return refuse('already-enrolled');
  return granted(device, request, { release: device.releases, renewal: 0 }, rules);
}

/** What the profile holds now, for a request inside it. */
export function granted(
  device: DeviceRecord,
  { requestedAids }: Judged,
  place: { release: number; renewal: number },
  { validForHours }: { validForHours: number },
): Judgement | Refused<'aids-outside-profile'> {
  if (!requestedAids.every((aid) => device.allowedAids.includes(aid))) return refuse('aids-outside-profile');
  const { deviceId, country, rights } = device;
  const allowed = {
    deviceId,
    allowedAids: [...device.allowedAids],
    country,
    validForHours,
    sspRanges: [...(rights?.sspRanges ?? [])],
    region: rights?.region,
  };
  return { kind: 'granted', ...place, allowed };
}

/** The same request, or another one for the same key: the answer of before to the ECA of before. */
export function repeatOf(
  request: Judged,
  past: readonly PastEnrolment[],
): Judgement | Refused<'already-enrolled' | 'key-already-certified'> | undefined {
  const before = past.find((one) => same(one.requestHash, request.requestHash) || same(one.keyHash, request.keyHash));
  if (before === undefined) return undefined;
  if (before.isStopped) return refuse('key-already-certified');
  return same(before.ecaId, request.ecaId) ? { kind: 'repeated', allowed: before.allowed } : refuse('already-enrolled');
}

export function stoppedAs(state: DeviceState): Refused<EnrolmentRefusal> | undefined {
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
