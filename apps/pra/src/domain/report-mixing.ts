/** When reports go to the MA: together with others, so that it does not hear when each was sent. */

export interface Mixing {
  /** So many that wait go at once. */
  readonly mixReports: number;
  /** Else all that came within a stretch of so many seconds go at its end. 0: each goes at once. */
  readonly mixSeconds: number;
}

/** Unix milliseconds: the end of the stretch a report came in; stretches are the same for all. */
export function mixedUntilMillis(nowMillis: number, { mixSeconds }: Mixing): number {
  const stretch = mixSeconds * 1000;
  return stretch === 0 ? nowMillis : (Math.floor(nowMillis / stretch) + 1) * stretch;
}
