/** BSW/LCW 盲区预警/变道预警: a car where we are about to change to. T/CSAE 53-2020; thresholds are ours. */
import { isBeside, isSameWay, relate } from './mover.js';
import type { Application } from './warning.js';

const WARN_SECONDS = 3;
/** Beside, or behind so near that the mirror does not show it. */
const BLIND_METRES = 8;

export const blindSpot: Application = (own, { vehicles }) => {
  const side = own.isTurningLeft ? 'left' : own.isTurningRight ? 'right' : undefined;
  if (side === undefined) return undefined;
  for (const other of vehicles) {
    const relation = relate(own, other);
    if (!isSameWay(relation) || !isBeside(relation, side)) continue;
    if (Math.abs(relation.aheadMetres) < BLIND_METRES) return { text: `a car on the ${side}: stay`, inSeconds: 0 };
    const inSeconds = relation.gapMetres / relation.closingMetresPerSecond;
    if (relation.aheadMetres < 0 && inSeconds > 0 && inSeconds < WARN_SECONDS) {
      return { text: `a fast car on the ${side}: stay`, inSeconds };
    }
  }
  return undefined;
};
