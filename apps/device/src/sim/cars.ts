/** How the cars of a scenario move: by a script, after the one ahead, or as a driver who heeds warnings. */
import type { GeoPoint } from '#detection/geo.js';
import { pointAt } from '#detection/geo.js';
import type { OwnState } from '#device/day-one/mover.js';
import { bodiesTouch, isAheadInLane, relate, type Mover } from '#device/day-one/mover.js';
import { VEHICLE_EVENT } from '#uper/messages/vehicle.js';
import type { EventName } from '#device/day-one/events.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import type { VehicleEmergencyExtensions } from '#uper/messages/vehicle.js';
import { firstError, laterErrors, type GnssError } from '../road/gnss.js';
import type { RoadRandom } from '../road/road-random.js';
import { CLAIMED_SIGMA_METRES, toBsm, type VehicleState } from '../road/vehicle-state.js';
import type { Pose, Route } from './network.js';
import { ELEVATION_METRES, SITE } from './site.js';

/** What a car says beyond its motion. */
export interface Says {
  readonly events?: readonly EventName[];
  readonly turning?: 'left' | 'right';
  readonly classification?: number;
  readonly emergency?: VehicleEmergencyExtensions;
}

/** How fast the speed changes, in m/s². */
export type Pedals = (moment: { seconds: number; car: Car; ahead: Ahead | undefined }) => number;

/** The next car in the lane. */
export interface Ahead {
  readonly car: Car;
  readonly gapMetres: number;
}

export interface CarPlan {
  readonly name: string;
  readonly route: Route;
  readonly startMetres: number;
  readonly speedMetresPerSecond: number;
  /** Keeps its speed unless told. */
  readonly pedals?: Pedals;
  readonly says?: (seconds: number) => Says;
  /** False for a car without an on-board unit. */
  readonly isEquipped?: boolean;
  /** What it may say: a pseudonym of everybody's unless it is a special vehicle. */
  readonly isSpecial?: boolean;
  readonly lengthMetres?: number;
  readonly widthMetres?: number;
}

const HARD_BRAKING = -4;
const LEFT_LIGHT = 2;
const RIGHT_LIGHT = 3;
const LIGHTS = 9;
const EVENTS = 13;

export class Car {
  metres: number;
  speed: number;
  acceleration = 0;
  /** After a crash nothing moves any more. */
  isWrecked = false;
  private error: GnssError;

  constructor(
    readonly plan: CarPlan,
    private readonly random: RoadRandom,
  ) {
    this.metres = plan.startMetres;
    this.speed = plan.speedMetresPerSecond;
    this.error = firstError(random);
  }

  get pose(): Pose {
    return this.plan.route.at(this.metres);
  }

  /** Where it really is. */
  get truth(): Mover {
    return { ...this.pose, speedMetresPerSecond: this.speed, acceleration: this.acceleration, ...this.body };
  }

  private get body(): { lengthMetres: number; widthMetres: number } {
    return { lengthMetres: this.plan.lengthMetres ?? 4.6, widthMetres: this.plan.widthMetres ?? 1.8 };
  }

  drive(seconds: number, others: readonly Car[], step: number): void {
    if (this.isWrecked) {
      this.speed = 0;
      this.acceleration = 0;
      return;
    }
    const wished = this.plan.pedals?.({ seconds, car: this, ahead: this.nextOf(others) }) ?? 0;
    const before = this.speed;
    this.speed = Math.max(0, before + wished * step);
    this.acceleration = (this.speed - before) / step;
    this.metres += ((before + this.speed) / 2) * step;
    [this.error] = laterErrors([this.error], step, this.random) as [GnssError];
  }

  private nextOf(others: readonly Car[]): Ahead | undefined {
    const truth = this.truth;
    return others
      .filter((other) => other !== this)
      .map((car) => ({ car, relation: relate(truth, car.truth) }))
      .filter(({ relation }) => isAheadInLane(relation))
      .map(({ car, relation }) => ({ car, gapMetres: relation.gapMetres }))
      .sort((a, b) => a.gapMetres - b.gapMetres)[0];
  }

