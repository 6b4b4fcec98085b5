// Traffic for the detection bench: cars that follow each other, stop at lights, turn, change lanes and now and then
// reverse, on a grid of streets or on a motorway. Repeatable from its dice.
import type { RoadRandom } from '#apps/device/src/road/road-random.js';

/** Where a car really is and how it moves; heading in degrees clockwise from north, speed never negative. */
export interface TrueState {
  readonly eastMetres: number;
  readonly northMetres: number;
  readonly headingDegrees: number;
  readonly speed: number;
  readonly acceleration: number;
}

export interface TrafficModel {
  /** Moves all cars on by `seconds`. */
  step(seconds: number): void;
  state(vehicle: number): TrueState;
  /** Whether a building stands between two places. */
  isHidden(one: TrueState, other: TrueState): boolean;
}

const RADIANS = Math.PI / 180;

/** The intelligent driver model (Treiber, Hennecke, Helbing 2000), with the comfortable deceleration of a usual driver. */
function driverAcceleration(speed: number, wanted: number, gap: number, leaderSpeed: number): number {
  const safe = 2 + Math.max(0, speed * 1.3 + (speed * (speed - leaderSpeed)) / (2 * Math.sqrt(1.8 * 2.5)));
  const free = 1 - (speed / Math.max(0.1, wanted)) ** 4;
  return Math.max(-8, Math.min(2.5, 1.8 * (free - (safe / Math.max(0.5, gap)) ** 2)));
}

const BLOCK = 160;
const LANE = 3.5;
const CAR = 4.6;
/** Lights stand and turns begin so many metres from the middle of a crossing. */
const EDGE = 10;

interface Piece {
  readonly east: number;
  readonly north: number;
  readonly heading: number;
  readonly length: number;
  /** 0 is straight; positive turns right. */
  readonly radius: number;
  /** Cars on the same straight lane have the same name. */
  readonly lane: string | undefined;
  readonly column: number;
  readonly row: number;
  readonly laneIndex: number;
}

interface GridCar {
  piece: Piece;
  nextTurn: -1 | 0 | 1;
  at: number;
  speed: number;
  acceleration: number;
  readonly wanted: number;
  reverseSeconds: number;
  /** What is left of a change of lane, in metres to the right. */
  aside: number;
}

/** Streets in a square grid with two lanes a direction and lights at each crossing. */
export function gridTraffic(random: RoadRandom, vehicles: number, blocks: number): TrafficModel {
  const cars: GridCar[] = [];
  let seconds = 0;
  const turnAt = (column: number, row: number, heading: number): -1 | 0 | 1 => {
    const choices = ([-1, 0, 1] as const).filter((turn) => inGrid(column, row, heading + turn * 90, blocks));
    return choices[Math.floor(random() * choices.length)] ?? 1;
  };
  while (cars.length < vehicles) {
    const heading = Math.floor(random() * 4) * 90;
    const [column, row] = [Math.floor(random() * (blocks + 1)), Math.floor(random() * (blocks + 1))];
    if (!inGrid(column, row, heading, blocks)) continue;
    const laneIndex = random() < 0.5 ? 0 : 1;
    const piece = straight(column, row, heading, laneIndex, EDGE, BLOCK - 2 * EDGE);
    const at = random() * piece.length;
    if (cars.some((car) => car.piece.lane === piece.lane && Math.abs(car.at - at) < 9)) continue;
    const nextTurn = turnAt(piece.column, piece.row, heading);
    cars.push({
      piece,
      nextTurn,
      at,
      speed: 8,
      acceleration: 0,
      wanted: 11 + random() * 6,
      reverseSeconds: 0,
      aside: 0,
    });
  }
  return {
    step(delta) {
      seconds += delta;
      const lanes = new Map<string, GridCar[]>();
      for (const car of cars) {
        if (car.piece.lane !== undefined) lanes.set(car.piece.lane, [...(lanes.get(car.piece.lane) ?? []), car]);
      }
      for (const lane of lanes.values()) lane.sort((a, b) => a.at - b.at);
      for (const car of cars) drive(car, lanes, seconds, delta, random, turnAt);
    },
    state: (vehicle) => gridState(cars[vehicle]!),
    isHidden: (one, other) =>
      !sharesStreet(one.eastMetres, other.eastMetres) && !sharesStreet(one.northMetres, other.northMetres),
  };
}

function inGrid(column: number, row: number, heading: number, blocks: number): boolean {
  const [c, r] = ahead(column, row, heading);
  return c >= 0 && r >= 0 && c <= blocks && r <= blocks;
}

function ahead(column: number, row: number, heading: number): [number, number] {
  return [column + Math.round(Math.sin(heading * RADIANS)), row + Math.round(Math.cos(heading * RADIANS))];
}

