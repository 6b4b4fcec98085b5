/**
 * Misbehaviour reports in the form of SAE J3287 and ETSI TS 103 759, carried with the CCSA profile's data types; our
 * proposal, since YD/T 3957-2021 clause 7.7 has no public ASN.1 (docs/choices.md).
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { containing } from '#coer/preserved.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { Aid, Opaque, ThreeDLocation, Time64, Uint8 } from './base-types.js';
import { Certificate, V2XSecData } from './secured-data.js';

/** One observation: a detector of a target (TS 103 759) and what it says, NULL (no bytes) in most cases. */
export const MbSingleObservation = sequence('MbSingleObservation', { obsId: Uint8, obs: Opaque });
/** Each observation is an open type of its own, so that a reader skips the detectors it does not know. */
export const ObservationsByTarget = sequence('ObservationsByTarget', {
  tgtId: Uint8,
  observations: sequenceOf(containing(MbSingleObservation), 1),
});
/** The signed messages of one sender as they were received; type 2 is V2XSecData. */
export const V2xPduStream = sequence(
  'V2xPduStream',
  {
    type: Uint8,
    v2xPdus: sequenceOf(Opaque, 1, 255),
    certificate: optional(Certificate),
    subjectPduIndex: Uint8,
  },
  {},
);
export const NonV2xPduEvidenceItem = sequence('NonV2xPduEvidenceItem', { id: Uint8, evidence: Opaque });
export const TemplateAsr = sequence('TemplateAsr', {
  observations: sequenceOf(ObservationsByTarget, 1),
  v2xPduEvidence: sequenceOf(V2xPduStream, 1),
  nonV2xPduEvidence: sequenceOf(NonV2xPduEvidenceItem),
});
export type TemplateAsr = Infer<typeof TemplateAsr>;
export const AidSpecificReport = sequence('AidSpecificReport', { aid: Aid, content: containing(TemplateAsr) });
export const MisbehaviourReport = sequence('MisbehaviourReport', {
  generationTime: Time64,
  observationLocation: ThreeDLocation,
  report: AidSpecificReport,
});
export type MisbehaviourReport = Infer<typeof MisbehaviourReport>;
/** SaeJ3287Data: version 1; plain, signed, or signed then encrypted. */
export const MisbehaviourReportData = sequence('MisbehaviourReportData', {
  version: Uint8,
  content: choice('MisbehaviourReportContent', { plaintext: MisbehaviourReport, signed: V2XSecData, sTE: V2XSecData }),
});
