/** One group of requests for the same weeks: chains of the LAs, cocoon keys, and all of it into the pool. */
import type { CocoonKeys } from '#crypto/butterfly.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { openCaterpillar } from '../domain/caterpillar-bytes.js';
import { expandCocoons, itemsOf } from '../domain/expansion.js';
import type { Group, Span } from '../domain/expansion-groups.js';
import type { DueRequest, ExpansionStore, MadeWeeks } from '../store/expansion.store.js';
import type { ChainTrouble, LinkageChains, RequestChains } from './linkage-chains.js';

/** Label under which caterpillar keys are sealed in the crypto device. */
export const CATERPILLAR = 'caterpillar';

/** A request with the weeks that are to be made now. */
export type OwedWeeks = Span & { readonly request: DueRequest };

interface Chains {
  readonly given: readonly RequestChains[];
  readonly isContinued: boolean;
}

export class GroupExpansion {
  constructor(
    private readonly context: AuthorityContext,
    private readonly store: ExpansionStore,
    private readonly linkage: LinkageChains,
    /** When week i of a request is due, Unix milliseconds. */
    private readonly dueMillis: (i: number) => number,
  ) {}

  /**
   * Refused when the LAs gave nothing usable: the whole group is still owed then. A request that cannot be served ends
   * alone.
   */
  async expand({ span, requests }: Group<OwedWeeks>): Promise<Refused<ChainTrouble> | undefined> {
    const [chains, cocoons] = await Promise.all([
      this.chainsFor(span, requests),
      Promise.all(requests.map(({ request }) => this.cocoonsOf(request, span))),
    ]);
    if (isRefused(chains)) return chains;
    const made: MadeWeeks[] = [];
    for (const [n, { request }] of requests.entries()) {
      const keys = cocoons[n] as CocoonKeys[] | Refused;
      if (isRefused(keys)) await this.refuse(request, keys.reason);
      else made.push(this.madeWeeks(request, span, keys, chains, n));
    }
    if (made.length > 0) await this.storeAll(made);
    return undefined;
  }

  /** Chains that an LA does not continue are replaced by fresh ones of all: half a pair is none. */
  private async chainsFor(span: Span, requests: readonly OwedWeeks[]): Promise<Chains | Refused<ChainTrouble>> {
    if (span.isContinued) {
      const given = await this.linkage.give(
        span,
        requests.map(({ request }) => ({ handles: handlesOf(request) })),
      );
      if (!isRefused(given)) return { given, isContinued: true };
      if (given.reason !== 'chains-lost') return given;
    }
    const given = await this.linkage.give(
      span,
      requests.map(() => ({})),
    );
    return isRefused(given) ? given : { given, isContinued: false };
  }

  private async cocoonsOf(request: DueRequest, span: Span): Promise<CocoonKeys[] | Refused> {
    const opened = await this.context.device.open(CATERPILLAR, request.sealedCaterpillar);
    if (opened === undefined) throw new Error('the sealed keys of a request do not open');
    return expandCocoons(this.context.arithmetic, openCaterpillar(opened), span);
  }

  private madeWeeks(
    request: DueRequest,
    { iMin, iMax }: Span,
    keys: readonly CocoonKeys[],
    { given, isContinued }: Chains,
    n: number,
  ): MadeWeeks {
    const chains = given[n] as RequestChains;
    const items = itemsOf(keys, iMin, chains);
    return { request, iMin, iMax, items, chains, isContinued, nextDueMillis: this.dueMillis(iMax + 1) };
  }

  private async storeAll(made: readonly MadeWeeks[]): Promise<void> {
    const outcomes = await this.store.store(made);
    for (const [n, outcome] of outcomes.entries())
      if (outcome === 'keys-reused') await this.refuse((made[n] as MadeWeeks).request, outcome);
    const stored = made.filter((_, n) => outcomes[n] === 'made');
    const items = stored.reduce((sum, one) => sum + one.items.length, 0);
    this.context.log.info('expand.done', { requests: stored.length, items });
  }

  /** What no later try can mend. */
  private async refuse(request: DueRequest, reason: string): Promise<void> {
    this.context.log.warn('expand.refused', { reason });
    await this.store.end(request, 'refused');
  }
}

function handlesOf({ last }: DueRequest): readonly Uint8Array[] {
  if (last === undefined) throw new Error('a request without chains has none to go on');
  return last.handles.map(({ linkageChainId }) => linkageChainId);
}
