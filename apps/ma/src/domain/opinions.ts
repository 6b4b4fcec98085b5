/**
 * What several reporters' evidence weighs together. Inspired by group-decision trust: opinions are weighed by reputation,
 * and in rounds they move toward the verified evidence, never toward the crowd: with liars in the majority the crowd is wrong.
 */

/** What the PRA tells of a reporter: `rsu` for roadside units, else how its word stood in closed cases. */
export type Bucket = 'low' | 'medium' | 'high' | 'rsu';

export interface Opinion {
  /** 0 … 1, how much of a misbehaviour this reporter's evidence shows. */
  readonly shown: number;
  readonly bucket: Bucket;
}

export interface Consensus {
  /** Weighted mean of the opinions after the last round. */
  readonly level: number;
  /** How much they agree, 0 … 1. */
  readonly cohesion: number;
  readonly rounds: number;
  /** So many equal voices would weigh as much: (Σw)² / Σw². */
  readonly effective: number;
  /** Standard deviation of the opinions as they came. */
  readonly dispersion: number;
}

const REPUTATION: Readonly<Record<Bucket, number>> = { low: 0.2, medium: 0.5, high: 0.8, rsu: 0.9 };
const RSU_WEIGHT = 1.5;
/** Of the total. Fewer than four voices cannot all stay below it: then nobody weighs more than an equal part. */
const LARGEST_SHARE = 0.25;
const TRIMMED_FROM = 10;
const TRIMMED_SHARE = 0.1;
const MOST_ROUNDS = 5;
const AGREED = 0.85;
const YIELDING = 0.6;

interface Weighed {
  readonly shown: number;
  readonly weight: number;
  readonly reputation: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The middle one of sorted values, or the mean of the two in the middle; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Whoever weighs more than the largest share is cut to it: so much of what the others weigh that it is that share. */
function capped(weights: readonly number[]): number[] {
  const share = Math.max(LARGEST_SHARE, 1 / weights.length);
  let cut = [...weights];
  for (let round = 0; round < weights.length; round++) {
    const most = share * sum(cut);
    if (cut.every((weight) => weight <= most + 1e-9)) break;
    cut = cut.map((weight) => Math.min(weight, most));
  }
  return cut;
}

/** A tenth at each end is left out where there are ten or more. */
function trimmed(opinions: readonly Opinion[]): Opinion[] {
  const sorted = [...opinions].sort((a, b) => a.shown - b.shown || REPUTATION[a.bucket] - REPUTATION[b.bucket]);
  const cut = sorted.length >= TRIMMED_FROM ? Math.floor(sorted.length * TRIMMED_SHARE) : 0;
  return sorted.slice(cut, sorted.length - cut);
}

const meanOf = (opinions: readonly Weighed[]): number =>
  sum(opinions.map(({ shown, weight }) => shown * weight)) / sum(opinions.map(({ weight }) => weight));

const distance = ({ shown }: Weighed, level: number): number => 1 - Math.abs(shown - level);

/** Opinions of different reporters, at least one. `evidence` is the subjective level, toward which they move. */
export function consensusOf(opinions: readonly Opinion[], evidence: number): Consensus {
  const kept = trimmed(opinions);
  const first = capped(kept.map(({ bucket }) => REPUTATION[bucket] ** 2 * (bucket === 'rsu' ? RSU_WEIGHT : 1)));
  let weighed = kept.map(({ shown, bucket }, n): Weighed => {
    return { shown, weight: first[n] as number, reputation: REPUTATION[bucket] };
  });
  const effective = sum(first) ** 2 / sum(first.map((weight) => weight ** 2));
  const mean = sum(kept.map(({ shown }) => shown)) / kept.length;
  const dispersion = Math.sqrt(sum(kept.map(({ shown }) => (shown - mean) ** 2)) / kept.length);
  for (let rounds = 1; ; rounds++) {
    const level = meanOf(weighed);
    const weights = sum(weighed.map(({ weight }) => weight));
    const cohesion = sum(weighed.map((one) => one.weight * distance(one, level))) / weights;
    if (cohesion >= AGREED || rounds === MOST_ROUNDS) return { level, cohesion, rounds, effective, dispersion };
    weighed = weighed.map((one) => {
      const yields = YIELDING * (1 - one.reputation);
      return {
        ...one,
        shown: one.shown + yields * (evidence - one.shown),
        weight: one.weight * Math.sqrt(distance(one, level)),
      };
    });
  }
}
