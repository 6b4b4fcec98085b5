/**
 * The sixth attack, tracking: two listening posts, and the question which car at the second is which of the first. The tracker
 * links what has the same certificate or temporary id; for the others it guesses among cars of the same size.
 */
import { ccsa } from '#credentials/profile.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import type { Random } from '#crypto/random.js';
import type { Rotation } from '#device/signing.js';
import { createRoadRandom, type RoadRandom } from '../road/road-random.js';
import type { Domain } from '../sim/authorities.js';
import { Car } from '../sim/cars.js';
import { car, eastbound } from '../sim/scenarios.js';
import { START_MILLIS } from '../sim/site.js';
import { openStation, protectedStation, type Station } from '../sim/stations.js';
import { frameIn, signerOf } from './forge.js';

export interface TrackingOptions {
  readonly domain: Domain;
  readonly isProtected: boolean;
  readonly seed: number;
  readonly cars: number;
  readonly random: Random;
  readonly rotation?: Rotation;
  /** Pseudonyms a car has. */
  readonly pseudonyms?: number;
  /** Seconds between the posts, shortest and longest. */
  readonly awaySeconds?: readonly [number, number];
}

/** What a post has of one car: everything that stands in its messages. */
interface Sighting {
  /** Who it really is: the tracker does not see this. */
  readonly car: number;
  readonly names: ReadonlySet<string>;
  readonly size: string;
}

export interface Link {
  readonly from: number;
  readonly to: number;
  /** By a name that was the same; else it was guessed. */
  readonly isByName: boolean;
}

export interface TrackingResult {
  readonly cars: number;
  /** Rows are cars; the links that the tracker draws from the first post to the second. */
  readonly links: readonly Link[];
  readonly linkedByName: number;
  readonly right: number;
}

const PSEUDONYMS = 20;
const AWAY_SECONDS = [300, 1200] as const;
const ARRIVALS_SECONDS = 600;
/** Between the posts it goes on speaking, where nobody listens: a message so often is enough to make the changes due. */
const UNHEARD_SECONDS = 60;
const HEARD_MESSAGES = 5;
/** Width and length of the models on the road. */
const MODELS: readonly (readonly [number, number])[] = [
  [1.8, 4.6],
  [1.75, 4.2],
  [1.9, 4.9],
  [1.7, 3.9],
];

export async function track(options: TrackingOptions): Promise<TrackingResult> {
  const { cars, seed } = options;
  const dice = createRoadRandom(seed, 5);
  const [first, second]: [Sighting[], Sighting[]] = [[], []];
  for (let n = 0; n < cars; n++) {
    const [here, there] = await passes(options, n, dice);
    first.push(here);
    second.push(there);
  }
  return linked(first, shuffled(second, dice), dice);
}

async function passes(options: TrackingOptions, n: number, dice: RoadRandom): Promise<[Sighting, Sighting]> {
  const station = await stationOf(options);
  const [widthMetres, lengthMetres] = MODELS[Math.floor(dice() * MODELS.length)] as readonly [number, number];
  const vehicle = new Car(car('tracked', eastbound(1), 0, 12, { widthMetres, lengthMetres }), dice);
  const [shortest, longest] = options.awaySeconds ?? AWAY_SECONDS;
  const arrives = dice() * ARRIVALS_SECONDS;
  const away = shortest + dice() * (longest - shortest);
  const here = await sightingAt(station, vehicle, n, arrives);
  for (let unheard = UNHEARD_SECONDS; unheard < away; unheard += UNHEARD_SECONDS) {
    await speak(station, vehicle, arrives + unheard);
  }
  return [here, await sightingAt(station, vehicle, n, arrives + away)];
}

async function stationOf({ isProtected, domain, random, rotation, pseudonyms }: TrackingOptions): Promise<Station> {
  if (!isProtected) return openStation(random);
  return protectedStation(
    domain,
    await domain.pseudonyms(pseudonyms ?? PSEUDONYMS),
    random,
    tablingVerifier(),
    rotation,
  );
}

async function sightingAt(station: Station, vehicle: Car, n: number, second: number): Promise<Sighting> {
  const names = new Set<string>();
  let size = '';
  for (let message = 0; message < HEARD_MESSAGES; message++) {
    const bytes = await speak(station, vehicle, second + message / 10);
    const signer = signerOf(bytes);
    const frame = frameIn(bytes);
    if (frame?.kind !== 'bsmFrame') throw new Error('a car said no BSM');
    if (signer !== undefined) names.add(signer);
    names.add(Buffer.from(frame.value.id).toString('hex'));
    size = `${String(frame.value.size.width)} × ${String(frame.value.size.length)}`;
  }
  return { car: n, names, size };
}

function speak(station: Station, vehicle: Car, second: number): Promise<Uint8Array> {
  const nowMillis = START_MILLIS + Math.round(second * 1000);
  const bsm = vehicle.bsm(nowMillis, second);
  return station.say(ccsa.aid.bsm, nowMillis, false, ({ temporaryId, msgCnt }) => ({
    kind: 'bsmFrame',
    value: { ...bsm, id: temporaryId, msgCnt },
  }));
}

/** Names first; what is left is guessed, each car at most once. */
function linked(first: readonly Sighting[], second: readonly Sighting[], dice: RoadRandom): TrackingResult {
  const open = new Set(first);
  const links: Link[] = [];
  const link = (from: Sighting | undefined, to: Sighting, isByName: boolean): void => {
    if (from === undefined) return;
    open.delete(from);
    links.push({ from: from.car, to: to.car, isByName });
  };
  const sharesName = (from: Sighting, to: Sighting): boolean => [...from.names].some((name) => to.names.has(name));
  const unnamed: Sighting[] = [];
  for (const to of second) {
    const from = [...open].find((one) => sharesName(one, to));
    if (from === undefined) unnamed.push(to);
    else link(from, to, true);
  }
  for (const to of unnamed) {
    const alike = [...open].filter(({ size }) => size === to.size);
    link(alike[Math.floor(dice() * alike.length)], to, false);
  }
  return {
    cars: first.length,
    links,
    linkedByName: links.filter(({ isByName }) => isByName).length,
    right: links.filter(({ from, to }) => from === to).length,
  };
}

function shuffled<T>(items: readonly T[], dice: RoadRandom): T[] {
  return items
    .map((item) => [dice(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
