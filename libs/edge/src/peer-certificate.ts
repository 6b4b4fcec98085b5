/** Which certificate of a peer counts now: asked anew for each use, since a peer renews its certificate while we run. */
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import type { AuthorityRole } from './edge.js';
import { speaksAs, type LineIdentity } from './line-identity.js';

export type PeerSeeker = Pick<LineIdentity, 'trust' | 'clock' | 'profile'> & {
  readonly signer: Pick<LineIdentity['signer'], 'certificate'>;
};

/**
 * The peer of this host name in our own domain that speaks as `role`; of several that are listed and valid, the one whose
 * validity began last. `undefined` when there is none, or when we stand on no current list ourselves: then there is no
 * domain of ours. A certificate of another role or of another domain under the same name is passed over, however new.
 */
export function ownPeer(
  hostname: string,
  role: AuthorityRole,
  { trust, clock, profile, signer }: PeerSeeker,
): ListedAuthority | undefined {
  const now = clock.nowMillis();
  const self = trust.authority(hashedId8(signer.certificate), now);
  if (isRefused(self)) return undefined;
  const fits = (one: ListedAuthority): boolean =>
    trust.sameDomain(self, one) && speaksAs(one.certificate, role, profile.aid.management);
  return trust.named(hostname, now, fits);
}
