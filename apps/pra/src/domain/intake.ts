/**
 * Whether the door still takes requests. What is owed is counted in the tables, at most once a second, and what this
 * process takes meanwhile is added at once; so under a flood a process takes no more than the bound allows, several
 * processes of one instance a second's worth more.
 */
import type { Clock } from '#credentials/clock.js';

/** How long a count is believed. */
const COUNT_MILLIS = 1_000;

export class Intake {
  private owed = 0;
  private countedMillis = -Infinity;
  private counting: Promise<void> | undefined;

  constructor(
    private readonly maximumOwedItems: number,
    private readonly countOwed: () => Promise<number>,
    private readonly clock: Clock,
  ) {}

  /** Whether more certificates are owed than the bound allows. */
  async isFull(): Promise<boolean> {
    const age = this.clock.nowMillis() - this.countedMillis;
    // A clock that went back makes a count old as well.
    if (age < 0 || age >= COUNT_MILLIS) await this.count();
    return this.owed >= this.maximumOwedItems;
  }

  /** Certificates that a request just taken will need. */
  took(items: number): void {
    this.owed += items;
  }

  /** One count for all who wait for it. */
  private count(): Promise<void> {
    this.counting ??= this.countNow().finally(() => (this.counting = undefined));
    return this.counting;
  }

  private async countNow(): Promise<void> {
    const startedMillis = this.clock.nowMillis();
    this.owed = await this.countOwed();
    this.countedMillis = startedMillis;
  }
}
