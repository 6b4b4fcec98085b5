/** DNPW 逆向超车预警: overtaking into the lane of one who comes towards us. T/CSAE 53-2020; thresholds are ours. */
import { isAheadInLane, isBeside, isOncoming, relate } from './mover.js';
import type { Application } from './warning.js';

/** To pass and come back takes so long. */
const PASSING_SECONDS = 10;
const SLOWER_WITHIN_METRES = 60;

export const doNotPass: Application = (own, { vehicles }) => {
  if (!own.isTurningLeft) return undefined;
  const relations = vehicles.map((other) => relate(own, other));
  const isBehindSomebody = relations.some((other) => isAheadInLane(other) && other.gapMetres < SLOWER_WITHIN_METRES);
  if (!isBehindSomebody) return undefined;
  const inSeconds = Math.min(
    ...relations
      .filter((other) => isOncoming(other) && isBeside(other, 'left') && other.aheadMetres > 0)
      .map(({ gapMetres, closingMetresPerSecond }) => gapMetres / closingMetresPerSecond),
  );
  return inSeconds < PASSING_SECONDS ? { text: 'oncoming car: do not pass', inSeconds } : undefined;
};
