/** Publishes lists: judged against what is published, then kept; from then on anybody gets them. */
import { isRefused } from '#credentials/refusal.js';
import type { Certificate } from '#wire/secured-data.js';
import { judgeLists, receiverOf, type BroughtLists } from './judge-lists.js';
import type { ListKind, PublishedList } from './published-list.js';
import type { TcmfRefused } from './refusal.js';

export interface PublishNeeds {
  readonly trcla: Certificate;
  readonly nowMillis: () => number;
  readonly served: () => Promise<PublishedList[]>;
  readonly replace: (lists: readonly PublishedList[], nowMillis: number) => Promise<TcmfRefused | undefined>;
  /** Told which list, of which series, is public now. */
  readonly published: (list: { kind: ListKind; series: number }) => void;
}

export async function publishLists(
  lists: BroughtLists,
  needs: PublishNeeds,
): Promise<{ kind: 'published' } | TcmfRefused> {
  const nowMillis = needs.nowMillis();
  const receiver = receiverOf(needs.trcla, await needs.served(), nowMillis);
  const judged = judgeLists(lists, receiver, nowMillis);
  if (isRefused(judged)) return judged;
  const kept = await needs.replace(judged, nowMillis);
  if (kept !== undefined) return kept;
  for (const { kind, series } of judged) needs.published({ kind, series });
  return { kind: 'published' };
}
