/** SLW 限速预警: faster than the lane or the sign allows. T/CSAE 53-2020; what a limit sign says is the text of its RTS, in km/h. */
import type { SpeedLimitList } from '#uper/messages/map.js';
import type { Infer } from '#uper/codec.js';
import { concernOf, textOf } from './along-the-road.js';
import type { Heard } from './heard.js';
import type { OwnState } from './mover.js';
import { placeOnMap } from './on-map.js';
import type { Application } from './warning.js';

const LIMIT_SIGN = 85;
const TOLERANCE = 0.5;

export const speedLimit: Application = (own, heard) => {
  const limit = limitFor(own, heard);
  if (limit === undefined || own.speedMetresPerSecond <= limit + TOLERANCE) return undefined;
  return { text: `the limit is ${(limit * 3.6).toFixed(0)} km/h` };
};

/** Metres per second: the lowest of the lane's (else the link's) and of signs; undefined where none is known. */
export function limitFor(own: OwnState, { maps, information }: Heard): number | undefined {
  const place = placeOnMap(own, maps);
  const mapped = greatest(place?.lane.speedLimits) ?? greatest(place?.link.speedLimits);
  const signs = information.flatMap((message) =>
    (message.rtss ?? [])
      .filter((sign) => sign.signType === LIMIT_SIGN && concernOf(own, message, sign, maps, 0) !== undefined)
      .flatMap((sign) => kilometresAnHour(textOf(sign))),
  );
  const limits = [...signs, ...(mapped === undefined ? [] : [mapped])];
  return limits.length === 0 ? undefined : Math.min(...limits);
}

const greatest = (limits: Infer<typeof SpeedLimitList> | undefined): number | undefined => {
  const limit = limits?.find(({ type }) => type === 'vehicleMaxSpeed');
  return limit && limit.speed * 0.02;
};

const kilometresAnHour = (text: string | undefined): number[] =>
  text !== undefined && /^\d{1,3}$/.test(text) ? [Number(text) / 3.6] : [];
