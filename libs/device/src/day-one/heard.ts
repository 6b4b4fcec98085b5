/** What an application is given: the latest of every message that was verified, on the plane of the own car. */
import { observe } from '#detection/observed-state.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import type { MapData } from '#uper/messages/map.js';
import type { RoadSideInformation } from '#uper/messages/rsi.js';
import type { RoadsideSafetyMessage } from '#uper/messages/rsm.js';
import type { SPAT } from '#uper/messages/spat.js';
import type { KnownFrame } from '#wire/message-claims.js';
import { onOwnPlane, type Mover, type OwnState } from './mover.js';
import { pointOf } from './offsets.js';

export interface HeardVehicle extends Mover {
  readonly bsm: BasicSafetyMessage;
}

/** Who does not speak and is seen by a roadside unit. */
export interface SeenParticipant extends Mover {
  readonly kind: string;
}

/** A message and how long ago it was signed. */
export interface Aged<T> {
  readonly message: T;
  readonly ageSeconds: number;
}

export interface Heard {
  readonly vehicles: readonly HeardVehicle[];
  readonly participants: readonly SeenParticipant[];
  readonly maps: readonly MapData[];
  readonly signals: readonly Aged<SPAT>[];
  readonly information: readonly RoadSideInformation[];
}

interface Kept {
  readonly frame: KnownFrame;
  readonly generationTimeMillis: number;
}

/** Longer than a few lost messages of each kind; MAP comes once a second. */
const KEPT_MILLIS: Readonly<Record<KnownFrame['kind'], number>> = {
  bsmFrame: 700,
  rsmFrame: 700,
  spatFrame: 2000,
  rsiFrame: 3000,
  mapFrame: 10_000,
};
const MOST_SENDERS = 500;

/** Remembers the latest message of each kind of each sender, and forgets what is old. */
export class Awareness {
  private readonly kept = new Map<string, Kept>();

  /** Takes a verified message; `sender` is what it is called as long as it signs with the same certificate. */
  take(sender: string, frame: KnownFrame, generationTimeMillis: number): void {
    const key = `${frame.kind} ${sender}`;
    const before = this.kept.get(key);
    if (before !== undefined && before.generationTimeMillis > generationTimeMillis) return;
    // Behind all others: the first of the map is the one that was silent longest.
    this.kept.delete(key);
    this.kept.set(key, { frame, generationTimeMillis });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_SENDERS && oldest !== undefined) this.kept.delete(oldest);
  }

  /** What still counts at `nowMillis`, around `own`. */
  heard(own: OwnState, nowMillis: number): Heard {
    const vehicles: HeardVehicle[] = [];
    const participants: SeenParticipant[] = [];
    const maps: MapData[] = [];
    const signals: Aged<SPAT>[] = [];
    const information: RoadSideInformation[] = [];
    for (const [key, { frame, generationTimeMillis }] of this.kept) {
      const ageMillis = nowMillis - generationTimeMillis;
      if (ageMillis > KEPT_MILLIS[frame.kind]) {
        this.kept.delete(key);
        continue;
      }
      switch (frame.kind) {
        case 'bsmFrame':
          vehicles.push(...vehicleOf(frame.value, own, ageMillis));
          break;
        case 'rsmFrame':
          participants.push(...participantsOf(frame.value, own, ageMillis));
          break;
        case 'mapFrame':
          maps.push(frame.value);
          break;
        case 'spatFrame':
          signals.push({ message: frame.value, ageSeconds: ageMillis / 1000 });
          break;
        case 'rsiFrame':
          information.push(frame.value);
      }
    }
    return { vehicles, participants, maps, signals, information };
  }
}

/** None when it says no place or motion; moved on by the time since it was signed. */
function vehicleOf(bsm: BasicSafetyMessage, own: OwnState, ageMillis: number): HeardVehicle[] {
  const observed = observe(bsm, 0);
  if (observed.kind === 'refused') return [];
  const { headingDegrees, speedMetresPerSecond, longitudinalAcceleration, lengthMetres, widthMetres } = observed.state;
  const now = movedOn(
    {
      ...onOwnPlane(own, bsm.pos.lat, bsm.pos.long),
      headingDegrees,
      speedMetresPerSecond,
      acceleration: longitudinalAcceleration ?? 0,
      lengthMetres,
      widthMetres,
    },
    ageMillis,
  );
  return [{ ...now, bsm }];
}

function participantsOf(
  { refPos, participants }: RoadsideSafetyMessage,
  own: OwnState,
  age: number,
): SeenParticipant[] {
  return participants
    .filter(({ ptcType }) => ptcType !== 'rsu')
    .map(({ ptcType, pos, speed, heading, size, accelSet }) => {
      const { lat, long } = pointOf(refPos, pos);
      const mover = {
        ...onOwnPlane(own, lat, long),
        headingDegrees: heading * 0.0125,
        speedMetresPerSecond: speed * 0.02,
        acceleration: accelSet === undefined ? 0 : accelSet.long / 100,
        lengthMetres: size.length / 100,
        widthMetres: size.width / 100,
      };
      return { ...movedOn(mover, age), kind: ptcType };
    });
}

function movedOn(mover: Mover, ageMillis: number): Mover {
  const metres = (mover.speedMetresPerSecond * ageMillis) / 1000;
  const heading = (mover.headingDegrees * Math.PI) / 180;
  return {
    ...mover,
    eastMetres: mover.eastMetres + metres * Math.sin(heading),
    northMetres: mover.northMetres + metres * Math.cos(heading),
  };
}
