/** The authorities an approved case leads to, as the MA reaches them. */
import { scmsRoleOf, hashedId8 } from '#credentials/certificate-facts.js';
import { callLine } from '#edge/call-line.js';
import type { AuthorityRole, Port } from '#edge/edge.js';
import { ownPeer } from '#edge/peer-certificate.js';
import { craMa } from '#edges/cra-ma/revocation.js';
import { laMa } from '#edges/la-ma/seeds.js';
import { maPca } from '#edges/ma-pca/identify.js';
import { maPraInvestigation } from '#edges/ma-pra/investigation.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { askedLas, type LinkageAuthorities } from '#service/linkage-authorities.js';
import type { LaName, PeerName } from '../domain/case-steps.js';

export interface CasePorts {
  pca(): Port<typeof maPca>;
  pra(): Port<typeof maPraInvestigation>;
  /** Those there are. */
  readonly las: readonly LaName[];
  la(name: LaName): Port<typeof laMa>;
  cra(): Port<typeof craMa>;
  /** HashedId8 of the peer's certificate that counts now; `undefined` when none does. */
  idOf(peer: PeerName): Uint8Array | undefined;
  hostnameOf(peer: PeerName): string;
  /** The 2-byte LaId in the certificate of an LA. */
  laIdOf(name: LaName): Uint8Array | undefined;
}

const EDGE_OF: Record<PeerName, { readonly name: string; readonly callee: AuthorityRole }> = {
  pca: maPca,
  pra: maPraInvestigation,
  la1: laMa,
  la2: laMa,
  cra: craMa,
};

/** Throws when the configured peers are not those of a domain with so many LAs. */
export function casePorts(context: AuthorityContext, linkageAuthorities: LinkageAuthorities): CasePorts {
  const { identity, transport, profile } = context;
  const hostnameOf = (peer: PeerName): string => context.peer(peer, EDGE_OF[peer].name).hostname;
  const certificateOf = (peer: PeerName) => ownPeer(hostnameOf(peer), EDGE_OF[peer].callee, identity)?.certificate;
  return {
    pca: () => callLine(maPca, context.peer('pca', maPca.name), identity, transport),
    pra: () => callLine(maPraInvestigation, context.peer('pra', maPraInvestigation.name), identity, transport),
    las: askedLas(linkageAuthorities, context),
    la: (name) => callLine(laMa, context.peer(name, laMa.name), identity, transport),
    cra: () => callLine(craMa, context.peer('cra', craMa.name), identity, transport),
    idOf: (peer) => {
      const certificate = certificateOf(peer);
      return certificate && hashedId8(certificate);
    },
    hostnameOf,
    laIdOf: (name) => {
      const certificate = certificateOf(name);
      const role = certificate && scmsRoleOf(certificate, profile.aid.management);
      return role?.kind === 'la' ? Uint8Array.of(role.value.laId >> 8, role.value.laId & 255) : undefined;
    },
  };
}
