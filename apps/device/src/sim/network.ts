/**
 * The road of the scenarios: an avenue from west to east over two junctions with signals, each with a street across. Right-hand
 * traffic, two lanes each way, numbered from the left. Metres east and north of the first junction, which is the site.
 */
import type { PlanePoint } from '../road/radio.js';

export interface Pose extends PlanePoint {
  readonly headingDegrees: number;
  /** 1/radius, positive to the right. */
  readonly curvature: number;
}

export type NodeName = 'west' | 'A' | 'B' | 'east' | 'north-A' | 'south-A' | 'north-B' | 'south-B';
export type JunctionName = 'A' | 'B';
export type LaneNumber = 1 | 2;

const at = (eastMetres: number, northMetres: number): PlanePoint => ({ eastMetres, northMetres });

/** Numbers behind those for tests (0 to 255), region 11. */
export const NODES: Readonly<Record<NodeName, PlanePoint & { readonly id: number }>> = {
  west: { id: 1001, ...at(-500, 0) },
  A: { id: 1002, ...at(0, 0) },
  B: { id: 1003, ...at(600, 0) },
  east: { id: 1004, ...at(1100, 0) },
  'north-A': { id: 1005, ...at(0, 500) },
  'south-A': { id: 1006, ...at(0, -500) },
  'north-B': { id: 1007, ...at(600, 500) },
  'south-B': { id: 1008, ...at(600, -500) },
};
export const REGION = 11;

/** Neighbours clockwise from the west. */
export const JUNCTIONS: Readonly<Record<JunctionName, readonly [NodeName, NodeName, NodeName, NodeName]>> = {
  A: ['west', 'north-A', 'B', 'south-A'],
  B: ['A', 'north-B', 'east', 'south-B'],
};

export const LANE_METRES = 3.5;
/** From the middle of a junction to its stop lines. */
export const JUNCTION_METRES = 15;
const LANES: readonly LaneNumber[] = [1, 2];
export { LANES };

const isJunction = (name: NodeName): name is JunctionName => name === 'A' || name === 'B';

/** The middle of a lane from one node to the next: from the far side of the one to the stop line of the other. */
export function lanePoints(from: NodeName, to: NodeName, lane: LaneNumber): readonly [PlanePoint, PlanePoint] {
  const [a, b] = [NODES[from], NODES[to]];
  const length = Math.hypot(b.eastMetres - a.eastMetres, b.northMetres - a.northMetres);
  const [east, north] = [(b.eastMetres - a.eastMetres) / length, (b.northMetres - a.northMetres) / length];
  const aside = LANE_METRES * (lane - 0.5);
  const point = (metres: number): PlanePoint => ({
    eastMetres: a.eastMetres + east * metres + north * aside,
    northMetres: a.northMetres + north * metres - east * aside,
  });
  const start = isJunction(from) ? JUNCTION_METRES : 0;
  return [point(start), point(length - (isJunction(to) ? JUNCTION_METRES : 0))];
}

export interface StopLine {
  readonly metres: number;
  readonly junction: JunctionName;
  readonly from: NodeName;
}

export interface Route {
  readonly lengthMetres: number;
  readonly stopLines: readonly StopLine[];
  /** Where one is after so many metres; before the first and behind the last it goes straight on. */
  at(metres: number): Pose;
}

/** Over the nodes in their order; a turn leads from the lane to the same lane of the next road. */
export function routeOver(nodes: readonly NodeName[], lane: LaneNumber): Route {
  const points: PlanePoint[] = [];
  const stopLines: StopLine[] = [];
  let metres = 0;
  const add = (point: PlanePoint): void => {
    const last = points.at(-1);
    if (last !== undefined) metres += distance(last, point);
    points.push(point);
  };
  for (let n = 1; n < nodes.length; n++) {
    const [from, to] = [nodes[n - 1], nodes[n]];
    if (from === undefined || to === undefined) throw new RangeError('nodes: too few');
    const [start, end] = lanePoints(from, to, lane);
    const last = points.at(-1);
    const before = points.at(-2);
    if (last !== undefined && before !== undefined) turn(before, last, start, end).forEach(add);
    add(start);
    add(end);
    if (isJunction(to)) stopLines.push({ metres, junction: to, from });
  }
  return { lengthMetres: metres, stopLines, at: (where) => poseAt(points, where) };
}

const TURN_POINTS = 16;

/** A quadratic curve between two straights, with their crossing as its control point; none when they are one straight. */
function turn(before: PlanePoint, from: PlanePoint, to: PlanePoint, end: PlanePoint): PlanePoint[] {
  const isNorthward = Math.abs(from.eastMetres - before.eastMetres) < 1e-6;
  const goesNorthward = Math.abs(end.eastMetres - to.eastMetres) < 1e-6;
  if (isNorthward === goesNorthward) return [];
  const corner = isNorthward ? at(from.eastMetres, to.northMetres) : at(to.eastMetres, from.northMetres);
  return Array.from({ length: TURN_POINTS - 1 }, (_, n) => {
    const t = (n + 1) / TURN_POINTS;
    const mix = (a: number, b: number, c: number): number => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c;
    return at(
      mix(from.eastMetres, corner.eastMetres, to.eastMetres),
      mix(from.northMetres, corner.northMetres, to.northMetres),
    );
  });
}

const distance = (a: PlanePoint, b: PlanePoint): number =>
  Math.hypot(b.eastMetres - a.eastMetres, b.northMetres - a.northMetres);

/** Headings are taken over so many metres, which rounds the corners of the line. */
const AXLES_METRES = 3;

function poseAt(points: readonly PlanePoint[], metres: number): Pose {
  const [behind, here, ahead] = [metres - AXLES_METRES, metres, metres + AXLES_METRES].map((where) =>
    pointAlong(points, where),
  ) as [PlanePoint, PlanePoint, PlanePoint];
  const [first, second] = [bearing(behind, here), bearing(here, ahead)];
  const turned = ((second - first + 540) % 360) - 180;
  return {
    ...here,
    headingDegrees: (first + turned / 2 + 360) % 360,
    curvature: ((turned / AXLES_METRES) * Math.PI) / 180,
  };
}

function pointAlong(points: readonly PlanePoint[], metres: number): PlanePoint {
  let left = metres;
  for (let n = 1; n < points.length; n++) {
    const [from, to] = [points[n - 1] as PlanePoint, points[n] as PlanePoint];
    const length = distance(from, to);
    if (left <= length || n === points.length - 1) {
      const share = length === 0 ? 0 : left / length;
      return at(
        from.eastMetres + (to.eastMetres - from.eastMetres) * share,
        from.northMetres + (to.northMetres - from.northMetres) * share,
      );
    }
    left -= length;
  }
  throw new RangeError('a route needs two points');
}

const bearing = (from: PlanePoint, to: PlanePoint): number =>
  ((Math.atan2(to.eastMetres - from.eastMetres, to.northMetres - from.northMetres) * 180) / Math.PI + 360) % 360;
