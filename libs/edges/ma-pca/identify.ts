/** MA → PCA, in an approved case: which single request was this certificate issued for? */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { Approval } from '#credentials/approval.js';
import { defineEdge } from '#edge/edge.js';
import { IValue, LinkageValue, Opaque } from '#wire/base-types.js';

/** The approval's target is SM3(salt ‖ certificateHash). */
export const IdentifyCertificate = sequence('IdentifyCertificate', {
  approval: Approval,
  salt: octets('salt', 16),
  certificateHash: octets('certificateHash', 32),
  iValue: IValue,
  lv: LinkageValue,
});
export type IdentifyCertificate = Infer<typeof IdentifyCertificate>;

/** `signedStatement` is an encoded V2XSecData: a PcaStatement (#credentials/case-statements.js) signed by the PCA. */
export const CertificateIdentified = sequence('CertificateIdentified', { signedStatement: Opaque });

export const maPca = defineEdge({
  name: 'ma-pca',
  caller: 'ma',
  callee: 'pca',
  operations: { identify: { request: IdentifyCertificate, response: CertificateIdentified } },
});

// The PRA checks it too, and stands on another line.
export { PcaStatement } from '#credentials/case-statements.js';
