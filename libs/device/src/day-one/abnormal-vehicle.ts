/** AVW 异常车辆提醒: one ahead is broken down or shows hazard lights. T/CSAE 53-2020; thresholds are ours. */
import { hasEvent } from './events.js';
import { isBeside, isInOwnLane, isSameWay, relate } from './mover.js';
import type { Application } from './warning.js';

const WARN_SECONDS = 10;

export const abnormalVehicle: Application = (own, { vehicles }) => {
  for (const other of vehicles) {
    const relation = relate(own, other);
    const isOnWay = isInOwnLane(relation) || isBeside(relation, 'left') || isBeside(relation, 'right');
    if (relation.aheadMetres <= 0 || !isSameWay(relation) || !isOnWay || relation.closingMetresPerSecond <= 0) continue;
    const inSeconds = relation.gapMetres / relation.closingMetresPerSecond;
    const isAbnormal = hasEvent(other.bsm, 'hazardLights', 'disabledVehicle', 'flatTire', 'airBagDeployment');
    if (isAbnormal && inSeconds < WARN_SECONDS) return { text: 'a car in trouble ahead', inSeconds };
  }
  return undefined;
};
