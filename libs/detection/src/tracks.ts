// A receiver's memory of the senders around it, bounded, one history for each certificate digest.
import type { ObservedState } from './observed-state.js';
import { type History, judge, type Judgement, NO_HISTORY } from './judge.js';
import { DEFAULT_CONTEXT, type DetectionContext } from './plausibility.js';

export interface Tracks {
  /** Judges the next message of the sender with this certificate digest (hex), and remembers it. */
  observe(senderDigest: string, message: ObservedState, context?: DetectionContext): Judgement;
  /** Forgets one sender, for example after it was reported or its certificate was revoked. */
  forget(senderDigest: string): void;
  readonly size: number;
}

/** Keeps the `maxSenders` heard last; who has been silent longest is forgotten first. */
export function createTracks({ maxSenders = 2000 }: { readonly maxSenders?: number } = {}): Tracks {
  const histories = new Map<string, History>();
  return {
    observe(senderDigest, message, context = DEFAULT_CONTEXT) {
      const judgement = judge(histories.get(senderDigest) ?? NO_HISTORY, message, context);
      // Taken out and put back, so that the map's order is the order of last hearing.
      histories.delete(senderDigest);
      histories.set(senderDigest, judgement.history);
      forgetSilent(histories, maxSenders);
      return judgement;
    },
    forget: (senderDigest) => void histories.delete(senderDigest),
    get size() {
      return histories.size;
    },
  };
}

function forgetSilent(histories: Map<string, History>, maxSenders: number): void {
  for (const digest of histories.keys()) {
    if (histories.size <= maxSenders) return;
    histories.delete(digest);
  }
}
