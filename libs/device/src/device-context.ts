/** What the device side stands on: its own keys and store, time and dice, a way to the network, and what it was born with. */
import type { Random } from '#crypto/random.js';
import type { Clock } from '#credentials/clock.js';
import type { Profile } from '#credentials/profile.js';
import { scmsRoleOf } from '#credentials/certificate-facts.js';
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
