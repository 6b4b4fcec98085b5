/**
 * Whether an answer is this ECA's, to this request, with a certificate the device may live with (EN8, EN9, EN10). A valid
 * answer of another ECA, one to another request, and one with a changed bit are each refused.
 */
import { encode, tryDecode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import {
  certificateHash,
  encryptionKeyOf,
  hashedId8,
  scmsRoleOf,
  verificationKeyOf,
} from '#credentials/certificate-facts.js';
import { isValidAt } from '#credentials/period.js';
import { regionWithin } from '#credentials/permissions.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { TrustRefusal } from '#credentials/trust-store.js';
import { verifyCertificate, type CertificateRefusal } from '#credentials/verify-certificate.js';
import { PsidSsp } from '#wire/base-types.js';
import { ScmsPdu, type EcaEeCertResponse } from '#wire/scms-pdu.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { isCertificateOf, type DeviceContext } from './device-context.js';
import type { EnrolmentKeys } from './enrolment-request.js';

export type EnrolmentAnswerRefusal =
  | 'answer-malformed'
  | 'answer-signer'
  | 'answer-signature'
  | 'answer-for-another-request'
  | 'eca-chain'
  | 'eca-role'
  | 'foreign-key'
  | 'foreign-permissions'
  | 'foreign-region'
  | 'not-valid-now'
  | TrustRefusal
  | CertificateRefusal;

export interface AskedEnrolment {
  /** The V2XSecData as it stood in the request. */
  readonly request: Uint8Array;
  readonly keys: EnrolmentKeys;
  readonly tbsCert: ToBeSignedCertificate;
}

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

/** The enrolment certificate in an opened answer, and the certificate of the ECA that signed both. */
export function checkEnrolmentAnswer(
  opened: Uint8Array,
  asked: AskedEnrolment,
  context: DeviceContext,
): { certificate: Certificate; eca: Certificate } | Refused<EnrolmentAnswerRefusal> {
  const signed = signedResponse(opened, context);
  if (isRefused(signed)) return signed;
  const { response, eca } = signed;
  if (!same(response.requestHash, sm3(asked.request).subarray(24))) return refused('answer-for-another-request');
  const { certificate } = response;
  return checkEca(response, eca, context) ?? checkEnrolment(certificate, eca, asked, context) ?? { certificate, eca };
}

function signedResponse(
  opened: Uint8Array,
  context: DeviceContext,
): { response: EcaEeCertResponse; eca: Certificate } | Refused<EnrolmentAnswerRefusal> {
  const { home, profile, verify } = context;
  const signed = asSignedData(opened);
  const signer = signed && onlyCertificate(signed.signer);
  const payload = signed && signedPayload(signed);
  if (signed === undefined || signer === undefined || payload === undefined) return refused('answer-malformed');
  if (!isCertificateOf(home.eca, 'eca', signer, context)) return refused('answer-signer');
  const { headerInfo } = signed.tbsData.value;
  const pdu = tryDecode(ScmsPdu, payload);
  if (headerInfo.psid !== profile.aid.management || !pdu.ok || pdu.value.version !== profile.scmsVersion)
    return refused('answer-malformed');
  const { content } = pdu.value;
  if (content.kind !== 'eca-ee' || content.value.kind !== 'ecaEeCertResponse') return refused('answer-malformed');
  if (content.value.value.version !== profile.scmsVersion) return refused('answer-malformed');
  if (!isSignedWith(signed, signer, verify)) return refused('answer-signature');
  return { response: content.value.value, eca: signer };
}

/** The chain in the answer must begin with who signed it; trust in that comes from the lists. */
function checkEca(
  { ecaCertChain }: EcaEeCertResponse,
  own: Certificate,
  { trust, clock, profile }: DeviceContext,
): Refused<EnrolmentAnswerRefusal> | undefined {
  const [first] = ecaCertChain;
  if (first === undefined || !same(certificateHash(first), certificateHash(own))) return refused('eca-chain');
  const listed = trust.authority(hashedId8(own), clock.nowMillis());
  if (isRefused(listed)) return listed;
  return scmsRoleOf(listed.certificate, profile.aid.management)?.kind === 'eca' ? undefined : refused('eca-role');
}

function checkEnrolment(
  certificate: Certificate,
  eca: Certificate,
  asked: AskedEnrolment,
  { clock, verify }: DeviceContext,
): Refused<EnrolmentAnswerRefusal> | undefined {
  const tbs = certificate.value.toBeSigned.value;
  if (!same(verificationKeyOf(certificate), asked.keys.verificationKey)) return refused('foreign-key');
  if (!same(encryptionKeyOf(certificate), asked.keys.encryptionKey)) return refused('foreign-key');
  if (!isInside(tbs, asked.tbsCert)) return refused('foreign-permissions');
  if (!regionWithin(tbs.region, asked.tbsCert.region)) return refused('foreign-region');
  if (!isValidAt(tbs.validityPeriod, clock.nowMillis())) return refused('not-valid-now');
  const verdict = verifyCertificate(certificate, eca, verify);
  return isRefused(verdict) ? verdict : undefined;
}

/** Nothing beyond what was asked for: the ECA may give fewer AIDs, and no power to issue. */
function isInside(tbs: ToBeSignedCertificate, asked: ToBeSignedCertificate): boolean {
  const wanted = new Set(aidsOf(asked));
  const given = aidsOf(tbs);
  if (tbs.certIssuePermissions !== undefined || given === undefined || given.length === 0) return false;
  const bytes = (list: PsidSsp[] = []): string[] =>
    list.map((one) => Buffer.from(encode(PsidSsp, one)).toString('hex')).sort();
  const app = bytes(tbs.appPermissions).join();
  return app === bytes(asked.appPermissions).join() && given.every((aid) => wanted.has(aid));
}

/** The AIDs of certRequestPermissions; `undefined` when any group goes beyond naming AIDs for applications. */
function aidsOf(tbs: ToBeSignedCertificate): number[] | undefined {
  const groups = tbs.certRequestPermissions ?? [];
  const aids: number[] = [];
  for (const { subjectPermissions, eeType } of groups) {
    if (subjectPermissions.kind !== 'explicit' || eeType.has('enroll')) return undefined;
    aids.push(...subjectPermissions.value.map(({ psid }) => psid));
  }
  return aids;
}
