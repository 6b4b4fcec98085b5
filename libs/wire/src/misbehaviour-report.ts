/**
 * Misbehaviour reports of ETSI TS 103 759 (V2.2.1) and SAE J3287, and ours for the CCSA profile, which has their form:
 * YD/T 3957-2021 clause 7.7 has no public ASN.1 (docs/choices.md). Open types stay bytes where another field says what
 * they hold.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { containing } from '#coer/preserved.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { Aid, Opaque, ThreeDLocation, Time64, Uint8 } from './base-types.js';
import { Certificate, V2XSecData } from './secured-data.js';

// ---- what is reported ---------------------------------------------------------------------------------------------
/** One observation: a detector of a target (TS 103 759) and what it says, NULL (no bytes) in most cases. */
export const MbSingleObservation = sequence('MbSingleObservation', { obsId: Uint8, obs: Opaque });
/** Each observation is an open type of its own, so that a reader skips the detectors it does not know. */
export const ObservationsByTarget = sequence('ObservationsByTarget', {
  tgtId: Uint8,
  observations: sequenceOf(containing(MbSingleObservation)),
});
/** The signed messages of one sender as they were received; type 1 is GeoNetworking, type 2 is V2XSecData. */
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

// ---- the standards' frame -----------------------------------------------------------------------------------------
/**
 * `content` follows from `aid`: a TemplateAsr for BSM (32) and CAM (36), NULL for DENM (37) and reports of no
 * application.
 */
export const AidSpecificReport = sequence('AidSpecificReport', { aid: Aid, content: Opaque });
export type AidSpecificReport = Infer<typeof AidSpecificReport>;
/** The report, alike in both standards; SaeJ3287Mbr in SAE J3287. */
export const EtsiTs103759Mbr = sequence('EtsiTs103759Mbr', {
  generationTime: Time64,
  observationLocation: ThreeDLocation,
  report: AidSpecificReport,
});
export type EtsiTs103759Mbr = Infer<typeof EtsiTs103759Mbr>;
/** In the open; signed with PSID 38; signed and then encrypted to the MA. */
export const EtsiTs103759Data = sequence('EtsiTs103759Data', {
  version: Uint8,
  content: choice('EtsiTs103759DataContent', { plaintext: EtsiTs103759Mbr, signed: V2XSecData, sTE: V2XSecData }, {}),
});
export type EtsiTs103759Data = Infer<typeof EtsiTs103759Data>;
/** As EtsiTs103759Data, with version 1 and closed to a fourth form. */
export const SaeJ3287Data = sequence('SaeJ3287Data', {
  version: Uint8,
  content: choice('SaeJ3287MbrSec', { plaintext: EtsiTs103759Mbr, signed: V2XSecData, sTE: V2XSecData }),
});
export type SaeJ3287Data = Infer<typeof SaeJ3287Data>;

// ---- ours: always a TemplateAsr -----------------------------------------------------------------------------------
export const TemplateReport = sequence('TemplateReport', { aid: Aid, content: containing(TemplateAsr) });
export const MisbehaviourReport = sequence('MisbehaviourReport', {
  generationTime: Time64,
  observationLocation: ThreeDLocation,
  report: TemplateReport,
});
export type MisbehaviourReport = Infer<typeof MisbehaviourReport>;
/** SaeJ3287Data with our report: version 1; plain, signed, or signed then encrypted. */
export const MisbehaviourReportData = sequence('MisbehaviourReportData', {
  version: Uint8,
  content: choice('MisbehaviourReportContent', { plaintext: MisbehaviourReport, signed: V2XSecData, sTE: V2XSecData }),
});
