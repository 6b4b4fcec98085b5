/**
 * How often one source may come, kept in memory alone: an allowance that grows back evenly (generic cell rate algorithm,
 * ITU-T I.371). A source is any text; it is written nowhere, and a restart forgets it.
 */
export interface Rate {
  /** So many at once … */
  readonly atOnce: number;
  /** … and so many a minute over time. */
  readonly aMinute: number;
}

/** Sources that are remembered; the one that came least recently is forgotten first, and begins anew with a full allowance. */
const MOST_SOURCES = 100_000;

export class Pace {
  /** When the allowance of a source is whole again, Unix milliseconds; who came last stands last. */
  private readonly whole = new Map<string, number>();

  constructor(
    private readonly rate: Rate,
    private readonly nowMillis: () => number,
    private readonly mostSources = MOST_SOURCES,
  ) {}

  /** Milliseconds until this source may come again; 0 when it may now, and then one use is taken. A refusal takes none. */
  wait(source: string): number {
    const now = this.nowMillis();
    const useMillis = 60_000 / this.rate.aMinute;
    const fullMillis = this.rate.atOnce * useMillis;
    const whole = this.whole.get(source) ?? now;
    // Further ahead it never is, unless the clock was set back: nobody waits for that.
    const after = (whole > now + fullMillis ? now : Math.max(whole, now)) + useMillis;
    const wait = after - now - fullMillis;
    if (wait > 0) return wait;
    this.whole.delete(source);
    this.whole.set(source, after);
    const [oldest] = this.whole.keys();
    if (this.whole.size > this.mostSources && oldest !== undefined) this.whole.delete(oldest);
    return 0;
  }
}

/** What Retry-After says: whole seconds, at least one. */
export const retryAfterSeconds = (waitMillis: number): number => Math.max(1, Math.ceil(waitMillis / 1000));

const IPV6_GROUPS = 8;
/** Of an IPv6 address: its network of 64 bits, within which one host has as many addresses as it likes. */
const NETWORK_GROUPS = 4;

/** The source behind the address of a connection: an IPv4 address, or the network of an IPv6 one. */
export function sourceOf(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [front = [], back] = plain.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = IPV6_GROUPS - front.length - (back?.length ?? 0);
  const groups = back === undefined ? front : [...front, ...Array<string>(Math.max(0, zeros)).fill('0'), ...back];
  return groups.slice(0, NETWORK_GROUPS).join(':');
}
