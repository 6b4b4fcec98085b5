/** How many requests a source may send: some at once, then so many a minute. Kept in memory only, and forgotten with the minute. */

const AT_ONCE = 20;
const A_MINUTE = 30;
const MOST_SOURCES = 10_000;
const MINUTE_MILLIS = 60_000;

export class SourceLimit {
  private readonly sources = new Map<string, { tokens: number; atMillis: number }>();

  /** Whether this source may go on now; `nowMillis` never goes back by much. */
  admits(source: string, nowMillis: number): boolean {
    const held = this.sources.get(source) ?? { tokens: AT_ONCE, atMillis: nowMillis };
    const grown = (Math.max(0, nowMillis - held.atMillis) * A_MINUTE) / MINUTE_MILLIS;
    const tokens = Math.min(AT_ONCE, held.tokens + grown);
    const isAdmitted = tokens >= 1;
    this.sources.delete(source);
    this.sources.set(source, { tokens: isAdmitted ? tokens - 1 : tokens, atMillis: nowMillis });
    this.forget(nowMillis);
    return isAdmitted;
  }

  /** Those whose allowance is whole again, the oldest first; and the oldest when there are too many. */
  private forget(nowMillis: number): void {
    for (const [source, { atMillis }] of this.sources) {
      if (this.sources.size <= MOST_SOURCES && nowMillis - atMillis < MINUTE_MILLIS) return;
      this.sources.delete(source);
    }
  }
}
