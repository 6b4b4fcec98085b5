/** MA → MA of the accused certificate's domain: the evidence of a report, without its reporter (YD/T 3957-2021 8.7). */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { defineEdge } from '#edge/edge.js';
import { IValue, Opaque } from '#wire/base-types.js';
import { ReputationBucket } from '../ma-pra/reports.js';

/** `handle` is made anew by the passing MA for this suspect's domain; `report` is an encoded MisbehaviourReport, unsigned: the line signs. */
export const PassedEvidence = sequence('PassedEvidence', {
  handle: octets('handle', 16),
  week: IValue,
  bucket: ReputationBucket,
  report: Opaque,
});
export type PassedEvidence = Infer<typeof PassedEvidence>;
export const EvidenceTaken = sequence('EvidenceTaken', { receipt: octets('receipt', 32) });

export const maMa = defineEdge({
  name: 'ma-ma',
  caller: 'ma',
  callee: 'ma',
  crossDomain: true,
  operations: { passEvidence: { request: PassedEvidence, response: EvidenceTaken } },
});
