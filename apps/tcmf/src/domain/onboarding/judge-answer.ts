/** Whether what came back from the ceremony is what was asked for, and what the lists say of it. */
import { encode, tryDecode } from '#coer/codec.js';
import type { Application } from '#ceremony/reviewed-application.js';
import { hashedId8, hostnameOf, idKey, scmsRoleOf } from '#credentials/certificate-facts.js';
import { isNamed } from '#credentials/permissions.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { TrustStore } from '#credentials/trust-store.js';
import { PublicVerificationKey } from '#wire/base-types.js';
import { Certificate, type ToBeSignedCertificate } from '#wire/secured-data.js';
import type { PublishedList } from '../published-list.js';
import { judgeApplication } from './judge-request.js';
import { refuse, type OnboardingRefused } from './refusal.js';

/** The certificate of these bytes, when it is the one that the application asks for. */
export function judgeAnswer(bytes: Uint8Array, application: Application): Certificate | OnboardingRefused {
  const asked = judgeApplication(application);
  if (isRefused(asked)) return asked;
  const decoded = tryDecode(Certificate, bytes);
  if (!decoded.ok) return refuse('answer-malformed');
  const certificate = decoded.value;
  const tbs = certificate.value.toBeSigned.value;
  if (hostnameOf(certificate) !== application.hostname) return refuse('answer-names-another');
  if (scmsRoleOf(certificate, ccsa.aid.management)?.kind !== application.kind) return refuse('answer-has-another-role');
  if (!sameKey(tbs, asked)) return refuse('answer-has-another-key');
  return permits(tbs, application.permissions) ? certificate : refuse('answer-lacks-permissions');
}

function sameKey(one: ToBeSignedCertificate, other: ToBeSignedCertificate): boolean {
  const [a, b] = [one.verifyKeyIndicator, other.verifyKeyIndicator];
  if (a.kind !== 'verificationKey' || b.kind !== 'verificationKey') return false;
  return Buffer.compare(encode(PublicVerificationKey, a.value), encode(PublicVerificationKey, b.value)) === 0;
}

function permits({ certIssuePermissions = [] }: ToBeSignedCertificate, aids: readonly number[]): boolean {
  const isAll = certIssuePermissions.some(({ subjectPermissions }) => subjectPermissions.kind === 'all');
  return isAll || aids.every((aid) => isNamed(certIssuePermissions, aid));
}

/** Whether a receiver of these lists believes the certificate: of a root, whether the TRCL names it. */
export function counts(
  certificate: Certificate,
  { receiver, lists }: { receiver: TrustStore; lists: readonly PublishedList[] },
  nowMillis: number,
): boolean {
  const id = hashedId8(certificate);
  if (certificate.value.issuer.kind === 'self')
    return lists.some(({ kind, roots }) => kind === 'trcl' && roots.includes(idKey(id)));
  return !isRefused(receiver.authority(id, nowMillis));
}