  /** As its own sensors see it, wrong by what its receiver gets wrong. */
  sensed(timeMillis: number): VehicleState {
    const { error, speed } = this;
    const { eastMetres, northMetres, headingDegrees, curvature } = this.pose;
    return {
      generationTimeMillis: timeMillis,
      ...pointAt(SITE, {
        eastMetres: eastMetres + error.eastMetres,
        northMetres: northMetres + error.northMetres,
      }),
      elevationMetres: ELEVATION_METRES,
      speedMetresPerSecond: speed === 0 ? 0 : Math.max(0, speed + error.speedMetresPerSecond),
      headingDegrees: (headingDegrees + error.headingDegrees + 360) % 360,
      isReversing: false,
      longitudinalAcceleration: this.acceleration,
      lateralAcceleration: speed * speed * curvature,
      yawDegreesPerSecond: (speed * curvature * 180) / Math.PI,
      positionSigmaMetres: CLAIMED_SIGMA_METRES,
      ...this.body,
    };
  }

  /** What an application is told of the own car. */
  own(timeMillis: number, seconds: number): OwnState {
    const state = this.sensed(timeMillis);
    const origin: GeoPoint = { latitudeDegrees: state.latitudeDegrees, longitudeDegrees: state.longitudeDegrees };
    const turning = this.plan.says?.(seconds).turning;
    return {
      origin,
      eastMetres: 0,
      northMetres: 0,
      headingDegrees: state.headingDegrees,
      speedMetresPerSecond: state.speedMetresPerSecond,
      acceleration: this.acceleration,
      ...this.body,
      isTurningLeft: turning === 'left',
      isTurningRight: turning === 'right',
    };
  }

  /** Its BSM; id and count are the signer's to fill in. Hard braking says so by itself, as in any car. */
  bsm(timeMillis: number, seconds: number): BasicSafetyMessage {
    const says = this.plan.says?.(seconds) ?? {};
    const events = [...(says.events ?? []), ...(this.acceleration < HARD_BRAKING ? (['hardBraking'] as const) : [])];
    const bsm = toBsm(this.sensed(timeMillis), 0, new Uint8Array(8));
    const light = { left: LEFT_LIGHT, right: RIGHT_LIGHT, none: -1 }[says.turning ?? 'none'];
    return {
      ...bsm,
      ...(says.classification === undefined ? {} : { vehicleClass: { classification: says.classification } }),
      ...(says.emergency === undefined ? {} : { emergencyExt: says.emergency }),
      safetyExt: {
        ...(events.length === 0 ? {} : { events: flags(EVENTS, new Set(events.map((name) => VEHICLE_EVENT[name]))) }),
        lights: flags(LIGHTS, new Set([light])),
      },
    };
  }
}

const flags = (size: number, set: ReadonlySet<number>): boolean[] => Array.from({ length: size }, (_, n) => set.has(n));

export const touch = (one: Car, other: Car): boolean => bodiesTouch(one.truth, other.truth);

/** Intelligent driver model: keeps 1.5 s and two metres, and wishes 50 km/h (Treiber, Hennecke, Helbing 2000). */
export const follow: Pedals = ({ car, ahead }) => {
  const [wished, gap, headway, most, comfortable] = [13.9, 2, 1.5, 1.5, 2];
  const free = 1 - (car.speed / wished) ** 4;
  if (ahead === undefined) return most * free;
  const closing = car.speed - ahead.car.speed;
  const wanted = gap + Math.max(0, car.speed * headway + (car.speed * closing) / (2 * Math.sqrt(most * comfortable)));
  return Math.max(-8, most * (free - (wanted / Math.max(0.1, ahead.gapMetres)) ** 2));
};