/** Both within the width of one street. */
function sharesStreet(one: number, other: number): boolean {
  return Math.abs(one - other) < 30 && Math.abs(one / BLOCK - Math.round(one / BLOCK)) * BLOCK < 15;
}

/** The lane from crossing (column, row) towards `heading`, from so many metres after the crossing's centre on. */
function straight(
  column: number,
  row: number,
  heading: number,
  laneIndex: number,
  from: number,
  length: number,
): Piece {
  const [sin, cos] = [Math.sin(heading * RADIANS), Math.cos(heading * RADIANS)];
  const right = LANE * (laneIndex + 0.5);
  const [nextColumn, nextRow] = ahead(column, row, heading);
  return {
    east: column * BLOCK + sin * from + cos * right,
    north: row * BLOCK + cos * from - sin * right,
    heading: ((heading % 360) + 360) % 360,
    length,
    radius: 0,
    lane: `${String(column)},${String(row)},${String(((heading % 360) + 360) % 360)},${String(laneIndex)}`,
    column: nextColumn,
    row: nextRow,
    laneIndex,
  };
}

function drive(
  car: GridCar,
  lanes: ReadonlyMap<string, readonly GridCar[]>,
  seconds: number,
  delta: number,
  random: RoadRandom,
  turnAt: (column: number, row: number, heading: number) => -1 | 0 | 1,
): void {
  const { piece } = car;
  if (reverses(car, delta, random)) return;
  const left = piece.length - car.at;
  let acceleration = driverAcceleration(car.speed, piece.lane === undefined ? 6 : car.wanted, 500, 30);
  if (piece.lane !== undefined) {
    const lane = lanes.get(piece.lane) ?? [];
    const leader = lane[lane.indexOf(car) + 1];
    if (leader !== undefined) {
      const gap = leader.at - car.at - CAR;
      acceleration = Math.min(acceleration, driverAcceleration(car.speed, car.wanted, gap, leader.speed));
    }
    const isRed = (Math.floor(seconds / 22 + (piece.column * 3 + piece.row * 5) / 7) + piece.heading / 90) % 2 === 0;
    if (isRed && left > 1 && car.speed ** 2 / (2 * left) < 5) {
      acceleration = Math.min(acceleration, driverAcceleration(car.speed, car.wanted, left, 0));
    }
    if (car.nextTurn !== 0 && car.speed > 5.5)
      acceleration = Math.min(acceleration, (30 - car.speed ** 2) / (2 * Math.max(1, left)));
  }
  const before = car.speed;
  car.speed = Math.max(0, car.speed + acceleration * delta);
  car.acceleration = (car.speed - before) / delta;
  car.at += ((before + car.speed) / 2) * delta;
  // One metre aside for five ahead.
  car.aside -= Math.sign(car.aside) * Math.min(Math.abs(car.aside), (car.speed * delta) / 8);
  while (car.at >= car.piece.length) {
    car.at -= car.piece.length;
    car.piece = nextPiece(car, random);
    if (car.piece.radius === 0) car.nextTurn = turnAt(car.piece.column, car.piece.row, car.piece.heading);
  }
}

/** A standing car sometimes goes back a few metres; its heading stays, its speed has no sign. */
function reverses(car: GridCar, delta: number, random: RoadRandom): boolean {
  if (car.reverseSeconds <= 0) {
    if (car.speed > 0.05 || car.at < 20 || car.piece.lane === undefined || random() > 0.002 * delta) return false;
    car.reverseSeconds = 5;
  }
  car.reverseSeconds -= delta;
  const wanted = car.reverseSeconds > 1 ? 1.5 : 0;
  const before = car.speed;
  car.speed += Math.max(-1.5 * delta, Math.min(1.5 * delta, wanted - car.speed));
  car.acceleration = -(car.speed - before) / delta;
  car.at -= car.speed * delta;
  return true;
}

function nextPiece(car: GridCar, random: RoadRandom): Piece {
  const { piece, nextTurn } = car;
  const { column, row, heading, laneIndex } = piece;
  if (piece.radius !== 0) {
    return straight(column, row, heading + Math.sign(piece.radius) * 90, laneIndex, EDGE, BLOCK - 2 * EDGE);
  }
  if (nextTurn === 0) {
    const changes = random() < 0.15;
    if (changes) car.aside = laneIndex === 0 ? -LANE : LANE;
    return straight(column, row, heading, changes ? 1 - laneIndex : laneIndex, -EDGE, BLOCK);
  }
  const radius = EDGE - nextTurn * LANE * (laneIndex + 0.5);
  const length = (radius * Math.PI) / 2;
  return { ...endOf(piece), length, radius: nextTurn * radius, lane: undefined, column, row, laneIndex };
}

