/** What the device side stands on: its own keys and store, time and dice, a way to the network, and what it was born with. */
import type { Random } from '#crypto/random.js';
import type { Clock } from '#credentials/clock.js';
import type { Profile } from '#credentials/profile.js';
import { hashedId8, hostnameOf, scmsRoleOf } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { ScmsSsp } from '#wire/scms-ssp.js';
import type { Certificate } from '#wire/secured-data.js';
import type { DeviceStore } from './device-store.js';
import type { Fetch } from './http.js';
import type { DemandedLog } from './list-proof.js';

/** One authority a device was provisioned with: it talks to this one and to no other (EN9). */
export interface ProvisionedAuthority {
  /** For example `https://eca.a.example`, without a path. */
  readonly url: string;
  readonly certificate: Certificate;
}

/** What is put into a device at its birth. */
export interface Home {
  readonly trcla: Certificate;
  readonly eca: ProvisionedAuthority;
  readonly pra: ProvisionedAuthority;
  readonly tcmfUrl: string;
  /** With it, lists and CRLs count only with a proof that they stand in this log. */
  readonly log?: DemandedLog;
  /** The applications it asks certificates for. */
  readonly aids: readonly number[];
  /** ISO 3166-1 numeric. */
  readonly country: number;
}

export interface DeviceContext {
  readonly profile: Profile;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: CryptoDevice;
  readonly store: DeviceStore;
  readonly fetch: Fetch;
  /** After so long without an answer the device gives up, in real time. */
  readonly timeoutMillis: number;
  readonly home: Home;
  readonly trust: TrustStore;
  readonly verify: VerifySignature;
}

/**
 * The domain of the device: that of the ECA it was provisioned with. When that certificate is on the lists no more, it is the
 * domain of the ICA that gave it: so a device that slept through a renewal finds its authorities again.
 */
export function ownDomain({
  trust,
  home,
  clock,
}: Pick<DeviceContext, 'trust' | 'clock'> & { readonly home: Pick<Home, 'eca'> }): ListedAuthority | undefined {
  const { certificate } = home.eca;
  const { issuer } = certificate.value;
  const now = clock.nowMillis();
  const eca = trust.authority(hashedId8(certificate), now);
  if (!isRefused(eca)) return eca;
  const ica = issuer.kind === 'sm3AndDigest' ? trust.authority(issuer.value, now) : undefined;
  return ica === undefined || isRefused(ica) ? undefined : ica;
}

/** The listed authorities of a role in the device's own domain: several while a certificate is renewed, the newest first. */
export function ownAuthorities(context: DeviceContext, role: ScmsSsp['kind']): ListedAuthority[] {
  const { trust, clock } = context;
  const startOf = ({ certificate }: ListedAuthority): number => certificate.value.toBeSigned.value.validityPeriod.start;
  return trust
    .authorities(clock.nowMillis())
    .filter((one) => isOwn(one, role, context))
    .sort((a, b) => startOf(b) - startOf(a));
}

function isOwn(one: ListedAuthority, role: ScmsSsp['kind'], context: DeviceContext): boolean {
  const own = ownDomain(context);
  if (own === undefined || !context.trust.sameDomain(one, own)) return false;
  return scmsRoleOf(one.certificate, context.profile.aid.management)?.kind === role;
}

/** One it was provisioned with, under the certificate that counts now: of its host name and role, in the device's own domain. */
const isStill = (
  { certificate }: ProvisionedAuthority,
  role: ScmsSsp['kind'],
  one: ListedAuthority,
  context: DeviceContext,
): boolean => hostnameOf(one.certificate) === hostnameOf(certificate) && isOwn(one, role, context);

/** What is sealed for an authority is sealed for this: its newest listed certificate, else the one the device was provisioned with. */
export function certificateNow(
  provisioned: ProvisionedAuthority,
  role: ScmsSsp['kind'],
  context: DeviceContext,
): Certificate {
  const hostname = hostnameOf(provisioned.certificate) ?? '';
  const { trust, clock } = context;
  const listed = trust.named(hostname, clock.nowMillis(), (one) => isStill(provisioned, role, one, context));
  return listed?.certificate ?? provisioned.certificate;
}

/** Whether an authority may sign with this certificate: the one the device was provisioned with, or a listed one of its. */
export function isCertificateOf(
  provisioned: ProvisionedAuthority,
  role: ScmsSsp['kind'],
  certificate: Certificate,
  context: DeviceContext,
): boolean {
  const id8 = hashedId8(certificate);
  if (Buffer.compare(id8, hashedId8(provisioned.certificate)) === 0) return true;
  const listed = context.trust.authority(id8, context.clock.nowMillis());
  return !isRefused(listed) && isStill(provisioned, role, listed, context);
}
