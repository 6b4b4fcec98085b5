/** VRUCW 弱势交通参与者碰撞预警: somebody on foot or on a cycle will be where we will be. T/CSAE 53-2020; thresholds are ours. */
import { secondsToOverlap } from './mover.js';
import type { Application } from './warning.js';

const HORIZON_SECONDS = 4;
const MARGIN_METRES = 1;
/** BasicVehicleClass of people, cycles and road workers. */
const isPerson = (classification: number): boolean => classification >= 80 && classification <= 86;

export const vulnerableRoadUser: Application = (own, { participants, vehicles }) => {
  const people = [
    ...participants.filter(({ kind }) => kind === 'pedestrian' || kind === 'non-motor'),
    ...vehicles.filter(({ bsm }) => isPerson(bsm.vehicleClass.classification)),
  ];
  if (own.speedMetresPerSecond === 0) return undefined;
  const inSeconds = Math.min(...people.map((one) => secondsToOverlap(own, one, HORIZON_SECONDS, MARGIN_METRES)));
  return inSeconds < Infinity ? { text: 'somebody on the road: brake', inSeconds } : undefined;
};
