/**
 * May this device, which holds the certificate of the present key, have its successor? Only the newest certificate of a device
 * is renewed, and only while the device counts as enrolled: a device that was suspended comes back by a release and a proof of
 * birth, never by what it held before.
 */
import { isRefused, type Refused } from '#credentials/refusal.js';
import { granted, repeatOf, same, stoppedAs, type DeviceRecord, type Judged } from './judge-enrolment.js';
import type { Judgement, PastEnrolment } from './judge-enrolment.js';
import { refuse, type EnrolmentRefusal } from './refusal.js';

/**
 * Refuses a stopped device, one that is not enrolled (`not-enrolled`), a certificate that has a successor
 * (`already-renewed`) and AIDs that the profile does not hold now. Asks not which ECA certified the present key: an ECA's own
 * certificate ends before those it issued.
 */
export function judgeRenewal(
  device: DeviceRecord,
  past: readonly PastEnrolment[],
  request: Judged & { readonly presentKeyHash: Uint8Array },
  rules: { validForHours: number },
): Judgement | Refused<EnrolmentRefusal> {
  const stopped = stoppedAs(device.state);
  if (isRefused(stopped)) return stopped;
  if (device.state !== 'enrolled') return refuse('not-enrolled');
  const before = repeatOf(request, past);
  if (before !== undefined) return before;
  const present = past.find(({ keyHash }) => same(keyHash, request.presentKeyHash));
  if (present === undefined || present.isStopped) return refuse('not-enrolled');
  if (past.some((other) => isNewer(other, present))) return refuse('already-renewed');
  return granted(device, request, { release: present.release, renewal: present.renewal + 1 }, rules);
}

const isNewer = (one: PastEnrolment, other: PastEnrolment): boolean =>
  one.release > other.release || (one.release === other.release && one.renewal > other.renewal);
