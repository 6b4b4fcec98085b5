/** The lists of revoked certificates that the MA goes by, fetched where the TDCL says, when they are needed. */
import { hex } from '#crypto/bytes.js';
import { hashedId3, hashedId8, idKey, isCracaFor } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { RevocationStanding } from '#credentials/revocation-check.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import { CRL_PATH } from '#edges/ee-lists/paths.js';
import type { Log } from '#service/log.js';
import type { Certificate } from '#wire/secured-data.js';

/** Gets public bytes; `undefined` when there is no answer. */
export type FetchBytes = (url: string) => Promise<Uint8Array | undefined>;

const TIMEOUT_MILLIS = 10_000;
const LARGEST_LIST_BYTES = 16 * 1024 * 1024;

export const fetchOverHttp: FetchBytes = async (url) => {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS), redirect: 'error' });
  } catch {
    // Not reachable: the caller logs it and looks again later.
    return undefined;
  }
  if (!response.ok || Number(response.headers.get('content-length') ?? 0) > LARGEST_LIST_BYTES) return undefined;
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes.length > LARGEST_LIST_BYTES ? undefined : bytes;
};

export interface RevocationLists {
  /** The standing of a certificate now, by a list no older than the settings allow; `no-crl` when none is to be had. */
  standing(certificate: Certificate): Promise<RevocationStanding>;
}

export function revocationLists(needs: {
  readonly trust: TrustStore;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly verify: VerifySignature;
  readonly fetchBytes: FetchBytes;
  readonly maxAgeMillis: number;
  readonly log: Log;
}): RevocationLists {
  const { trust, profile, clock, log } = needs;
  const held = new RevocationStore(trust, profile, needs.verify);
  const fetched = new Map<string, number>();
  const refresh = async (cra: ListedAuthority, series: number): Promise<void> => {
    const craca = hex(hashedId8(cra.certificate));
    const url = `${(cra.crlUrl as string).replace(/\/$/, '')}${CRL_PATH}?craca=${craca}&crlSeries=${series}`;
    const bytes = await needs.fetchBytes(url);
    const taken = bytes && held.takeCrl(bytes, clock.nowMillis());
    if (taken === undefined) log.warn('crl.not-reachable');
    else if (isRefused(taken)) log.warn('crl.refused', { reason: taken.reason });
    else fetched.set(craca, clock.nowMillis());
  };
  const isOld = (cra: ListedAuthority): boolean => {
    const last = fetched.get(idKey(hashedId8(cra.certificate)));
    return last === undefined || clock.nowMillis() - last >= needs.maxAgeMillis;
  };
  return {
    async standing(certificate) {
      const { cracaId, crlSeries } = certificate.value.toBeSigned.value;
      const cras = trust
        .authorities(clock.nowMillis())
        .filter((listed) => listed.crlUrl !== undefined)
        .filter((listed) => isCracaFor(listed.certificate, profile.aid.crl, crlSeries))
        .filter((listed) => Buffer.compare(hashedId3(listed.certificate), cracaId) === 0);
      const missing = held.check(certificate, clock.nowMillis()) === 'no-crl';
      for (const cra of cras) if (missing || isOld(cra)) await refresh(cra, crlSeries);
      return held.check(certificate, clock.nowMillis());
    },
  };
}
