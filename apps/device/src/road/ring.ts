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
  const sides = layOut(height);
  const lengthMetres = 6 * height + 4 * CORNER_METRES;
  return {
    lengthMetres,
    at(distanceMetres) {
      let left = ((distanceMetres % lengthMetres) + lengthMetres) % lengthMetres;
      for (const { east, north, headingDegrees, metres } of sides) {
        if (left < metres) return straightPoint(east, north, headingDegrees, left);
        left -= metres;
        if (left < CORNER_METRES) {
          return cornerPoint(...ahead(east, north, headingDegrees, metres), headingDegrees, left);
        }
        left -= CORNER_METRES;
      }
      // Only rounding leads here: the ring has closed.
      return straightPoint(sides[0]?.east ?? 0, sides[0]?.north ?? 0, 0, 0);
    },
  };
}

interface Side {
  readonly east: number;
  readonly north: number;
  readonly headingDegrees: number;
  readonly metres: number;
}

/** The four straights with their starts, centred about the origin. */
function layOut(height: number): readonly Side[] {
  let [east, north] = [-height - CORNER_RADIUS_METRES, -height / 2];
  return [height, 2 * height, height, 2 * height].map((metres, index) => {
    const side = { east, north, headingDegrees: index * 90, metres };
    [east, north] = ahead(east, north, side.headingDegrees, metres);
    [east, north] = roundCorner(east, north, side.headingDegrees, CORNER_METRES);
    return side;
  });
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
