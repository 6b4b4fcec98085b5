// Senders that are suddenly there, several at once and close together, as ghosts are. Corners of houses and changes of
// pseudonym do the same to honest cars, so this is a hint and never a proof.

export interface Appearance {
  readonly timeSeconds: number;
  readonly eastMetres: number;
  readonly northMetres: number;
}

const TOGETHER_SECONDS = 1.2;
const TOGETHER_METRES = 60;
/** So many at once are usual. */
const USUAL = 2;
/** The word of this check ends here: a factor of 0.6. */
const MOST = 3;

/** How many more than usual appeared with this one, 0 … 3, read as standard deviations. `earlier` may include others far off. */
export function appearanceExcess(now: Appearance, earlier: readonly Appearance[]): number {
  const together = earlier.filter(
    ({ timeSeconds, eastMetres, northMetres }) =>
      Math.abs(now.timeSeconds - timeSeconds) < TOGETHER_SECONDS &&
      Math.hypot(now.eastMetres - eastMetres, now.northMetres - northMetres) < TOGETHER_METRES,
  ).length;
  return Math.min(MOST, Math.max(0, together + 1 - USUAL));
}
