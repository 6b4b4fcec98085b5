/** EVW 紧急车辆提醒: a special vehicle on an emergency run comes. T/CSAE 53-2020; thresholds are ours. */
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { isSameWay, relate } from './mover.js';
import type { Application } from './warning.js';

const REACH_METRES = 300;

export const emergencyVehicle: Application = (own, { vehicles }) => {
  for (const other of vehicles) {
    if (!isOnRun(other.bsm)) continue;
    const relation = relate(own, other);
    const metres = Math.hypot(relation.aheadMetres, relation.rightMetres);
    // One that is ahead on the same way drives off: everybody else may come near.
    const drivesOff = relation.aheadMetres > 0 && isSameWay(relation) && relation.closingMetresPerSecond <= 0;
    if (metres < REACH_METRES && !drivesOff) return { text: 'emergency vehicle: make way' };
  }
  return undefined;
};

function isOnRun({ emergencyExt }: BasicSafetyMessage): boolean {
  const { responseType, sirenUse, lightsUse } = emergencyExt ?? {};
  return responseType === 'emergency' || responseType === 'pursuit' || sirenUse === 'inUse' || lightsUse === 'inUse';
}
