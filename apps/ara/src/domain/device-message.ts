/**
 * First steps of every message of a device: encrypted to us, signed with an enrolment certificate that counts here and now,
 * of now. Trust comes from the lists: the message supplies bytes only.
 */
import { tryDecode } from '#coer/codec.js';
import { certificateHash, hashedId8 } from '#credentials/certificate-facts.js';
import { isValidAt } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { speaksAs, type LineIdentity } from '#edge/line-identity.js';
import { openForOwn } from '#edge/own-sealed.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';

/** Longer than a slow upload, shorter than anybody's patience. */
const OLDEST_MILLIS = 5 * 60_000;
/** Clocks of real certificates differ by the leap seconds. */
const FUTURE_MILLIS = 5_000;

/** The content of bytes from outside. Refuses what is no V2XSecData, plain, or sealed to another. */
export async function openForUs(
  bytes: Uint8Array,
  identity: LineIdentity,
): Promise<Uint8Array | Refused<'malformed' | 'not-encrypted' | 'not-for-us'>> {
  const outer = tryDecode(V2XSecData, bytes);
  if (!outer.ok) return refused('malformed');
  if (outer.value.content.kind !== 'encryptedData') return refused('not-encrypted');
  const opened = await openForOwn(outer.value.content.value, identity);
  return opened ?? refused('not-for-us');
}

export interface KnownDevice {
  readonly certificate: Certificate;
  /** SM3 of the whole certificate, 32 bytes: the one name a device has at the ARA. */
  readonly hash: Uint8Array;
}

/**
 * The device behind an enrolment certificate of an ECA of our own domain. Refuses another issuer, a broken chain
 * (`ec-chain`) and a moment outside its validity (`ec-validity`). Says nothing of the blacklist.
 */
export function knownDevice(
  certificate: Certificate,
  identity: LineIdentity,
): KnownDevice | Refused<'ec-chain' | 'ec-validity'> {
  const now = identity.clock.nowMillis();
  const issuer = issuerOf(certificate, identity, now);
  if (issuer === undefined) return refused('ec-chain');
  if (!isValidAt(certificate.value.toBeSigned.value.validityPeriod, now)) return refused('ec-validity');
  if (isRefused(verifyCertificate(certificate, issuer.certificate))) return refused('ec-chain');
  return { certificate, hash: certificateHash(certificate) };
}

function issuerOf(certificate: Certificate, identity: LineIdentity, now: number): ListedAuthority | undefined {
  const { trust, profile, signer } = identity;
  const named = certificate.value.issuer;
  if (named.kind !== 'sm3AndDigest') return undefined;
  const issuer = trust.authority(named.value, now);
  const self = trust.authority(hashedId8(signer.certificate), now);
  if (isRefused(issuer) || isRefused(self)) return undefined;
  const counts = speaksAs(issuer.certificate, 'eca', profile.aid.management) && trust.sameDomain(issuer, self);
  return counts ? issuer : undefined;
}

/** Refuses a generationTime (Time32) more than five minutes old or more than five seconds ahead. */
export function notFresh(
  generationTime: number,
  nowMillis: number,
): Refused<'too-old' | 'from-the-future'> | undefined {
  const made = millisFromTime32(generationTime);
  if (made > nowMillis + FUTURE_MILLIS) return refused('from-the-future');
  return made < nowMillis - OLDEST_MILLIS ? refused('too-old') : undefined;
}
