// Where lanes are known, cars are on them.
import type { Motion } from '../motion.js';

/** What is known of the roads around. */
export interface LaneMap {
  /** Metres to the middle of the nearest known lane, at most `most`; undefined where nothing is known of the area. */
  distance(eastMetres: number, northMetres: number, most: number): number | undefined;
}

/** Shoulders, bays, drives and the lane's own half: so far off a lane's middle is usual. */
const USUAL_METRES = 8;

/** How far off all lanes a sender says it is, in standard deviations, ≥ 0; undefined where no lane is known. */
export function laneExcess(motion: Motion, lanes: LaneMap): number | undefined {
  const sigma = Math.max(1, motion.positionSigmaMetres);
  const distance = lanes.distance(motion.eastMetres, motion.northMetres, USUAL_METRES + 8 * sigma);
  return distance === undefined ? undefined : Math.max(0, distance - USUAL_METRES) / sigma;
}

const CELL_METRES = 25;
/** With a known lane within so many cells, the map is taken to know the area. */
const AREA_CELLS = 8;

/** A map of points along the middles of lanes, not more than about ten metres apart. */
export function laneMapOf(points: Iterable<readonly [eastMetres: number, northMetres: number]>): LaneMap {
  const cells = new Map<string, (readonly [number, number])[]>();
  const cellOf = (metres: number) => Math.floor(metres / CELL_METRES);
  const pointsIn = (column: number, row: number) => cells.get(`${String(column)},${String(row)}`) ?? [];
  for (const point of points) {
    const key = `${String(cellOf(point[0]))},${String(cellOf(point[1]))}`;
    cells.set(key, [...(cells.get(key) ?? []), point]);
  }
  return {
    distance(east, north, most) {
      const [column, row] = [cellOf(east), cellOf(north)];
      let best = most;
      for (let ring = 0; ring <= AREA_CELLS; ring++) {
        // Whatever lies in this ring or beyond is at least so far away.
        if ((ring - 1) * CELL_METRES > best) break;
        for (const [c, r] of ringAround(column, row, ring)) {
          for (const [pointEast, pointNorth] of pointsIn(c, r)) {
            best = Math.min(best, Math.hypot(pointEast - east, pointNorth - north));
          }
        }
      }
      return best < most ? best : hasAny(column, row) ? most : undefined;
    },
  };

  function hasAny(column: number, row: number): boolean {
    for (let ring = 0; ring <= AREA_CELLS; ring++) {
      for (const [c, r] of ringAround(column, row, ring)) if (pointsIn(c, r).length > 0) return true;
    }
    return false;
  }
}

function ringAround(column: number, row: number, ring: number): (readonly [number, number])[] {
  if (ring === 0) return [[column, row]];
  const cells: (readonly [number, number])[] = [];
  for (let step = -ring; step < ring; step++) {
    cells.push([column + step, row - ring], [column + ring, row + step]);
    cells.push([column - step, row + ring], [column - ring, row - step]);
  }
  return cells;
}
