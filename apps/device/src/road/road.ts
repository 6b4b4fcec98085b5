// The road of the scenario: cars of two brands on a ring of avenues, seen through their GNSS receivers, ten times a
// second. Repeatable from a seed, which reaches the road and nothing else.
import { type GeoPoint, pointAt } from '#detection/geo.js';
import { firstError, type GnssError, laterErrors } from './gnss.js';
import { createRadio, type PlanePoint, type Radio, rangeForNeighbours } from './radio.js';
import { createRing, type Ring, type RingPoint } from './ring.js';
import { createRoadRandom } from './road-random.js';
import { createTraffic, type Progress, type Traffic } from './traffic.js';
import { CLAIMED_SIGMA_METRES, type VehicleState } from './vehicle-state.js';

export type Brand = 'A' | 'B';

export interface Road {
  readonly vehicles: number;
  readonly radio: Radio;
  /** Unix milliseconds of the states. */
  readonly timeMillis: number;
  /** Moves everything on. A whole number of milliseconds, 100 for BSMs; a week is as cheap as a tenth of a second. */
  step(deltaMillis: number): void;
  /** What the vehicle's own receiver says now. Throws RangeError for a vehicle that is not there, as all below. */
  state(vehicle: number): VehicleState;
  /** Where it really is, in metres on the road's plane. */
  place(vehicle: number): PlanePoint;
  /** Who is in radio range by true places, rising. */
  neighbours(vehicle: number): readonly number[];
  /** Who gets one transmission of this vehicle: neighbours less what is lost. */
  receivers(vehicle: number): readonly number[];
}

export interface RoadOptions {
  readonly seed: number;
  /** 1 or more. */
  readonly vehicles: number;
  /** Unix milliseconds at which the road begins; by default 2020-01-06T20:00:00Z, where certificate periods begin. */
  readonly startMillis?: number;
  /** Others a car hears on average. */
  readonly wantedNeighbours?: number;
  /** Shares of transmissions lost, see `createRadio`. */
  readonly lossShare?: number;
  readonly edgeLossShare?: number;
}

/** Beijing, by Chang'an Avenue; heights above the ellipsoid are about 40 m there. */
const CENTRE: GeoPoint = { latitudeDegrees: 39.9, longitudeDegrees: 116.4 };
const ELEVATION_METRES = 40;
const SPACING_METRES = 75;
/** 2020-01-06T20:00:00Z. */
const PERIOD_ZERO_MILLIS = 1_578_340_800_000;

/** Even vehicles are brand A, odd ones brand B; they follow each other by turns, so each hears both. */
export function brandOf(vehicle: number): Brand {
  return vehicle % 2 === 0 ? 'A' : 'B';
}

export function createRoad(options: RoadOptions): Road {
  const { seed, vehicles, startMillis = PERIOD_ZERO_MILLIS, wantedNeighbours = 5 } = options;
  if (!Number.isInteger(vehicles) || vehicles < 1) throw new RangeError('a road needs at least one vehicle');
  const ring = createRing(vehicles * SPACING_METRES);
  const traffic = createTraffic(seed, vehicles, ring.lengthMetres);
  const random = createRoadRandom(seed);
  const cars = Array.from({ length: vehicles }, (_, vehicle) => vehicle);
  const sizes = cars.map(() => ({ widthMetres: 1.7 + round(random() * 0.3), lengthMetres: 4 + round(random()) }));
  let errors = cars.map(() => firstError(random));
  let timeMillis = startMillis;
  let progress = traffic.progress(0);
  let places = placesAt(ring, progress);
  const rangeMetres = rangeForNeighbours(sampleMoments(ring, traffic), wantedNeighbours);
  const radio = createRadio({ ...options, rangeMetres });
  return {
    vehicles,
    radio,
    get timeMillis() {
      return timeMillis;
    },
    step(deltaMillis) {
      timeMillis += deltaMillis;
      errors = laterErrors(errors, deltaMillis / 1000, random);
      progress = traffic.progress((timeMillis - startMillis) / 1000);
      places = placesAt(ring, progress);
    },
    state(vehicle) {
      const [place, error, size] = [itemOf(places, vehicle), itemOf(errors, vehicle), itemOf(sizes, vehicle)];
      return { generationTimeMillis: timeMillis, ...size, ...sensed(place, itemOf(progress, vehicle), error) };
    },
    place: (vehicle) => itemOf(places, vehicle),
    neighbours: (vehicle) => radio.within(places, vehicle),
    receivers: (vehicle) => radio.receivers(places, vehicle),
  };
}

const round = (metres: number) => Math.round(metres * 100) / 100;

function itemOf<T>(items: readonly T[], vehicle: number): T {
  const item = items[vehicle];
  if (item === undefined) throw new RangeError(`no vehicle ${vehicle}`);
  return item;
}

function placesAt(ring: Ring, progress: readonly Progress[]): RingPoint[] {
  return progress.map(({ distanceMetres }) => ring.at(distanceMetres));
}

/** Places over some minutes, from which the radio range is chosen once: a radio does not change with the traffic. */
function sampleMoments(ring: Ring, traffic: Traffic): RingPoint[][] {
  return Array.from({ length: 20 }, (_, moment) => placesAt(ring, traffic.progress(moment * 13)));
}

type Sensed = Omit<VehicleState, 'generationTimeMillis' | 'widthMetres' | 'lengthMetres'>;

function sensed(place: RingPoint, progress: Progress, error: GnssError): Sensed {
  const { speedMetresPerSecond: speed, acceleration } = progress;
  return {
    ...pointAt(CENTRE, {
      eastMetres: place.eastMetres + error.eastMetres,
      northMetres: place.northMetres + error.northMetres,
    }),
    elevationMetres: ELEVATION_METRES,
    speedMetresPerSecond: Math.max(0, speed + error.speedMetresPerSecond),
    headingDegrees: (place.headingDegrees + error.headingDegrees + 360) % 360,
    isReversing: false,
    longitudinalAcceleration: acceleration,
    lateralAcceleration: speed * speed * place.curvature,
    yawDegreesPerSecond: (speed * place.curvature * 180) / Math.PI,
    positionSigmaMetres: CLAIMED_SIGMA_METRES,
  };
}
