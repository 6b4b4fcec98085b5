/** What the device side stands on: its own keys and store, time and dice, a way to the network, and what it was born with. */
import type { Random } from '#crypto/random.js';
import type { Clock } from '#credentials/clock.js';
import type { Profile } from '#credentials/profile.js';
import { hostnameOf, scmsRoleOf } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { ScmsSsp } from '#wire/scms-ssp.js';
import type { Certificate } from '#wire/secured-data.js';
import type { DeviceStore } from './device-store.js';
import type { Fetch } from './http.js';

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

/** The listed authority of a role in the device's own domain: the domain of the ECA it was provisioned with. */
export function ownAuthority(context: DeviceContext, role: ScmsSsp['kind']): ListedAuthority | undefined {
  const { trust, home, clock, profile } = context;
  const now = clock.nowMillis();
  const own = trust.authority(hashedId8(home.eca.certificate), now);
  if (isRefused(own)) return undefined;
  return trust
    .authorities(now)
    .find((one) => trust.sameDomain(one, own) && scmsRoleOf(one.certificate, profile.aid.management)?.kind === role);
}

/** The PRA that it was provisioned with, among those of its own domain: of its host name, with rights like its own. */
function isOwnPra({ trust, home, clock, profile }: DeviceContext, one: ListedAuthority): boolean {
  const eca = trust.authority(hashedId8(home.eca.certificate), clock.nowMillis());
  if (isRefused(eca) || !trust.sameDomain(one, eca)) return false;
  const isItsName = hostnameOf(one.certificate) === hostnameOf(home.pra.certificate);
  return isItsName && scmsRoleOf(one.certificate, profile.aid.management)?.kind === 'ra';
}

/** What is sealed for the PRA is sealed for this: its newest listed certificate, else the one it was provisioned with. */
export function praCertificate(context: DeviceContext): Certificate {
  const { home, trust, clock } = context;
  const hostname = hostnameOf(home.pra.certificate) ?? '';
  const listed = trust.named(hostname, clock.nowMillis(), (one) => isOwnPra(context, one));
  return listed?.certificate ?? home.pra.certificate;
}

/** Whether the PRA may sign with this certificate: the one it was provisioned with, or a listed one of that PRA. */
export function isOfPra(certificate: Certificate, context: DeviceContext): boolean {
  const id8 = hashedId8(certificate);
  if (Buffer.compare(id8, hashedId8(context.home.pra.certificate)) === 0) return true;
  const listed = context.trust.authority(id8, context.clock.nowMillis());
  return !isRefused(listed) && isOwnPra(context, listed);
}
