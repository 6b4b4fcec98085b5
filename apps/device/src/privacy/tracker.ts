/**
 * A tracker with all listening posts in one hand: it never forgets a name, and takes a new name for the car that should be at
 * that place now, by its last place and speed. Out of hearing it guesses so only once it has heard a name change.
 */
import type { Heard } from './drives.js';

interface Track {
  readonly id: number;
  seenSecond: number;
  metres: number;
  speed: number;
}

/** Standard deviations of a prediction: at once, and what each second out of hearing adds. */
const SIGMA_METRES = 1.5;
const SIGMA_A_SECOND = 0.8;
const GATE = 3;

export class Tracker {
  private readonly tracks: Track[] = [];
  private readonly byName = new Map<number, Track>();
  private hasHeardChange = false;

  constructor(private readonly roadMetres: number) {}

  /** Which track it takes each for, in their order. */
  follow(second: number, heard: readonly Omit<Heard, 'car'>[]): number[] {
    const taken = new Set<Track>();
    const found = heard.map(({ name }) => {
      const track = this.byName.get(name);
      if (track === undefined || taken.has(track)) return undefined;
      taken.add(track);
      return track;
    });
    // The best fits first, each track and each car once.
    const fits = heard
      .flatMap((one, n) => (found[n] === undefined ? this.fitsOf(one, n, second, taken) : []))
      .sort((a, b) => a.misfit - b.misfit);
    for (const { n, track } of fits) {
      if (found[n] !== undefined || taken.has(track)) continue;
      found[n] = track;
      taken.add(track);
      if (second - track.seenSecond <= 1) this.hasHeardChange = true;
    }
    return heard.map((one, n) => this.take(one, found[n], second).id);
  }

  private fitsOf(
    one: Omit<Heard, 'car'>,
    n: number,
    second: number,
    taken: ReadonlySet<Track>,
  ): { n: number; track: Track; misfit: number }[] {
    return this.tracks.flatMap((track) => {
      if (taken.has(track)) return [];
      const away = second - track.seenSecond;
      if (away > 1 && !this.hasHeardChange) return [];
      const misfit = this.apart(one.metres, track.metres + track.speed * away) / (SIGMA_METRES + SIGMA_A_SECOND * away);
      return misfit <= GATE ? [{ n, track, misfit }] : [];
    });
  }

  /** Along the ring, the shorter way. */
  private apart(a: number, b: number): number {
    const { roadMetres } = this;
    const distance = (((a - b) % roadMetres) + roadMetres) % roadMetres;
    return Math.min(distance, roadMetres - distance);
  }

  private take({ name, metres, speed }: Omit<Heard, 'car'>, known: Track | undefined, second: number): Track {
    const track = known ?? { id: this.tracks.length, seenSecond: second, metres, speed };
    if (known === undefined) this.tracks.push(track);
    Object.assign(track, { seenSecond: second, metres, speed });
    this.byName.set(name, track);
    return track;
  }
}
