/**
 * Misbehaviour reports, the device's side: the accused's own signed messages, what the detectors say of them, signed with
 * the pseudonym of the moment, sealed to the MA of the device's own domain, handed to its PRA (wire form: docs/choices.md).
 *
 * Body: MisbehaviourReportData{1, sTE}, where sTE is the V2XSecData sealed to the MA's certificate, its plaintext an encoded
 * V2XSecData SignedData (AID 3629, nothing else in the header), its payload an encoded MisbehaviourReport.
 */
import { encode } from '#coer/codec.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { decodeSecured, signData } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { DOWNLOAD_HEADER, REPORT_FILENAME, REPORT_PATH } from '#edges/ee-pra/provisioning.js';
import type { ThreeDLocation } from '#wire/base-types.js';
import { MisbehaviourReport, MisbehaviourReportData } from '#wire/misbehaviour-report.js';
import type { Certificate } from '#wire/secured-data.js';
import { time64FromMillis } from '#wire/time.js';
import { ownAuthorities, type DeviceContext } from './device-context.js';
import { storedEnrolment } from './enrolment-records.js';
import type { HeardMessage } from './evidence.js';
import { authorityRefused, exchange, type HttpRefusal } from './http.js';
import { downloadHeader } from './provisioning.js';

export type ReportRefusal = HttpRefusal | 'not-enrolled' | 'no-ma' | 'report-too-large';

/** V2xPduStream type of a V2XSecData (SAE J3287: Ieee1609Dot2Data). */
const SECURED_DATA = 2;
const REPORT_VERSION = 1;
/** The PRA takes no more. */
const LARGEST_REPORT_BYTES = 64 * 1024;
const LARGEST_ANSWER_BYTES = 4 * 1024;

export interface Suspicion {
  /** Application of the messages: 111 for BSMs. */
  readonly aid: number;
  readonly certificate: Certificate;
  /** At least one; the last is the subject of the observations. */
  readonly messages: readonly Omit<HeardMessage, 'state'>[];
  /** Targets and observations of ETSI TS 103 759. */
  readonly observations: readonly { readonly tgtId: number; readonly obsId: number }[];
  /** Where the reporter was. */
  readonly observationLocation: ThreeDLocation;
  readonly observedMillis: number;
}

/** The report itself. The certificate stands beside the messages when any of them names it by digest only. */
export function misbehaviourReport(suspicion: Suspicion): MisbehaviourReport {
  const { aid, certificate, messages, observationLocation, observedMillis } = suspicion;
  if (messages.length === 0) throw new RangeError('messages: a report carries at least one');
  const needsCertificate = messages.some(({ named }) => named === 'digest');
  return {
    generationTime: time64FromMillis(observedMillis),
    observationLocation,
    report: {
      aid,
      content: {
        observations: byTarget(suspicion.observations),
        v2xPduEvidence: [
          {
            type: SECURED_DATA,
            v2xPdus: messages.map(({ bytes }) => bytes),
            ...(needsCertificate ? { certificate } : {}),
            subjectPduIndex: messages.length - 1,
          },
        ],
        nonV2xPduEvidence: [],
      },
    },
  };
}

type Observations = MisbehaviourReport['report']['content']['observations'];

/** Grouped by target, each observation once; what it says is NULL in all of ours. */
function byTarget(observations: Suspicion['observations']): Observations {
  const targets = new Map<number, Set<number>>();
  for (const { tgtId, obsId } of observations) targets.set(tgtId, (targets.get(tgtId) ?? new Set()).add(obsId));
  return [...targets]
    .sort(([a], [b]) => a - b)
    .map(([tgtId, obsIds]) => ({
      tgtId,
      observations: [...obsIds].sort((a, b) => a - b).map((obsId) => ({ obsId, obs: new Uint8Array() })),
    }));
}

/** Signed by the pseudonym, sealed to the MA: the bytes that are handed in. */
export async function sealReport(
  report: MisbehaviourReport,
  by: Signer,
  ma: Certificate,
  context: DeviceContext,
): Promise<Uint8Array> {
  const header = { psid: context.profile.aid.misbehaviour };
  const signed = await signData(encode(MisbehaviourReport, report), header, by);
  const sealed = decodeSecured(sealToCertificate(signed, ma, context));
  return encode(MisbehaviourReportData, { version: REPORT_VERSION, content: { kind: 'sTE', value: sealed } });
}

/** Hands a report to the device's own PRA, which learns who hands it in and nothing of what it says. */
export async function sendReport(
  report: MisbehaviourReport,
  by: Signer,
  context: DeviceContext,
): Promise<{ kind: 'handed-in' } | Refused<ReportRefusal>> {
  const enrolment = await storedEnrolment(context);
  if (enrolment === undefined) return refused('not-enrolled');
  const [ma] = ownAuthorities(context, 'ma');
  if (ma === undefined) return refused('no-ma');
  const body = await sealReport(report, by, ma.certificate, context);
  if (body.length > LARGEST_REPORT_BYTES) return refused('report-too-large');
  const headers = { [DOWNLOAD_HEADER]: await downloadHeader(context, enrolment, REPORT_FILENAME) };
  const url = `${context.home.pra.url}${REPORT_PATH}`;
  const answer = await exchange(context, { url, headers, body }, LARGEST_ANSWER_BYTES);
  if (isRefused(answer)) return answer;
  return answer.status === 202 ? { kind: 'handed-in' } : authorityRefused(answer);
}
