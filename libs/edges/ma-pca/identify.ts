/** MA → PCA, in an approved case: which single request was this certificate issued for? */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { Approval } from '#credentials/approval.js';
import { defineEdge } from '#edge/edge.js';
import { Hostname, IValue, LinkageValue, Opaque } from '#wire/base-types.js';

/** The approval's target is SM3(salt ‖ certificateHash). */
export const IdentifyCertificate = sequence('IdentifyCertificate', {
  approval: Approval,
  salt: octets('salt', 16),
  certificateHash: octets('certificateHash', 32),
  iValue: IValue,
  lv: LinkageValue,
});
export type IdentifyCertificate = Infer<typeof IdentifyCertificate>;

/** What the PCA states, signed (V2XSecData), bound to the case and target of the approval: for the PRA to check. */
export const PcaStatement = sequence('PcaStatement', {
  caseId: octets('caseId', 16),
  target: octets('target', 32),
  itemHash: octets('itemHash', 32),
  pra: Hostname,
});
export type PcaStatement = Infer<typeof PcaStatement>;
export const CertificateIdentified = sequence('CertificateIdentified', { signedStatement: Opaque });

export const maPca = defineEdge({
  name: 'ma-pca',
  caller: 'ma',
  callee: 'pca',
  operations: { identify: { request: IdentifyCertificate, response: CertificateIdentified } },
});
