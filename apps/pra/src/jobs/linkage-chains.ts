/** Pre-linkage values for a group of requests: one exchange with each LA there is, all at the same time. */
import { decode } from '#coer/codec.js';
import { scmsRoleOf } from '#credentials/certificate-facts.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { ownPeer } from '#edge/peer-certificate.js';
import { laPraUnopened } from '#edges/la-pra/linkage-values.js';
import type { AuthorityContext } from '#service/authority-context.js';
import type { LaName } from '#service/linkage-authorities.js';
import { LinkageChainId } from '#wire/scms-pdu.js';
import { dealingOrder, dealt, type Span } from '../domain/expansion-groups.js';
import { sealedChains, type SealedChain } from '../domain/linkage-answer.js';
import type { AnswerRefusal } from '../domain/refusal.js';

export type ChainTrouble = AnswerRefusal | 'la-refused' | 'la-unknown' | 'same-la' | 'chains-lost';
/** The chains of one request: one of each LA that is asked, in their order. */
export type RequestChains = readonly SealedChain[];

/**
 * What an LA says of chains that do not go on: it gave these periods before (to a worker that died before it could store
 * them), or does not have the chain any more.
 */
const LOST: ReadonlySet<string> = new Set(['chain-not-continued', 'chain-handle']);

export class LinkageChains {
  constructor(
    private readonly context: AuthorityContext,
    private readonly las: readonly LaName[],
  ) {}

  /**
   * A chain of each LA for each of the requests, in their order: `handles` are those that go on, of la1 and la2; without
   * them the chains are fresh. `chains-lost`: an LA does not continue, and what another gave is of no use.
   */
  async give(
    span: Omit<Span, 'isContinued'>,
    requests: readonly { readonly handles?: readonly Uint8Array[] | undefined }[],
  ): Promise<RequestChains[] | Refused<ChainTrouble>> {
    const handles = (n: number): Uint8Array[] =>
      requests.flatMap((request) => (request.handles === undefined ? [] : [request.handles[n] as Uint8Array]));
    const answers = await Promise.all(this.las.map((la, n) => this.chainsOf(la, span, requests.length, handles(n))));
    const given: SealedChain[][] = [];
    for (const answer of answers) {
      if (isRefused(answer)) return answer;
      given.push(answer);
    }
    // LK4: two values of one LA would make the linkage value its own to compute.
    if (new Set(given.map(([first]) => first?.laId)).size < given.length) return refused('same-la');
    return requests.map((_, n) => given.map((chains) => chains[n] as SealedChain));
  }

  private async chainsOf(
    name: LaName,
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
