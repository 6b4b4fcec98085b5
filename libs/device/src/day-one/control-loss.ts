/** CLW 车辆失控预警: one near us has lost control. T/CSAE 53-2020; thresholds are ours. */
import { hasEvent } from './events.js';
import { isBeside, isInOwnLane, isOncoming, relate } from './mover.js';
import type { Application } from './warning.js';

const REACH_METRES = 150;

export const controlLoss: Application = (own, { vehicles }) => {
  const isNear = vehicles.some((other) => {
    if (!hasEvent(other.bsm, 'absActivated', 'tractionControlLoss', 'stabilityControlActivated')) return false;
    const relation = relate(own, other);
    if (relation.aheadMetres <= 0 || relation.gapMetres > REACH_METRES) return false;
    // It may come across: the lanes beside count, and the oncoming one.
    return isInOwnLane(relation) || isBeside(relation, 'right') || isBeside(relation, 'left') || isOncoming(relation);
  });
  return isNear ? { text: 'a car out of control ahead' } : undefined;
};
