// Who hears whom: a range, and seeded loss that grows towards its edge.
import { createRoadRandom } from './road-random.js';

/** Metres on the road's own plane. */
export interface PlanePoint {
  readonly eastMetres: number;
  readonly northMetres: number;
}

export interface Radio {
  readonly rangeMetres: number;
  /** Who is within range of `sender`, loss left aside; indices into `points`, rising. */
  within(points: readonly PlanePoint[], sender: number): readonly number[];
  /** Who gets this one transmission; draws the loss anew at each call. */
  receivers(points: readonly PlanePoint[], sender: number): readonly number[];
}

/**
 * `lossShare` (0..1) is lost close by; from there the loss grows with the fourth power of the distance, by
 * `edgeLossShare` more at the edge. Without either, range alone decides.
 */
export function createRadio(options: {
  readonly seed: number;
  readonly rangeMetres: number;
  readonly lossShare?: number;
  readonly edgeLossShare?: number;
}): Radio {
  const { seed, rangeMetres, lossShare = 0, edgeLossShare = 0 } = options;
  const random = createRoadRandom(seed, 2);
  const within = (points: readonly PlanePoint[], sender: number) =>
    points.flatMap((_, other) => (other !== sender && distance(points, sender, other) <= rangeMetres ? [other] : []));
  return {
    rangeMetres,
    within,
    receivers(points, sender) {
      return within(points, sender).filter((other) => {
        const share = distance(points, sender, other) / rangeMetres;
        return random() >= lossShare + edgeLossShare * share ** 4;
      });
    },
  };
}

/**
 * The range at which a vehicle hears `wanted` others on average over the given moments; everybody, when there are not
 * more than that. Always a little more than a sampled distance, so that rounding decides nothing.
 */
export function rangeForNeighbours(moments: readonly (readonly PlanePoint[])[], wanted: number): number {
  const vehicles = moments[0]?.length ?? 0;
  const distances = moments.flatMap(pairDistances).sort((a, b) => a - b);
  // Each pair in range is a neighbour to both: n vehicles with k neighbours each make n·k/2 pairs.
  const pairs = Math.min(distances.length, Math.floor((moments.length * vehicles * wanted) / 2));
  const hearsAll = wanted >= vehicles - 1;
  return (distances[pairs - 1] ?? 0) * (hearsAll ? 1.5 : 1) + 0.5;
}

function pairDistances(points: readonly PlanePoint[]): number[] {
  return points.flatMap((_, one) =>
    Array.from({ length: points.length - one - 1 }, (__, step) => distance(points, one, one + step + 1)),
  );
}

function distance(points: readonly PlanePoint[], one: number, other: number): number {
  const [a, b] = [points[one], points[other]];
  if (a === undefined || b === undefined) throw new RangeError(`no vehicle ${a === undefined ? one : other}`);
  return Math.hypot(a.eastMetres - b.eastMetres, a.northMetres - b.northMetres);
}
