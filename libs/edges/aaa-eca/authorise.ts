/**
 * ECA → AAA: is this device known, released and proven, and what may its enrolment certificate carry? May it renew? And: this
 * device is stopped. Between the two a device is named by the key of its certificate, which both know.
 */
import { choice } from '#coer/choice.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { octets, utf8String } from '#coer/strings.js';
import type { Infer } from '#coer/codec.js';
import { defineEdge } from '#edge/edge.js';
import { Aid, GeographicRegion, PsidSspRange, Uint16 } from '#wire/base-types.js';
import { BirthProof } from '../ee-eca/enrolment.js';

/** `requestHash` is the SM3 of the device's SignedCertificateRequest: the proof is over it, and one release serves one hash. */
export const AuthoriseEnrolment = sequence('AuthoriseEnrolment', {
  requestHash: octets('requestHash', 32),
  verificationKey: octets('verificationKey', 33),
  requestedAids: sequenceOf(Aid, 1, 32),
  proof: BirthProof,
});
export type AuthoriseEnrolment = Infer<typeof AuthoriseEnrolment>;

/**
 * What the AAA allows: the AIDs of the device's profile and how long an enrolment certificate lives. `deviceId` is the AAA's
 * record. `sspRanges`: of those AIDs under which the device may have a service-specific permission; of the others it has
 * none. `region`: where it may act, when that is less than the country.
 */
export const EnrolmentAllowed = sequence('EnrolmentAllowed', {
  deviceId: octets('deviceId', 16),
  allowedAids: sequenceOf(Aid),
  country: Uint16,
  validForHours: Uint16,
  sspRanges: sequenceOf(PsidSspRange, 0, 32),
  region: optional(GeographicRegion),
});
export type EnrolmentAllowed = Infer<typeof EnrolmentAllowed>;

/** As many as one message may hold. */
export const MOST_ENROLMENTS = 64;

/** Enrolments whose requests came to the ECA side by side: one signature and one seal for all. */
export const AuthoriseEnrolments = sequence('AuthoriseEnrolments', {
  requests: sequenceOf(AuthoriseEnrolment, 1, MOST_ENROLMENTS),
});
export type AuthoriseEnrolments = Infer<typeof AuthoriseEnrolments>;

/** What is decided of one of them; a refusal is the word that it would have had alone. */
export const EnrolmentDecision = choice('EnrolmentDecision', {
  allowed: EnrolmentAllowed,
  refused: utf8String('refused', 64),
});
export type EnrolmentDecision = Infer<typeof EnrolmentDecision>;

/** In the order of the requests, and as many. */
export const EnrolmentDecisions = sequence('EnrolmentDecisions', {
  decisions: sequenceOf(EnrolmentDecision, 1, MOST_ENROLMENTS),
});
export type EnrolmentDecisions = Infer<typeof EnrolmentDecisions>;

/**
 * Renewal: the ECA has seen that the device holds the certificate of the present key. `requestHash` is the SM3 of the device's
 * request, `presentKeyHash` that of the certified key, `verificationKey` the one to be certified.
 */
export const AuthoriseRenewal = sequence('AuthoriseRenewal', {
  requestHash: octets('requestHash', 32),
  presentKeyHash: octets('presentKeyHash', 32),
  verificationKey: octets('verificationKey', 33),
  requestedAids: sequenceOf(Aid, 1, 32),
});
export type AuthoriseRenewal = Infer<typeof AuthoriseRenewal>;

/** `keyHash` is the SM3 of the key of a certificate whose device is to be suspended. */
export const SuspendDevice = sequence('SuspendDevice', { keyHash: octets('keyHash', 32) });
export type SuspendDevice = Infer<typeof SuspendDevice>;
/** The same hash: its device enrols no more until an operator releases it. */
export const DeviceSuspended = sequence('DeviceSuspended', { keyHash: octets('keyHash', 32) });
export type DeviceSuspended = Infer<typeof DeviceSuspended>;

export const aaaEca = defineEdge({
  name: 'aaa-eca',
  caller: 'eca',
  callee: 'aaa',
  operations: {
    authoriseEnrolment: { request: AuthoriseEnrolment, response: EnrolmentAllowed },
    authoriseEnrolments: { request: AuthoriseEnrolments, response: EnrolmentDecisions },
    authoriseRenewal: { request: AuthoriseRenewal, response: EnrolmentAllowed },
    suspendDevice: { request: SuspendDevice, response: DeviceSuspended },
  },
});

// The AAA checks the proof that the ECA passes on, and stands on no line to the device.
export { BirthProof, nafIdOf, proofInputOfHash } from '../ee-eca/enrolment.js';
