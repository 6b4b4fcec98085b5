// The street: a closed ring of four avenues with rounded corners, one lane, driven clockwise.

/** A place on the ring, in metres east and north of its centre. */
export interface RingPoint {
  readonly eastMetres: number;
  readonly northMetres: number;
  /** Direction of travel, clockwise from north. */
  readonly headingDegrees: number;
  /** 1/radius, positive to the right; 0 on a straight. */
  readonly curvature: number;
}

export interface Ring {
  readonly lengthMetres: number;
  /** Where one is after so many metres; any number, the ring closes. */
  at(distanceMetres: number): RingPoint;
}

const CORNER_RADIUS_METRES = 60;
const CORNER_METRES = (CORNER_RADIUS_METRES * Math.PI) / 2;
const SHORTEST_STRAIGHT_METRES = 40;

/** A ring about so long (never shorter than its corners need), twice as wide as high. */
export function createRing(wishedLengthMetres: number): Ring {
  const straights = (wishedLengthMetres - 4 * CORNER_METRES) / 6;
  const height = Math.max(SHORTEST_STRAIGHT_METRES, straights);
  const sides = [height, 2 * height, height, 2 * height];
  const lengthMetres = 6 * height + 4 * CORNER_METRES;
  const start = { east: -height - CORNER_RADIUS_METRES, north: -height / 2 };
  return {
    lengthMetres,
    at(distanceMetres) {
      let left = ((distanceMetres % lengthMetres) + lengthMetres) % lengthMetres;
      let { east, north } = start;
      for (const [side, length] of sides.entries()) {
        const turned = side * 90;
        if (left < length) return straightPoint(east, north, turned, left);
        [east, north] = ahead(east, north, turned, length);
        left -= length;
        if (left < CORNER_METRES) return cornerPoint(east, north, turned, left);
        [east, north] = roundCorner(east, north, turned, CORNER_METRES);
        left -= CORNER_METRES;
      }
      return straightPoint(start.east, start.north, 0, 0);
    },
  };
}

function straightPoint(east: number, north: number, headingDegrees: number, metres: number): RingPoint {
  const [eastMetres, northMetres] = ahead(east, north, headingDegrees, metres);
  return { eastMetres, northMetres, headingDegrees, curvature: 0 };
}

function cornerPoint(east: number, north: number, enteredAt: number, metres: number): RingPoint {
  const [eastMetres, northMetres] = roundCorner(east, north, enteredAt, metres);
  const headingDegrees = (enteredAt + (metres / CORNER_METRES) * 90) % 360;
  return { eastMetres, northMetres, headingDegrees, curvature: 1 / CORNER_RADIUS_METRES };
}

function ahead(east: number, north: number, headingDegrees: number, metres: number): [number, number] {
  const heading = (headingDegrees * Math.PI) / 180;
  return [east + Math.sin(heading) * metres, north + Math.cos(heading) * metres];
}

/** Along an arc to the right that starts in direction `enteredAt`. */
function roundCorner(east: number, north: number, enteredAt: number, metres: number): [number, number] {
  const turn = metres / CORNER_RADIUS_METRES;
  const [aheadEast, aheadNorth] = ahead(east, north, enteredAt, CORNER_RADIUS_METRES * Math.sin(turn));
  return ahead(aheadEast, aheadNorth, enteredAt + 90, CORNER_RADIUS_METRES * (1 - Math.cos(turn)));
}
