/** Whether what was handed in can be of the standard that was asked for. */
import type { Certificate } from '#wire/secured-data.js';
import { ccsa, ieee, type Profile } from '../profile.js';
import { hashAlgorithmOf } from './identity.js';
import { nameOf, holds, verdict, type Step } from './step.js';

const STANDARD: Readonly<Record<Profile['name'], string>> = { ccsa: 'YD/T 3957-2021', ieee: 'IEEE 1609.2-2022' };

/**
 * Judged only where somebody asked for a profile. YD/T 3957-2021 has SM2 with SM3 and explicit certificates alone; each
 * standard has applications of its own for the management of credentials. `psids`: those of a message.
 */
export function profileStep(
  { profile, isProfileGiven }: { profile: Profile; isProfileGiven: boolean },
  certificates: readonly Certificate[],
  psids: readonly number[] = [],
): Step {
  const standard = STANDARD[profile.name];
  if (!isProfileGiven) return holds('profile', `${standard}, as its applications and algorithms say`);
  const other = profile === ccsa ? ieee : ccsa;
  const foreign = new Set(Object.values(other.aid));
  const problems = psids
    .filter((psid) => foreign.has(psid))
    .map((psid) => `its application ${psid} is one of ${STANDARD[other.name]}, not of ${standard}`);
  for (const certificate of certificates) {
    if (profile === ccsa) problems.push(...notCcsa(certificate));
    const aid = (certificate.value.toBeSigned.value.appPermissions ?? []).find(({ psid }) => foreign.has(psid))?.psid;
    if (aid !== undefined)
      problems.push(`${nameOf(certificate)} names application ${aid} of ${STANDARD[other.name]}, not of ${standard}`);
  }
  return verdict('profile', problems, `nothing in it contradicts ${standard}`);
}

function notCcsa(certificate: Certificate): string[] {
  const problems: string[] = [];
  const algorithm = hashAlgorithmOf(certificate);
  if (algorithm !== 'sm3')
    problems.push(`${nameOf(certificate)} goes with ${algorithm}, ${STANDARD.ccsa} has SM2 with SM3`);
  if (certificate.value.type === 'implicit')
    problems.push(`${nameOf(certificate)} is implicit, which ${STANDARD.ccsa} reserves (annex C, CertificateType)`);
  return problems;
}
