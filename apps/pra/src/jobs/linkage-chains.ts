/** Pre-linkage values for a group of requests: one exchange with each LA, both at the same time. */
import { decode } from '#coer/codec.js';
import { scmsRoleOf } from '#credentials/certificate-facts.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { ownPeer } from '#edge/peer-certificate.js';
import { laPraUnopened } from '#edges/la-pra/linkage-values.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { LinkageChainId } from '#wire/scms-pdu.js';
import { dealingOrder, dealt, type Span } from '../domain/expansion-groups.js';
import { sealedChains, type SealedChain } from '../domain/linkage-answer.js';
import type { AnswerRefusal } from '../domain/refusal.js';

export type ChainTrouble = AnswerRefusal | 'la-refused' | 'la-unknown' | 'same-la' | 'chains-lost';
export type ChainPair = readonly [SealedChain, SealedChain];

/**
 * What an LA says of chains that do not go on: it gave these periods before (to a worker that died before it could store
 * them), or does not have the chain any more.
 */
const LOST: ReadonlySet<string> = new Set(['chain-not-continued', 'chain-handle']);

export class LinkageChains {
  constructor(private readonly context: AuthorityContext) {}

  /**
   * A pair of chains for each of the requests, in their order: `handles` are those that go on, of la1 and la2; without
   * them the chains are fresh. `chains-lost`: one LA or both do not continue, and what the other gave is of no use.
   */
  async give(
    span: Omit<Span, 'isContinued'>,
    requests: readonly { readonly handles?: readonly [Uint8Array, Uint8Array] | undefined }[],
  ): Promise<ChainPair[] | Refused<ChainTrouble>> {
    const handles = (la: 0 | 1): Uint8Array[] =>
      requests.flatMap((request) => (request.handles === undefined ? [] : [request.handles[la]]));
    const [la1, la2] = await Promise.all([
      this.chainsOf('la1', span, requests.length, handles(0)),
      this.chainsOf('la2', span, requests.length, handles(1)),
    ]);
    if (isRefused(la1)) return la1;
    if (isRefused(la2)) return la2;
    // LK4: two values of one LA would make the linkage value its own to compute.
    if (la1[0]?.laId === la2[0]?.laId) return refused('same-la');
    return la1.map((chain, n) => [chain, la2[n] as SealedChain]);
  }

  private async chainsOf(
    name: string,
    { iMin, iMax, jMax }: Omit<Span, 'isContinued'>,
    count: number,
    handles: readonly Uint8Array[],
  ): Promise<SealedChain[] | Refused<ChainTrouble>> {
    const { context } = this;
    const peer = context.peer(name, laPraUnopened.name);
    const laId = this.laIdOf(peer.hostname);
    if (laId === undefined) return refused('la-unknown');
    const order = dealingOrder(count, context.random);
    const header = { iMin, iMax, praId: context.hostname, pcaId: context.peer('pca', 'pca-pra').hostname };
    const wanted =
      handles.length > 0
        ? { continuationsInd: order.map((n) => decode(LinkageChainId, handles[n] as Uint8Array)) }
        : { numberOfFreshInd: count };
    const line = callLine(laPraUnopened, peer, context.identity, context.transport);
    const value = { header, jMax, ...wanted };
    const answer = await line.requestPreLinkageValues({ kind: 'individualLVRequest', value });
    if (isRefused(answer)) {
      context.log.warn('expand.la-refused', { la: name, reason: answer.reason });
      return refused(LOST.has(answer.reason) ? 'chains-lost' : 'la-refused');
    }
    const chains = sealedChains(answer, { iMin, iMax, jMax, laId, chains: count });
    return isRefused(chains) ? chains : dealt(order, chains);
  }

  /** The identifier in the LA's listed certificate. */
  private laIdOf(hostname: string): number | undefined {
    const { identity, profile } = this.context;
    const listed = ownPeer(hostname, 'la', identity);
    const role = listed && scmsRoleOf(listed.certificate, profile.aid.management);
    return role?.kind === 'la' ? role.value.laId : undefined;
  }
}
