/** ICW 交叉路口碰撞预警: one who comes from the side will be where we will be. T/CSAE 53-2020; thresholds are ours. */
import { isCrossing, relate, secondsToOverlap } from './mover.js';
import type { Application } from './warning.js';

const HORIZON_SECONDS = 4;
const MARGIN_METRES = 1;
const STANDING = 0.5;

export const intersectionCollision: Application = (own, { vehicles, participants }) => {
  const motors = participants.filter(({ kind }) => kind === 'motor');
  const inSeconds = Math.min(
    ...[...vehicles, ...motors]
      .filter((other) => isCrossing(relate(own, other)) && other.speedMetresPerSecond > STANDING)
      .map((other) => secondsToOverlap(own, other, HORIZON_SECONDS, MARGIN_METRES)),
  );
  return inSeconds < Infinity ? { text: 'a car crosses: brake', inSeconds } : undefined;
};
