// Counts of right and wrong flags, and what is usually made of them.

export interface Counts {
  /** Flagged lies, flagged honest ones, lies not flagged, honest ones not flagged. */
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

export interface Score extends Counts {
  /** NaN where nothing was flagged or nothing was there to be flagged; JSON has null for it. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly falsePositiveRate: number;
}

export function scoreOf(counts: Counts): Score {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts;
  return {
    ...counts,
    precision: truePositives / (truePositives + falsePositives),
    recall: truePositives / (truePositives + falseNegatives),
    f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
    falsePositiveRate: falsePositives / (falsePositives + trueNegatives),
  };
}

/** Counts single judgements. */
export class Tally implements Counts {
  truePositives = 0;
  falsePositives = 0;
  falseNegatives = 0;
  trueNegatives = 0;

  add(isLie: boolean, isFlagged: boolean): void {
    if (isLie && isFlagged) this.truePositives++;
    else if (isLie) this.falseNegatives++;
    else if (isFlagged) this.falsePositives++;
    else this.trueNegatives++;
  }

  addAll({ truePositives, falsePositives, falseNegatives, trueNegatives }: Counts): void {
    this.truePositives += truePositives;
    this.falsePositives += falsePositives;
    this.falseNegatives += falseNegatives;
    this.trueNegatives += trueNegatives;
  }
}
