/**
 * PRA → ECA: this enrolment certificate was blocked, its device gets nothing more. Its hash goes over and nothing else: no
 * case, no time, no reason. The ECA names every certificate of the device that would still be good, so that a renewal before
 * the order opens no way around it.
 */
import type { Infer } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { defineEdge } from '#edge/edge.js';
import { Time32 } from '#wire/base-types.js';

/** SM3 of the enrolment certificate. */
export const StopEnrolment = sequence('StopEnrolment', { enrolment: octets('enrolment', 32) });
export type StopEnrolment = Infer<typeof StopEnrolment>;

/** One certificate of the device that has not ended: its SM3 and its end. */
export const StoppedEnrolment = sequence('StoppedEnrolment', { enrolment: octets('enrolment', 32), expiry: Time32 });
/** The one that was named is among them unless it has ended. */
export const DeviceStopped = sequence('DeviceStopped', { enrolments: sequenceOf(StoppedEnrolment) });
export type DeviceStopped = Infer<typeof DeviceStopped>;

export const ecaPra = defineEdge({
  name: 'eca-pra',
  caller: 'pra',
  callee: 'eca',
  operations: { stopEnrolment: { request: StopEnrolment, response: DeviceStopped } },
});