function endOf({ east, north, heading, length }: Piece): { east: number; north: number; heading: number } {
  return {
    east: east + Math.sin(heading * RADIANS) * length,
    north: north + Math.cos(heading * RADIANS) * length,
    heading,
  };
}

function gridState({ piece, at, speed, acceleration, aside }: GridCar): TrueState {
  const turned = piece.radius === 0 ? 0 : at / piece.radius;
  const heading = piece.heading + turned / RADIANS;
  // Along the straight line, or along the arc; `aside` is what is left of a change of lane.
  const forward = piece.radius === 0 ? at : piece.radius * Math.sin(turned);
  const right = piece.radius === 0 ? aside : piece.radius * (1 - Math.cos(turned)) + aside;
  const [sin, cos] = [Math.sin(piece.heading * RADIANS), Math.cos(piece.heading * RADIANS)];
  return {
    eastMetres: piece.east + sin * forward + cos * right,
    northMetres: piece.north + cos * forward - sin * right,
    headingDegrees: (heading + 360) % 360,
    speed,
    acceleration,
  };
}

interface RingCar {
  readonly isClockwise: boolean;
  lane: number;
  aside: number;
  at: number;
  speed: number;
  acceleration: number;
  readonly wanted: number;
}

const RING_RADIUS = 900;

/** A motorway of three lanes a direction, in a ring of 5.6 km; quick cars overtake. */
export function motorwayTraffic(random: RoadRandom, vehicles: number): TrafficModel {
  const length = 2 * Math.PI * RING_RADIUS;
  const cars: RingCar[] = Array.from({ length: vehicles }, (_, vehicle) => ({
    isClockwise: vehicle % 2 === 0,
    lane: Math.floor(vehicle / 2) % 3,
    aside: 0,
    at: ((vehicle + 0.6 * random()) * length) / vehicles,
    speed: 25,
    acceleration: 0,
    wanted: 21 + random() * 16,
  }));
  // A jam that comes and goes: for half of every two minutes a stretch is slow.
  let seconds = 0;
  const gapTo = (car: RingCar, other: RingCar) => (((other.at - car.at) % length) + length) % length;
  const leaderIn = (car: RingCar, lane: number) => {
    let best: RingCar | undefined;
    for (const other of cars) {
      if (other === car || other.isClockwise !== car.isClockwise || other.lane !== lane) continue;
      if (best === undefined || gapTo(car, other) < gapTo(car, best)) best = other;
    }
    return best;
  };
  return {
    step(delta) {
      seconds += delta;
      for (const car of cars) {
        const isSlow = seconds % 120 > 60 && car.at > 1000 && car.at < 1600;
        const wanted = isSlow ? 6 : car.wanted;
        const leader = leaderIn(car, car.lane);
        const free = driverAcceleration(car.speed, wanted, 1000, 40);
        const held = leader && driverAcceleration(car.speed, wanted, gapTo(car, leader) - CAR, leader.speed);
        let acceleration = Math.max(isSlow ? -3 : -8, Math.min(free, held ?? free));
        if (held !== undefined && held < free - 0.5 && car.aside === 0 && random() < 0.3 * delta) {
          changeLane(car, car.lane === 1 ? (random() < 0.5 ? 0 : 2) : 1, leaderIn, gapTo, length);
        }
        if (Math.abs(car.speed) < 0.01 && acceleration < 0) acceleration = 0;
        const before = car.speed;
        car.speed = Math.max(0, before + acceleration * delta);
        car.acceleration = (car.speed - before) / delta;
        car.at = (car.at + ((before + car.speed) / 2) * delta) % length;
        car.aside -= Math.sign(car.aside) * Math.min(Math.abs(car.aside), delta);
      }
    },
    state(vehicle) {
      const car = cars[vehicle]!;
      const across = (5 + LANE * car.lane + car.aside) * (car.isClockwise ? -1 : 1);
      const angle = (car.isClockwise ? 1 : -1) * (car.at / RING_RADIUS);
      return {
        eastMetres: (RING_RADIUS + across) * Math.sin(angle),
        northMetres: (RING_RADIUS + across) * Math.cos(angle),
        headingDegrees: (((angle / RADIANS + (car.isClockwise ? 90 : -90)) % 360) + 360) % 360,
        speed: car.speed * (1 + across / RING_RADIUS),
        acceleration: car.acceleration,
      };
    },
    isHidden: () => false,
  };
}

function changeLane(
  car: RingCar,
  lane: number,
  leaderIn: (car: RingCar, lane: number) => RingCar | undefined,
  gapTo: (car: RingCar, other: RingCar) => number,
  length: number,
): void {
  const leader = leaderIn(car, lane);
  if (leader !== undefined && (gapTo(car, leader) < 40 || length - gapTo(car, leader) < 40)) return;
  car.aside = (car.lane - lane) * LANE;
  car.lane = lane;
}
