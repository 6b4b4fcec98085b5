/** Cars on a ring road that change their names: what listening posts along it hear, and who it really was. */
import { normal, type RoadRandom } from '../road/road-random.js';

export interface DriveOptions {
  readonly cars: number;
  readonly roadMetres: number;
  readonly seconds: number;
  /** Longest use of a pseudonym in seconds; it ends by chance between three fifths of it and it. Infinity: never. */
  readonly rotationSeconds: number;
  /** How many a car has; each is used once before any comes again. */
  readonly pseudonyms: number;
  /** The part of the road that is heard: 0 … 1, in as many stretches as there are posts. */
  readonly coverage: number;
  readonly posts: number;
  readonly random: RoadRandom;
}

export interface Heard {
  /** Who it is; no tracker may look at it. */
  readonly car: number;
  readonly name: number;
  readonly metres: number;
  readonly speed: number;
}

interface Driving {
  metres: number;
  readonly speed: number;
  wander: number;
  names: number[];
  unused: number[];
  name: number;
  untilSecond: number;
}

const MEAN_SPEED = 12;
const SPEED_SIGMA = 2;
const SLOWEST = 4;
/** How a car's speed wanders about its own: metres a second, and how long it remembers. */
const WANDER = { sigma: 1, kept: 0.95 };
const POSITION_SIGMA = 0.5;
const SPEED_ERROR = 0.05;
/** Of libs/device/src/signing.ts: 180 of 300 s. */
const SHORTEST_SHARE = 0.6;

/** Calls back each second with what the posts hear. */
export function drive(options: DriveOptions, hear: (second: number, heard: readonly Heard[]) => void): void {
  const { cars, roadMetres, seconds, coverage, posts, random } = options;
  const driving = Array.from({ length: cars }, (_, n) => carOf(n, options));
  const spacing = roadMetres / posts;
  for (let second = 0; second < seconds; second++) {
    const heard: Heard[] = [];
    for (const [car, one] of driving.entries()) {
      one.wander = one.wander * WANDER.kept + WANDER.sigma * Math.sqrt(1 - WANDER.kept ** 2) * normal(random);
      const speed = Math.max(SLOWEST / 2, one.speed + one.wander);
      one.metres = (one.metres + speed) % roadMetres;
      if (second >= one.untilSecond) rename(one, second, options);
      if (one.metres % spacing >= spacing * coverage) continue;
      heard.push({
        car,
        name: one.name,
        metres: one.metres + POSITION_SIGMA * normal(random),
        speed: speed + SPEED_ERROR * normal(random),
      });
    }
    hear(second, heard);
  }
}

function carOf(n: number, options: DriveOptions): Driving {
  const { roadMetres, pseudonyms, random, rotationSeconds } = options;
  const names = Array.from({ length: pseudonyms }, (_, j) => n * pseudonyms + j);
  const car: Driving = {
    metres: random() * roadMetres,
    speed: Math.max(SLOWEST, MEAN_SPEED + SPEED_SIGMA * normal(random)),
    wander: 0,
    names,
    unused: [...names],
    name: -1,
    untilSecond: 0,
  };
  rename(car, 0, options);
  // Nobody knows how long it has been in use.
  car.untilSecond = Number.isFinite(rotationSeconds) ? random() * car.untilSecond : Infinity;
  return car;
}

function rename(car: Driving, second: number, { rotationSeconds, random }: DriveOptions): void {
  const others = (list: readonly number[]) => list.filter((name) => name !== car.name);
  let open = others(car.unused);
  if (open.length === 0) {
    car.unused = [...car.names];
    open = others(car.unused);
  }
  const chosen = open[Math.floor(random() * open.length)] ?? (car.names[0] as number);
  car.unused = car.unused.filter((name) => name !== chosen);
  car.name = chosen;
  car.untilSecond = second + rotationSeconds * (SHORTEST_SHARE + (1 - SHORTEST_SHARE) * random());
}
