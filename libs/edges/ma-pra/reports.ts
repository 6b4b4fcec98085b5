/** PRA → MA: a report the PRA cannot open; the reporter is a handle of the week and a reputation bucket, nothing else. */
import type { Infer } from '#coer/codec.js';
import { enumerated } from '#coer/numbers.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { defineEdge } from '#edge/edge.js';
import { IValue, Opaque } from '#wire/base-types.js';

export const ReputationBucket = enumerated('ReputationBucket', { low: 0, medium: 1, high: 2, rsu: 3 });
export const ForwardedReport = sequence('ForwardedReport', {
  handle: octets('handle', 16),
  week: IValue,
  bucket: ReputationBucket,
  /** MisbehaviourReportData, signed by the reporter's pseudonym, sealed to the MA. */
  report: Opaque,
});
export type ForwardedReport = Infer<typeof ForwardedReport>;
export const ReportTaken = sequence('ReportTaken', { receipt: octets('receipt', 32) });

export const maPraReports = defineEdge({
  name: 'ma-pra.reports',
  caller: 'pra',
  callee: 'ma',
  operations: { forwardReport: { request: ForwardedReport, response: ReportTaken } },
});
