/** Where the own car is on the roads that MAP messages describe, and what the signal there shows. Pure. */
import { angleBetweenDegrees, bearingDegrees } from '#detection/geo.js';
import type { Lane, Link, MapData, Node } from '#uper/messages/map.js';
import type { NodeReferenceID } from '#uper/messages/node.js';
import type { LightState } from '#uper/messages/spat.js';
import type { Heard } from './heard.js';
import { onOwnPlane, type Mover, type OwnState } from './mover.js';
import { pointOf } from './offsets.js';

type Place = Pick<Mover, 'eastMetres' | 'northMetres'>;

export interface OnMap {
  readonly node: Node;
  readonly link: Link;
  readonly lane: Lane;
  /** Along the lane to where its points end: the stop line. */
  readonly toStopLineMetres: number;
}

const LANE_WIDTH_CENTIMETRES = 350;
const MOST_TURNED_DEGREES = 45;

/** The lane the own car is on, the nearest where several fit; undefined off the map and within a junction. */
export function placeOnMap(own: OwnState, maps: readonly MapData[]): OnMap | undefined {
  let best: (OnMap & { readonly asideMetres: number }) | undefined;
  for (const node of maps.flatMap(({ nodes }) => nodes)) {
    for (const link of node.inLinks ?? []) {
      for (const lane of link.lanes) {
        const points = (lane.points ?? []).map(({ posOffset }) => {
          const { lat, long } = pointOf(node.refPos, posOffset);
          return onOwnPlane(own, lat, long);
        });
        const along = alongPath(own, points);
        const halfWidth = (lane.laneWidth ?? LANE_WIDTH_CENTIMETRES) / 200;
        if (along === undefined || along.asideMetres > halfWidth || !along.isWithin) continue;
        if (angleBetweenDegrees(along.headingDegrees, own.headingDegrees) > MOST_TURNED_DEGREES) continue;
        if (best !== undefined && best.asideMetres <= along.asideMetres) continue;
        best = { node, link, lane, toStopLineMetres: along.leftMetres, asideMetres: along.asideMetres };
      }
    }
  }
  return best;
}

export interface Along {
  readonly asideMetres: number;
  /** From the foot on the path to its end. */
  readonly leftMetres: number;
  /** Of the path at the foot. */
  readonly headingDegrees: number;
  /** Neither before the first point nor behind the last. */
  readonly isWithin: boolean;
  /** From here to the first point, straight. */
  readonly toStartMetres: number;
}

/** The foot of a point on a path of two points or more; undefined for less. */
export function alongPath(place: Place, points: readonly Place[]): Along | undefined {
  let best: Along | undefined;
  let leftMetres = 0;
  for (let n = points.length - 1; n > 0; n--) {
    const [from, to, start] = [points[n - 1], points[n], points[0]];
    if (from === undefined || to === undefined || start === undefined) return undefined;
    const way = minus(to, from);
    const length = Math.hypot(way.eastMetres, way.northMetres);
    if (length === 0) continue;
    const offset = minus(place, from);
    const along = (offset.eastMetres * way.eastMetres + offset.northMetres * way.northMetres) / length;
    const foot = Math.max(0, Math.min(length, along));
    const share = foot / length;
    const asideMetres = Math.hypot(
      offset.eastMetres - way.eastMetres * share,
      offset.northMetres - way.northMetres * share,
    );
    if (best === undefined || asideMetres < best.asideMetres) {
      best = {
        asideMetres,
        leftMetres: leftMetres + length - foot,
        headingDegrees: bearingDegrees(way),
        isWithin: (n > 1 || along >= 0) && (n < points.length - 1 || along <= length),
        toStartMetres: Math.hypot(place.eastMetres - start.eastMetres, place.northMetres - start.northMetres),
      };
    }
    leftMetres += length;
  }
  return best;
}

const minus = (a: Place, b: Place): Place => ({
  eastMetres: a.eastMetres - b.eastMetres,
  northMetres: a.northMetres - b.northMetres,
});

export const isSameNode = (a: NodeReferenceID, b: NodeReferenceID): boolean =>
  a.id === b.id && (a.region ?? 0) === (b.region ?? 0);

/** What the signal of the own lane shows now and next. Seconds from now. */
export interface Signal {
  readonly light: LightState;
  readonly endsInSeconds: number;
  /** Undefined when the message tells no further state. */
  readonly next:
    { readonly light: LightState; readonly startsInSeconds: number; readonly endsInSeconds: number } | undefined;
}

const STRAIGHT = 0;
const LEFT = 1;
const RIGHT = 2;

/** The signal of the movement the own car is about to make: left or right when it says so, else straight on. */
export function signalOf(own: OwnState, { node, lane }: OnMap, { signals }: Heard): Signal | undefined {
  const wanted = own.isTurningLeft ? LEFT : own.isTurningRight ? RIGHT : STRAIGHT;
  const connections = lane.connectsTo ?? [];
  const connection =
    connections.find(({ connectingLane }) => connectingLane?.maneuver?.[wanted] === true) ??
    (connections.length === 1 ? connections[0] : undefined);
  if (connection?.phaseId === undefined) return undefined;
  const { phaseId } = connection;
  for (const { message, ageSeconds } of signals) {
    const intersection = message.intersections.find(({ intersectionId }) => isSameNode(intersectionId, node.id));
    const phase = intersection?.phases.find(({ id }) => id === phaseId);
    const states = (phase?.phaseStates ?? []).flatMap(({ light, timing }) =>
      timing?.kind === 'counting'
        ? [
            {
              light,
              startsInSeconds: timing.value.startTime / 10 - ageSeconds,
              endsInSeconds: timing.value.likelyEndTime / 10 - ageSeconds,
            },
          ]
        : [],
    );
    const ordered = states.sort((a, b) => a.startsInSeconds - b.startsInSeconds);
    const [now, next] = ordered.filter(({ endsInSeconds }) => endsInSeconds > 0);
    if (now !== undefined && now.startsInSeconds <= 0) {
      return { light: now.light, endsInSeconds: now.endsInSeconds, next };
    }
  }
  return undefined;
}

/** What it will show in so many seconds, as far as the message tells. */
export function lightIn({ light, endsInSeconds, next }: Signal, seconds: number): LightState | undefined {
  if (seconds < endsInSeconds) return light;
  return next !== undefined && seconds >= next.startsInSeconds && seconds < next.endsInSeconds ? next.light : undefined;
}
