/** EBW 紧急制动预警: one ahead brakes hard, seen or hidden behind others. T/CSAE 53-2020; thresholds are ours. */
import { hasEvent } from './events.js';
import { isInOwnLane, isSameWay, relate } from './mover.js';
import type { Application } from './warning.js';

const REACH_METRES = 150;
const STANDING = 1;

export const emergencyBrake: Application = (own, { vehicles }) => {
  if (own.speedMetresPerSecond < STANDING) return undefined;
  const isNear = vehicles.some((other) => {
    const relation = relate(own, other);
    const isAhead = relation.aheadMetres > 0 && relation.gapMetres < REACH_METRES;
    return isAhead && isSameWay(relation) && isInOwnLane(relation) && hasEvent(other.bsm, 'hardBraking');
  });
  return isNear ? { text: 'hard braking ahead' } : undefined;
};
