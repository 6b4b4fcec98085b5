/** RLVW 闯红灯预警: going on like this, the line is crossed at red. T/CSAE 53-2020; thresholds are ours. */
import { lightIn, placeOnMap, signalOf } from './on-map.js';
import type { Application } from './warning.js';

/** A comfortable stop; when less is enough there is nothing to say yet. */
const COMFORTABLE = 2.5;
const REACH_METRES = 150;
const STANDING = 1;

export const redLight: Application = (own, heard) => {
  const place = placeOnMap(own, heard.maps);
  if (place === undefined || place.toStopLineMetres > REACH_METRES) return undefined;
  const signal = signalOf(own, place, heard);
  const speed = own.speedMetresPerSecond;
  if (signal === undefined || speed < STANDING) return undefined;
  const toFront = Math.max(0, place.toStopLineMetres - own.lengthMetres / 2);
  const inSeconds = toFront / speed;
  if (lightIn(signal, inSeconds) !== 'red') return undefined;
  const needed = toFront === 0 ? Infinity : (speed * speed) / (2 * toFront);
  // One who brakes already as hard as it takes needs no warning.
  return needed > COMFORTABLE && -own.acceleration < needed * 0.9 ? { text: 'red light: stop', inSeconds } : undefined;
};
