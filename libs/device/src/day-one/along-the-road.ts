/** Whether events and signs of roadside units concern the own car: where it drives, and what is ahead of it. Pure. */
import { angleBetweenDegrees } from '#detection/geo.js';
import type { MapData } from '#uper/messages/map.js';
import type { RoadSideInformation, RTEData, RTSData } from '#uper/messages/rsi.js';
import { onOwnPlane, relate, type OwnState } from './mover.js';
import { pointOf } from './offsets.js';
import { alongPath, isSameNode, placeOnMap } from './on-map.js';

/** `metres` ahead is where it begins; 0 is within it. */
export interface Concern {
  readonly metres: number;
}

const SAME_WAY_DEGREES = 45;
/** What is aside of the straight ahead by more than this is beside the road. */
const ASIDE_METRES = 10;

/** The nearest part of an event or a sign that lies ahead within `reachMetres` on the own way; undefined when none does. */
export function concernOf(
  own: OwnState,
  { refPos }: RoadSideInformation,
  item: RTEData | RTSData,
  maps: readonly MapData[],
  reachMetres: number,
): Concern | undefined {
  const found = [
    ...(item.referencePaths ?? []).map(({ activePath, pathRadius }) => {
      const points = activePath.map((offset) => {
        const { lat, long } = pointOf(refPos, offset);
        return onOwnPlane(own, lat, long);
      });
      const along = alongPath(own, points);
      const start = points[0];
      if (along === undefined || start === undefined) return undefined;
      if (angleBetweenDegrees(along.headingDegrees, own.headingDegrees) > SAME_WAY_DEGREES) return undefined;
      if (along.isWithin && along.asideMetres <= pathRadius / 10) return 0;
      return aheadOf(own, start, pathRadius / 10, 0);
    }),
    ...(item.referenceLinks ?? []).map(({ upstreamNodeId, downstreamNodeId, referenceLanes }) => {
      const place = placeOnMap(own, maps);
      if (place === undefined) return undefined;
      const isHere =
        isSameNode(place.node.id, downstreamNodeId) && isSameNode(place.link.upstreamNodeId, upstreamNodeId);
      return isHere && (referenceLanes === undefined || referenceLanes[place.lane.laneID] === true) ? 0 : undefined;
    }),
    ...areaOf(own, refPos, item),
  ].filter((metres) => metres !== undefined && metres <= reachMetres);
  return found.length === 0 ? undefined : { metres: Math.min(...(found as number[])) };
}

/** An event without a path is a circle. */
function areaOf(own: OwnState, refPos: RoadSideInformation['refPos'], item: RTEData | RTSData): (number | undefined)[] {
  if (!('eventPos' in item) || item.eventPos === undefined || item.referencePaths !== undefined) return [];
  const { lat, long } = pointOf(refPos, item.eventPos);
  const radius = (item.eventRadius ?? 0) / 10;
  return [aheadOf(own, onOwnPlane(own, lat, long), Math.max(radius, ASIDE_METRES), radius)];
}

/** Metres ahead to a circle about a point; undefined when it lies behind or too far aside. */
function aheadOf(
  own: OwnState,
  point: { eastMetres: number; northMetres: number },
  asideMetres: number,
  radiusMetres: number,
): number | undefined {
  if (radiusMetres > 0 && Math.hypot(point.eastMetres, point.northMetres) <= radiusMetres) return 0;
  const { aheadMetres, rightMetres } = relate(own, { ...own, ...point });
  if (aheadMetres < 0 || Math.abs(rightMetres) > asideMetres) return undefined;
  return Math.max(0, aheadMetres - radiusMetres);
}

/** The text of an event or a sign, where it is plain ASCII. */
export function textOf({ description }: RTEData | RTSData): string | undefined {
  return description?.kind === 'textString' ? description.value : undefined;
}
