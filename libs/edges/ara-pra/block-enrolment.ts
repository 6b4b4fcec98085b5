/** PRA → ARA: this enrolment certificate was blocked. Its hash goes over and nothing else: no case, no time, no reason. */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { defineEdge } from '#edge/edge.js';

/** SM3 of the enrolment certificate. */
export const BlockEnrolment = sequence('BlockEnrolment', { enrolment: octets('enrolment', 32) });
export type BlockEnrolment = Infer<typeof BlockEnrolment>;
/** The same hash: it is blocked now, whether it was before or not. */
export const EnrolmentBlocked = sequence('EnrolmentBlocked', { enrolment: octets('enrolment', 32) });
export type EnrolmentBlocked = Infer<typeof EnrolmentBlocked>;

export const araPra = defineEdge({
  name: 'ara-pra',
  caller: 'pra',
  callee: 'ara',
  operations: { blockEnrolment: { request: BlockEnrolment, response: EnrolmentBlocked } },
});
