/**
 * When a case may be put before the operators. Evidence is judged, not heads: the subjective level is the median of the
 * five strongest findings of different reporters, so that one poisoned item cannot raise it; and three reporters must have
 * shown it. Reputation, guarantors and rounds of opinion are not weighed yet; the bucket is kept for them.
 */
export interface Vote {
  /** The reporter's handle, in hex. It is made anew each week. */
  readonly handle: string;
  readonly week: number;
  readonly strength: number;
}

export type Decision =
  | { readonly state: 'PENDING_APPROVAL'; readonly scl: number; readonly reporters: number }
  | {
      readonly state: 'INVESTIGATING';
      readonly scl: number;
      readonly reporters: number;
      readonly reason: 'too-few-reporters' | 'evidence-too-weak';
    };

const STRONGEST = 5;
const LEAST_SCL = 0.5;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The best vote of each handle. */
function strongestByHandle(votes: readonly Vote[]): number[] {
  const best = new Map<string, number>();
  for (const { handle, strength } of votes) best.set(handle, Math.max(strength, best.get(handle) ?? 0));
  return [...best.values()].sort((a, b) => b - a);
}

/**
 * Weighs the votes of each week by themselves and takes the week that says most: a reporter has another handle in the next
 * week, and must not count twice.
 */
export function decide(votes: readonly Vote[], minimumReporters: number): Decision {
  const weeks = [...new Set(votes.map(({ week }) => week))].map((week) => {
    const strengths = strongestByHandle(votes.filter((vote) => vote.week === week));
    return { scl: median(strengths.slice(0, STRONGEST)), reporters: strengths.length };
  });
  const open = weeks.filter(({ reporters }) => reporters >= minimumReporters);
  const [best] = [...(open.length > 0 ? open : weeks)].sort((a, b) => b.scl - a.scl || b.reporters - a.reporters);
  const { scl, reporters } = best ?? { scl: 0, reporters: 0 };
  if (reporters < minimumReporters) return { state: 'INVESTIGATING', scl, reporters, reason: 'too-few-reporters' };
  if (scl < LEAST_SCL) return { state: 'INVESTIGATING', scl, reporters, reason: 'evidence-too-weak' };
  return { state: 'PENDING_APPROVAL', scl, reporters };
}
