/** Whether an application can be taken: what it asks for is offered here, and who asks holds the key. */
import { tryDecode } from '#coer/codec.js';
import { requestBytes, type Application } from '#ceremony/reviewed-application.js';
import { APPLICATION_AIDS, CHINA } from '#credentials/authority-certificate.js';
import { openAuthorityRequest } from '#credentials/authority-request.js';
import { hostnameOf, scmsRoleOf } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { verifySelfSigned } from '#credentials/verify-certificate.js';
import { Certificate, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { refuse, type OnboardingRefused } from './refusal.js';

/** The regions that certificates under these roots have. */
const REGIONS = [CHINA];

/** What is to be certified, or is already, as the request has it: keys and name. */
export function judgeApplication(application: Application): ToBeSignedCertificate | OnboardingRefused {
  const { permissions, regions, kind, hostname } = application;
  if (!permissions.every((aid) => APPLICATION_AIDS.includes(aid))) return refuse('permissions-not-offered');
  if (!regions.every((region) => REGIONS.includes(region))) return refuse('regions-not-offered');
  const tbs = kind === 'ica' ? openAuthorityRequest(requestBytes(application), ccsa) : openRoot(application);
  if (isRefused(tbs)) return tbs;
  return tbs.id.kind === 'name' && tbs.id.value === hostname ? tbs : refuse('request-names-another');
}

/** A root signs itself: that is its proof of possession. */
function openRoot(application: Application): ToBeSignedCertificate | OnboardingRefused {
  const decoded = tryDecode(Certificate, requestBytes(application));
  if (!decoded.ok) return refuse('request-malformed');
  const root = decoded.value;
  const isRoot = scmsRoleOf(root, ccsa.aid.management)?.kind === 'root' && hostnameOf(root) !== undefined;
  return isRoot && !isRefused(verifySelfSigned(root)) ? root.value.toBeSigned.value : refuse('request-not-a-root');
}
