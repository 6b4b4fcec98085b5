/** LTA 左转辅助: turning left across one who comes towards us. T/CSAE 53-2020; thresholds are ours. */
import { isOncoming, relate } from './mover.js';
import type { Application } from './warning.js';

const WARN_SECONDS = 5;
/** Three lanes to the left of ours: those the turn goes across. */
const ACROSS_METRES = 14;
const STANDING = 0.5;

export const leftTurn: Application = (own, { vehicles, participants }) => {
  if (!own.isTurningLeft) return undefined;
  const motors = participants.filter(({ kind }) => kind === 'motor');
  const seconds = [...vehicles, ...motors].flatMap((other) => {
    const relation = relate(own, other);
    const isAcross = relation.rightMetres < 0 && relation.rightMetres > -ACROSS_METRES;
    if (!isOncoming(relation) || !isAcross || relation.aheadMetres <= 0) return [];
    return other.speedMetresPerSecond < STANDING ? [] : [relation.gapMetres / relation.closingMetresPerSecond];
  });
  const inSeconds = Math.min(...seconds);
  return inSeconds < WARN_SECONDS ? { text: 'oncoming car: do not turn yet', inSeconds } : undefined;
};
