/** FCW 前向碰撞预警: a car ahead in the own lane comes too near. T/CSAE 53-2020; the threshold is ours. */
import { isAheadInLane, relate, secondsToContact } from './mover.js';
import type { Application } from './warning.js';

const WARN_SECONDS = 2.7;

export const forwardCollision: Application = (own, { vehicles }) => {
  const inSeconds = Math.min(
    ...vehicles
      .filter((other) => isAheadInLane(relate(own, other)))
      .filter((other) => relate(own, other).closingMetresPerSecond > 0)
      .map((other) => secondsToContact(own, other)),
  );
  return inSeconds < WARN_SECONDS ? { text: 'collision ahead: brake', inSeconds } : undefined;
};
