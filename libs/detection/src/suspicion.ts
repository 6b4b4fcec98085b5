// How the words of all checks on one message, and of all messages of one sender, become one: evidence in nats, −ln factor.
//
// A message counts at most 3.5 nats and 6.5 make its sender suspicious: a glitch is forgiven, two impossible messages are
// not. What is below three deviations adds nothing, so an honest sender whose errors are normal adds some 0.0005 nat a
// message and check, far below the leak even at ten messages a second. The leak is slow, because a sender that was
// caught is not believed again within the minutes in which it is in range.

const MOST_NATS = 4;
const MOST_PROOF_NATS = 12;
const FREE_NATS = 0.5;
export const SUSPICIOUS_NATS = 6.5;
const BUCKET_NATS = 18;
const LEAK_NATS_PER_SECOND = 0.1;
/** A message less plausible than this (4.4 deviations) is flagged for itself, whatever its sender's standing. */
const IMPLAUSIBLE_NATS = 3;

export class Suspicion {
  private nats = 0;
  private seconds: number | undefined;

  /**
   * Adds one message of that time. `nats` rest on windows of a second or more, which overlap when messages come faster,
   * so they count by time; `proofNats` stand for themselves. Gives whether the message is to be flagged.
   */
  add(timeSeconds: number, nats: number, proofNats: number): boolean {
    const seconds = this.seconds === undefined ? 1 : Math.max(0, timeSeconds - this.seconds);
    this.seconds = Math.max(timeSeconds, this.seconds ?? timeSeconds);
    this.nats = Math.max(0, this.nats - LEAK_NATS_PER_SECOND * seconds);
    const counted = Math.min(1, seconds) * Math.max(0, Math.min(MOST_NATS, nats) - FREE_NATS);
    this.nats = Math.min(BUCKET_NATS, this.nats + Math.max(counted, Math.min(MOST_PROOF_NATS, proofNats)));
    return this.isSuspicious || Math.max(nats, proofNats) >= IMPLAUSIBLE_NATS;
  }

  get isSuspicious(): boolean {
    return this.nats >= SUSPICIOUS_NATS;
  }

  /** What a message of this sender is worth, 1 … 0, by its standing alone. */
  get standing(): number {
    return Math.exp(-this.nats);
  }
}
