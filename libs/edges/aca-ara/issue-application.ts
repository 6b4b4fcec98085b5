/**
 * ARA → ACA: one request for a certificate of an explicit key. The enrolment certificate stays behind; what the ACA is told
 * beside the item lets it see for itself that whoever asked holds the key (PR6). A repeated item gets its first answer.
 */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { sm3 } from '#crypto/sm3.js';
import { defineEdge } from '#edge/edge.js';
import { Opaque } from '#wire/base-types.js';

/**
 * `item` is an encoded RaAcaCertRequest without linkage or butterfly; `requestHash` the SM3 of the device's request, and
 * `possession` the signature over it by the key in the item.
 */
export const IssueApplication = sequence('IssueApplication', {
  item: Opaque,
  requestHash: octets('requestHash', 32),
  possession: octets('possession', 64),
});
export type IssueApplication = Infer<typeof IssueApplication>;
/** An encoded AcaRaCertResponse (`private`: Signed(Encrypted(AcaEeCertResponse))). */
export const ApplicationIssued = sequence('ApplicationIssued', { response: Opaque });
export type ApplicationIssued = Infer<typeof ApplicationIssued>;

/** The one name of an item, 32 bytes. */
export const applicationItemHash = (item: Uint8Array): Uint8Array => sm3(item);

export const acaAra = defineEdge({
  name: 'aca-ara',
  caller: 'ara',
  callee: 'aca',
  operations: { issueApplication: { request: IssueApplication, response: ApplicationIssued } },
});

// The ACA checks the proof that the ARA passes on, and stands on no line to the device.
export { possessionInputOfHash } from '../ee-ara/application.js';
