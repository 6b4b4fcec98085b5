/** Whatever moves on the road, on a plane about the own car, and how two of them stand to each other. Pure. */
import { angleBetweenDegrees, offsetBetween, type GeoPoint } from '#detection/geo.js';

/** East and north in metres; heading clockwise from north. */
export interface Mover {
  readonly eastMetres: number;
  readonly northMetres: number;
  readonly headingDegrees: number;
  readonly speedMetresPerSecond: number;
  /** Along the heading; 0 where unknown. */
  readonly acceleration: number;
  readonly lengthMetres: number;
  readonly widthMetres: number;
}

/** The own car. Its plane touches the earth at `origin`, where it is itself: east and north are 0. */
export interface OwnState extends Mover {
  readonly origin: GeoPoint;
  readonly isTurningLeft: boolean;
  readonly isTurningRight: boolean;
}

const RADIANS = Math.PI / 180;

/** Where a point of a message lies on the own plane; latitude and longitude in 1e-7 degree. */
export function onOwnPlane(own: OwnState, lat: number, long: number): Pick<Mover, 'eastMetres' | 'northMetres'> {
  return offsetBetween(own.origin, { latitudeDegrees: lat / 1e7, longitudeDegrees: long / 1e7 });
}

export interface Relation {
  /** Centre to centre along the own heading; behind is negative. */
  readonly aheadMetres: number;
  /** Across it; left is negative. */
  readonly rightMetres: number;
  /** Bumper to bumper along the own heading, 0 where the two are side by side. */
  readonly gapMetres: number;
  /** How fast the gap shrinks; negative when it grows. */
  readonly closingMetresPerSecond: number;
  /** 0 same way … 180 against each other. */
  readonly headingDifference: number;
}

export function relate(own: Mover, other: Mover): Relation {
  const heading = wayOf(own, other) * RADIANS;
  const [east, north] = [other.eastMetres - own.eastMetres, other.northMetres - own.northMetres];
  const aheadMetres = east * Math.sin(heading) + north * Math.cos(heading);
  const rightMetres = east * Math.cos(heading) - north * Math.sin(heading);
  const otherAlong = other.speedMetresPerSecond * Math.cos((other.headingDegrees - own.headingDegrees) * RADIANS);
  const bodies = (own.lengthMetres + other.lengthMetres) / 2;
  return {
    aheadMetres,
    rightMetres,
    gapMetres: Math.max(0, Math.abs(aheadMetres) - bodies),
    closingMetresPerSecond: Math.sign(aheadMetres) * (own.speedMetresPerSecond - otherAlong),
    headingDifference: angleBetweenDegrees(own.headingDegrees, other.headingDegrees),
  };
}

/**
 * Which way is ahead. Two cars on one road both say where it leads, and their mean is the chord between them: a fifth of a
 * degree that one of them is wrong is a metre aside at 300 m. Who crosses says nothing of our road.
 */
function wayOf(own: Mover, other: Mover): number {
  const turned = ((other.headingDegrees - own.headingDegrees + 540) % 360) - 180;
  if (Math.abs(turned) < SAME_WAY_DEGREES) return own.headingDegrees + turned / 2;
  if (Math.abs(turned) <= AGAINST_DEGREES) return own.headingDegrees;
  return own.headingDegrees + (turned - Math.sign(turned) * 180) / 2;
}

/** Lanes are 3 to 3.75 m wide, and a position is good to a metre. */
const HALF_LANE_METRES = 1.75;
const LANE_METRES = 3.5;
const SAME_WAY_DEGREES = 30;
const AGAINST_DEGREES = 150;

export const isSameWay = ({ headingDifference }: Relation): boolean => headingDifference < SAME_WAY_DEGREES;
export const isOncoming = ({ headingDifference }: Relation): boolean => headingDifference > AGAINST_DEGREES;
export const isCrossing = (relation: Relation): boolean => !isSameWay(relation) && !isOncoming(relation);
export const isInOwnLane = ({ rightMetres }: Relation): boolean => Math.abs(rightMetres) < HALF_LANE_METRES;
/** In the next lane to that side, or between it and the own. */
export const isBeside = ({ rightMetres }: Relation, side: 'left' | 'right'): boolean => {
  const across = side === 'right' ? rightMetres : -rightMetres;
  return across >= HALF_LANE_METRES && across < HALF_LANE_METRES + LANE_METRES;
};

/** Whether it is ahead, in the own lane and on the same way. */
export const isAheadInLane = (relation: Relation): boolean =>
  relation.aheadMetres > 0 && isInOwnLane(relation) && isSameWay(relation);

/**
 * Seconds until the gap ahead is gone, with both accelerations as they are now; Infinity when it never is. A car that brakes
 * stands in the end, and does not drive backwards.
 */
export function secondsToContact(own: Mover, other: Mover): number {
  const { gapMetres } = relate(own, other);
  for (let seconds = 0; seconds <= HORIZON_SECONDS; seconds += STEP_SECONDS) {
    if (driven(own, seconds) - driven(other, seconds) >= gapMetres) return seconds;
  }
  return Infinity;
}

const HORIZON_SECONDS = 8;
const STEP_SECONDS = 0.1;

/** Metres in so many seconds from now, standing still once the speed is gone. */
function driven({ speedMetresPerSecond: speed, acceleration }: Mover, seconds: number): number {
  const until = acceleration < 0 ? Math.min(seconds, -speed / acceleration) : seconds;
  return speed * until + (acceleration * until * until) / 2;
}

/**
 * Seconds until the two bodies touch when both go on straight as they do now; Infinity when they do not within `horizon`.
 * `marginMetres` is added all around the other: positions are not exact.
 */
export function secondsToOverlap(own: Mover, other: Mover, horizon: number, marginMetres: number): number {
  for (let seconds = 0; seconds <= horizon; seconds += STEP_SECONDS) {
    if (bodiesTouch(after(own, seconds), after(other, seconds), marginMetres)) return seconds;
  }
  return Infinity;
}

function after(mover: Mover, seconds: number): Mover {
  const metres = driven(mover, seconds);
  const heading = mover.headingDegrees * RADIANS;
  return {
    ...mover,
    eastMetres: mover.eastMetres + metres * Math.sin(heading),
    northMetres: mover.northMetres + metres * Math.cos(heading),
  };
}

/** Whether two rectangles overlap: none of the four directions of their sides has a gap (separating axes). */
export function bodiesTouch(one: Mover, other: Mover, marginMetres = 0): boolean {
  const [east, north] = [other.eastMetres - one.eastMetres, other.northMetres - one.northMetres];
  const grown = {
    ...other,
    lengthMetres: other.lengthMetres + 2 * marginMetres,
    widthMetres: other.widthMetres + 2 * marginMetres,
  };
  return [one.headingDegrees, one.headingDegrees + 90, grown.headingDegrees, grown.headingDegrees + 90].every(
    (axis) => {
      const apart = Math.abs(east * Math.sin(axis * RADIANS) + north * Math.cos(axis * RADIANS));
      return apart < reach(one, axis) + reach(grown, axis);
    },
  );
}

/** How far a body reaches from its centre in a direction. */
function reach({ headingDegrees, lengthMetres, widthMetres }: Mover, axis: number): number {
  const turned = (headingDegrees - axis) * RADIANS;
  return (Math.abs(lengthMetres * Math.cos(turned)) + Math.abs(widthMetres * Math.sin(turned))) / 2;
}
