/** GLOSA 绿波车速引导: the speed at which the line is reached at green. T/CSAE 53-2020; thresholds are ours. */
import { placeOnMap, signalOf, type Signal } from './on-map.js';
import { limitFor } from './speed-limit.js';
import type { Application } from './warning.js';

const REACH_METRES = 300;
/** Slower than this nobody should be advised to drive. */
const SLOWEST = 5.5;
const LIMIT = 16.7;
const isGreen = (light: Signal['light']): boolean => light === 'permissive-green' || light === 'protected-green';

/** Says nothing when no speed within the limit meets a green, and when nothing is to be changed. */
export const greenSpeed: Application = (own, heard) => {
  const place = placeOnMap(own, heard.maps);
  const metres = place?.toStopLineMetres ?? 0;
  if (place === undefined || metres < 20 || metres > REACH_METRES) return undefined;
  const signal = signalOf(own, place, heard);
  if (signal === undefined) return undefined;
  const fastest = limitFor(own, heard) ?? LIMIT;
  const window = greenWindow(signal);
  if (window === undefined) return undefined;
  const from = Math.max(SLOWEST, window.until === Infinity ? 0 : metres / window.until);
  const to = Math.min(fastest, window.from === 0 ? Infinity : metres / window.from);
  if (from > to) return undefined;
  const speed = own.speedMetresPerSecond;
  if (speed >= from && speed <= to) return undefined;
  const advised = speed < from ? from : to;
  return { text: `drive ${(advised * 3.6).toFixed(0)} km/h for green`, inSeconds: metres / advised };
};

function greenWindow({ light, endsInSeconds, next }: Signal): { from: number; until: number } | undefined {
  if (isGreen(light)) return { from: 0, until: endsInSeconds };
  if (next === undefined || !isGreen(next.light)) return undefined;
  return { from: next.startsInSeconds, until: next.endsInSeconds };
}
