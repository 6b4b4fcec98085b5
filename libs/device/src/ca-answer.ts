/** What the answers of a PCA and of an ACA to a device have in common: who signed, what is inside, and what no certificate of ours says. */
import { encode, tryDecode } from '#coer/codec.js';
import { certificateHash, scmsRoleOf } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { unsecuredBytes } from '#credentials/signed-data.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import { PsidSsp } from '#wire/base-types.js';
import { ScmsPdu, type AcaEeCertResponse } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { ownDomain, type DeviceContext } from './device-context.js';

/**
 * The CA with this HashedId8: on the lists now, with the SCMS role of a CA of pseudonyms or applications, and of the domain of
 * our own ECA. `named` is the certificate as the message carries it, which must be the listed one.
 */
export function listedCa(
  id8: Uint8Array,
  named: Certificate | undefined,
  context: DeviceContext,
): ListedAuthority | 'not-listed' | 'of-another-domain' {
  const { trust, clock, profile } = context;
  const listed = trust.authority(id8, clock.nowMillis());
  if (isRefused(listed) || scmsRoleOf(listed.certificate, profile.aid.management)?.kind !== 'aca') return 'not-listed';
  if (named && Buffer.compare(certificateHash(named), certificateHash(listed.certificate)) !== 0) return 'not-listed';
  const own = ownDomain(context);
  return own !== undefined && trust.sameDomain(listed, own) ? listed : 'of-another-domain';
}

/** AcaEeCertResponse in an opened answer, of the versions of our profile. */
export function responseIn(opened: Uint8Array, { profile }: DeviceContext): AcaEeCertResponse | undefined {
  const data = tryDecode(V2XSecData, opened);
  const payload = data.ok ? unsecuredBytes(data.value) : undefined;
  const pdu = payload && tryDecode(ScmsPdu, payload);
  if (!pdu?.ok || pdu.value.version !== profile.scmsVersion || pdu.value.content.kind !== 'aca-ee') return undefined;
  const response = pdu.value.content.value.value;
  return response.version === profile.scmsVersion ? response : undefined;
}

/** Whether it says more than who may do what, where and when: issuing, requesting, encryption, flags, extensions. */
export const saysMore = (tbs: ToBeSignedCertificate): boolean =>
  tbs.certIssuePermissions !== undefined ||
  tbs.certRequestPermissions !== undefined ||
  tbs.canRequestRollover !== undefined ||
  tbs.encryptionKey !== undefined ||
  tbs.assuranceLevel !== undefined ||
  tbs.flags !== undefined ||
  tbs.appExtensions !== undefined ||
  tbs.certIssueExtensions !== undefined ||
  tbs.certRequestExtension !== undefined;

/** Whether both are the same set: the registration authority puts permissions into an order of its own. */
export const samePermissions = (given: readonly PsidSsp[], asked: readonly PsidSsp[]): boolean =>
  textOf(given) === textOf(asked);

const textOf = (list: readonly PsidSsp[]): string =>
  list
    .map((one) => Buffer.from(encode(PsidSsp, one)).toString('hex'))
    .sort()
    .join();
