/** The lists of revoked certificates that the MA goes by, fetched where the TDCL says, when they are needed. */
import { encode, tryDecode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { hashedId3, hashedId8, idKey, isCracaFor } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { RevocationStanding } from '#credentials/revocation-check.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import { CRL_PATH, CRL_UPDATES_PATH } from '#edges/ee-lists/paths.js';
import type { Log } from '#service/log.js';
import { CompositeCrl } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';

/** Gets public bytes; `undefined` when there is no answer. */
export type FetchBytes = (url: string) => Promise<Uint8Array | undefined>;

const TIMEOUT_MILLIS = 10_000;
/** All lists of a million devices take 33 MB. */
const LARGEST_LIST_BYTES = 64 * 1024 * 1024;

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
  const keyOf = (cra: ListedAuthority, series: number): string => `${idKey(hashedId8(cra.certificate))}:${series}`;
  const heldPlace = (craca: Uint8Array, series: number): string => {
    const place = held.seedPlace(craca, series);
    if (place !== undefined) return `&iRev=${place.iRev}&indexWithinI=${place.indexWithinI}`;
    const hashes = held.hashPlace(craca, series);
    return hashes === undefined ? '' : `&crlSerial=${hashes.serial}`;
  };
  const refresh = async (cra: ListedAuthority, series: number, isAnew = false): Promise<void> => {
    const id = hashedId8(cra.certificate);
    const asked = { craca: hex(id), series, held: isAnew ? '' : heldPlace(id, series) };
    const lists = await newLists(needs.fetchBytes, cra, asked);
    if (lists === undefined) return log.warn('crl.not-reachable');
    for (const bytes of lists) {
      const taken = held.takeCrl(bytes, clock.nowMillis());
      if (!isRefused(taken)) continue;
      // What is held is followed by nothing that came: begun anew.
      if (taken.reason === 'crl-gap' && !isAnew) return refresh(cra, series, true);
      return log.warn('crl.refused', { reason: taken.reason });
    }
    fetched.set(keyOf(cra, series), clock.nowMillis());
  };
  const isOld = (cra: ListedAuthority, series: number): boolean => {
    const last = fetched.get(keyOf(cra, series));
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
      for (const cra of cras) if (missing || isOld(cra, crlSeries)) await refresh(cra, crlSeries);
      return held.check(certificate, clock.nowMillis());
    },
  };
}

/** The signed lists that bring us from the one held to the newest; a full list from who has no others. */
async function newLists(
  fetchBytes: FetchBytes,
  { crlUrl }: ListedAuthority,
  { craca, series, held }: { craca: string; series: number; held: string },
): Promise<Uint8Array[] | undefined> {
  const url = (crlUrl as string).replace(/\/$/, '');
  const query = `?craca=${craca}&crlSeries=${series}`;
  const updates = await fetchBytes(`${url}${CRL_UPDATES_PATH}${query}${held}`);
  const decoded = updates && tryDecode(CompositeCrl, updates);
  if (decoded?.ok) return decoded.value.crl.map((one) => encode(V2XSecData, one));
  const full = await fetchBytes(`${url}${CRL_PATH}${query}`);
  return full && [full];
}
