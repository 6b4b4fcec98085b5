/** What a vehicle counts of its life, each where it happens. */

/** A snapshot; plain numbers, for sums over a fleet. */
export interface TallyCounts {
  readonly enrolled: number;
  readonly requested: number;
  readonly downloaded: number;
  /** Private keys whose key × G was the key of their certificate. */
  readonly keysRebuilt: number;
  readonly signed: number;
  readonly accepted: number;
  /** Accepted messages whose PCA is of the vehicle's own domain; the others are `accepted` less these. */
  readonly acceptedOfOwnDomain: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly suspicions: number;
  readonly reportsHandedIn: number;
  readonly reportsRefused: number;
}

type Counter = Exclude<keyof TallyCounts, 'refused'>;
const COUNTERS: readonly Counter[] = [
  'enrolled',
  'requested',
  'downloaded',
  'keysRebuilt',
  'signed',
  'accepted',
  'acceptedOfOwnDomain',
  'suspicions',
  'reportsHandedIn',
  'reportsRefused',
];

export class Tally {
  private readonly counts = new Map<Counter, number>();
  private readonly refusals = new Map<string, number>();

  add(counter: Counter, by = 1): void {
    this.counts.set(counter, (this.counts.get(counter) ?? 0) + by);
  }

  refused(reason: string): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  snapshot(): TallyCounts {
    const numbers = Object.fromEntries(COUNTERS.map((name) => [name, this.counts.get(name) ?? 0]));
    return { ...(numbers as Record<Counter, number>), refused: Object.fromEntries(this.refusals) };
  }
}

/** The sum over a fleet. */
export function sumTallies(tallies: readonly TallyCounts[]): TallyCounts {
  const sum = new Tally();
  const refused: Record<string, number> = {};
  for (const tally of tallies) {
    for (const name of COUNTERS) sum.add(name, tally[name]);
    for (const [reason, count] of Object.entries(tally.refused)) refused[reason] = (refused[reason] ?? 0) + count;
  }
  return { ...sum.snapshot(), refused };
}
