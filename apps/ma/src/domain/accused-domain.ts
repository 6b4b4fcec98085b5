/** Whose case it is: that of the MA of the domain which certified the accused, as the lists say. */
import { hmacSm3 } from '#crypto/sm3.js';
import { concat } from '#crypto/bytes.js';
import { hostnameOf, scmsRoleOf } from '#credentials/certificate-facts.js';
import type { Profile } from '#credentials/profile.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import type { Peer } from '#edge/call-line.js';
import { maMa } from '#edges/ma-ma/evidence.js';
import type { MisbehaviourReport } from '#wire/misbehaviour-report.js';
import type { EvidenceRefusal } from './refusal.js';

export interface DomainRules {
  readonly trust: TrustStore;
  readonly profile: Profile;
  readonly self: ListedAuthority;
  readonly nowMillis: number;
}

/**
 * `own`, or the MA to pass the evidence to: it stands in the TDCL entry of the accused's PCA, minds the application, and
 * answers at that entry's maUrl (its base address; the line's path is appended).
 */
export function domainOf(
  issuer: ListedAuthority,
  aid: number,
  { trust, profile, self, nowMillis }: DomainRules,
): 'own' | Peer | Refused<EvidenceRefusal> {
  if (trust.sameDomain(issuer, self)) return 'own';
  const ma = trust.authorities(nowMillis).find((listed) => {
    const role = scmsRoleOf(listed.certificate, profile.aid.management);
    return trust.sameDomain(issuer, listed) && role?.kind === 'ma' && role.value.relevantAids.includes(aid);
  });
  const hostname = ma && hostnameOf(ma.certificate);
  if (ma?.maUrl === undefined || hostname === undefined) return refused('no-ma-for-domain');
  return { address: `${ma.maUrl.replace(/\/$/, '')}/lines/${maMa.name}`, hostname };
}

/** 16 bytes: the same reporter of a week is one to that MA, and another to every other. `secret` is this MA's own. */
export function handleFor(secret: Uint8Array, handle: Uint8Array, week: number, hostname: string): Uint8Array {
  const scope = concat(handle, Uint8Array.of(week >> 8, week & 255), new TextEncoder().encode(hostname));
  return hmacSm3(secret, scope).subarray(0, 16);
}

/** Unknown latitude, longitude and elevation (IEEE 1609.2-2022 6.3.12, 6.3.13). */
const NOWHERE = { latitude: 900_000_001, longitude: 1_800_000_001, elevation: 0 };
const HOUR_MICROS = 3_600_000_000n;

/** The report without what is the reporter's: not where he was, when only to the hour, and nothing his own sensors saw. */
export const withoutReporter = ({ generationTime, report }: MisbehaviourReport): MisbehaviourReport => ({
  generationTime: generationTime - (generationTime % HOUR_MICROS),
  observationLocation: NOWHERE,
  report: { ...report, content: { ...report.content, nonV2xPduEvidence: [] } },
});
