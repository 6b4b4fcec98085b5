/** Drives a scenario: ten times a second everybody moves, speaks and listens, and the host's applications judge. */
import { setImmediate as breathe } from 'node:timers/promises';
import { ccsa } from '#credentials/profile.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import { systemRandom } from '#crypto/random.js';
import { APPLICATIONS, type ApplicationName } from '#device/day-one/applications.js';
import { Awareness } from '#device/day-one/heard.js';
import type { GeographicRegion } from '#wire/base-types.js';
import { MESSAGE_AIDS, sspOf, VEHICLE_RIGHT } from '#wire/message-applications.js';
import { createRadio, type PlanePoint } from '../road/radio.js';
import { createRoadRandom } from '../road/road-random.js';
import type { Domain } from './authorities.js';
import { Car, touch, type CarPlan } from './cars.js';
import {
  eventsMessage,
  mapOf,
  signsMessage,
  spatOf,
  UNIT_PLACE,
  walkersMessage,
  type EventOnRoad,
  type SignOnRoad,
  type Walker,
} from './roadside-messages.js';
import { sharedVerdicts } from './shared-verdicts.js';
import { phaseOf, shownBy } from './signals.js';
import { onEarth, placeAt, START_MILLIS } from './site.js';
import { openStation, protectedStation, type Heard, type Station } from './stations.js';

export interface World {
  /** The car whose applications judge. */
  readonly host: CarPlan;
  readonly others: readonly CarPlan[];
  /** Seconds into the green of the avenue when the scenario begins. */
  readonly signalSecond?: number;
  readonly events?: readonly EventOnRoad[];
  readonly signs?: readonly SignOnRoad[];
  readonly walkers?: (seconds: number) => readonly Walker[];
}

/** One who speaks on the same air and is no part of the road. */
export interface Intruder {
  readonly place: PlanePoint;
  /** Called after everybody has spoken; `air` is what was sent in this tick. */
  speak(moment: { seconds: number; nowMillis: number; air: readonly OnAir[] }): Promise<readonly Uint8Array[]>;
}

export interface OnAir {
  readonly sender: string;
  readonly bytes: Uint8Array;
}

export interface RunOptions {
  readonly world: World;
  readonly seconds: number;
  readonly seed: number;
  readonly isProtected: boolean;
  readonly domain: Domain;
  readonly intruder?: Intruder;
  /** Milliseconds of some clock, for how long a verdict takes; the simulation itself does not need it. */
  readonly stopwatch?: () => number;
  /** After each tick, with what the host was told; lets a host heed its warnings. */
  readonly told?: (names: readonly ApplicationName[]) => void;
  readonly ended?: AbortSignal;
}

export interface WarningShown {
  readonly text: string;
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  readonly moments: number;
}

export interface Trace {
  readonly name: string;
  /** East, north and speed, twice a second. */
  readonly points: readonly (readonly [number, number, number])[];
}

export interface RunResult {
  readonly warnings: Readonly<Partial<Record<ApplicationName, WarningShown>>>;
  readonly sent: number;
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Of the intruder's messages, by those who heard them. */
  readonly intruder: {
    readonly sent: number;
    readonly accepted: number;
    readonly refused: Readonly<Record<string, number>>;
    /** When the first was refused after the first was sent, in seconds of the road; undefined when none was. */
    readonly refusedAfterSeconds: number | undefined;
    readonly place: PlanePoint | undefined;
    /** Median time of a verdict on one of them, in microseconds; undefined without a stopwatch. */
    readonly verdictMicros: number | undefined;
  };
  readonly collisions: readonly { readonly seconds: number; readonly cars: readonly [string, string] }[];
  /** When the host crossed a stop line at red. */
  readonly redLights: readonly number[];
  readonly hostSlowest: number;
  readonly traces: readonly Trace[];
}

const STEP_SECONDS = 0.1;
const LATENCY_MILLIS = 3;
const RANGE_METRES = 500;
const PSEUDONYMS = 20;
/** A driver is shown what an application says so many times in a row: a flicker is an error of a receiver. */
const SHOWN_AFTER_MOMENTS = 3;
/** A certificate that is not changed: one of a unit or a special vehicle. */
const NEVER = { shortestMillis: 86_400_000, longestMillis: 86_400_000 };
const AMBULANCE = sspOf(VEHICLE_RIGHT, ['emergency', 'ambulance']);
const UNIT_RADIUS_METRES = 2000;

interface Speaker {
  readonly name: string;
  readonly station: Station;
  readonly car: Car | undefined;
}

export async function run(options: RunOptions): Promise<RunResult> {
  const { world, seed } = options;
  const cars = [world.host, ...world.others].map((plan, n) => new Car(plan, createRoadRandom(seed, n + 10)));
  const verify = sharedVerdicts(tablingVerifier());
  const speakers: Speaker[] = [];
  for (const car of cars) {
    if (car.plan.isEquipped !== false) {
      speakers.push({ name: car.plan.name, car, station: await stationOf(car, options, verify) });
    }
  }
  speakers.push({ name: 'unit', car: undefined, station: await unitStation(options, verify) });
  return new Drive(options, cars, speakers).all();
}

type Verify = ReturnType<typeof sharedVerdicts>;

async function stationOf({ plan }: Car, { isProtected, domain }: RunOptions, verify: Verify): Promise<Station> {
  if (!isProtected) return openStation(systemRandom);
  if (plan.isSpecial !== true) {
    return protectedStation(domain, await domain.pseudonyms(PSEUDONYMS), systemRandom, verify);
  }
  const identity = await domain.unit([{ psid: ccsa.aid.bsm, ssp: AMBULANCE }], undefined);
  return protectedStation(domain, [identity], systemRandom, verify, NEVER);
}

async function unitStation({ isProtected, domain }: RunOptions, verify: Verify): Promise<Station> {
  if (!isProtected) return openStation(systemRandom);
  const { mapFrame, spatFrame, rsiFrame, rsmFrame } = MESSAGE_AIDS;
  const permissions = [...mapFrame, ...spatFrame, ...rsiFrame, ...rsmFrame].map((psid) => ({ psid }));
  const { lat, long } = onEarth(UNIT_PLACE);
  const region: GeographicRegion = {
    kind: 'circularRegion',
    value: { center: { latitude: lat, longitude: long }, radius: UNIT_RADIUS_METRES },
  };
  return protectedStation(domain, [await domain.unit(permissions, region)], systemRandom, verify, NEVER);
}

class Counted {
  readonly refused: Record<string, number> = {};
  sent = 0;
  accepted = 0;

  count(heard: Heard): void {
    if (heard.kind === 'accepted') this.accepted++;
    else this.refused[heard.reason] = (this.refused[heard.reason] ?? 0) + 1;
  }
}

class Drive {
  private readonly radio;
  private readonly awareness = new Awareness();
  private readonly honest = new Counted();
  private readonly intruded = new Counted();
  private readonly verdictMillis: number[] = [];
  private readonly warnings: Partial<Record<ApplicationName, WarningShown>> = {};
  private readonly inARow: Partial<Record<ApplicationName, number>> = {};
  private readonly collisions: { seconds: number; cars: [string, string] }[] = [];
  private readonly redLights: number[] = [];
  private readonly traces: { name: string; points: [number, number, number][] }[];
  private hostSlowest = Infinity;
  private intrudedAt: number | undefined;
  private refusedAt: number | undefined;

  constructor(
    private readonly options: RunOptions,
    private readonly cars: readonly Car[],
    private readonly speakers: readonly Speaker[],
  ) {
    this.radio = createRadio({
      seed: options.seed,
      rangeMetres: RANGE_METRES,
      lossShare: 0.05,
      edgeLossShare: 0.45,
    });
    this.traces = cars.map(({ plan }) => ({ name: plan.name, points: [] }));
  }

  async all(): Promise<RunResult> {
    const ticks = Math.round(this.options.seconds / STEP_SECONDS);
    for (let tick = 1; tick <= ticks; tick++) {
      this.options.ended?.throwIfAborted();
      const seconds = tick * STEP_SECONDS;
      this.move(seconds, tick);
      await this.talk(tick, seconds, START_MILLIS + tick * 100);
      this.judge(seconds, START_MILLIS + tick * 100 + LATENCY_MILLIS);
      if (tick % 10 === 0) await breathe();
    }
    return this.result();
  }

  private get host(): Car {
    return this.cars[0] as Car;
  }

  private signalAt(seconds: number): number {
    return seconds + (this.options.world.signalSecond ?? 0);
  }

  private move(seconds: number, tick: number): void {
    const { host } = this;
    const before = host.metres;
    for (const car of this.cars) car.drive(seconds, this.cars, STEP_SECONDS);
    this.hostSlowest = Math.min(this.hostSlowest, host.speed);
    for (const { metres, from } of host.plan.route.stopLines) {
      const isCrossed = before < metres && host.metres >= metres;
      if (isCrossed && shownBy(phaseOf(from), this.signalAt(seconds))[0].light === 'red') this.redLights.push(seconds);
    }
    this.findCollisions(seconds);
    if (tick % 5 !== 0) return;
    for (const [n, car] of this.cars.entries()) {
      const { eastMetres, northMetres } = car.pose;
      this.traces[n]?.points.push([eastMetres, northMetres, car.speed]);
    }
  }

  private findCollisions(seconds: number): void {
    const { host, cars, collisions } = this;
    for (const other of cars) {
      const isKnown = collisions.some((one) => one.cars[1] === other.plan.name);
      if (other !== host && !isKnown && touch(host, other)) {
        collisions.push({ seconds, cars: [host.plan.name, other.plan.name] });
        host.isWrecked = true;
        other.isWrecked = true;
      }
    }
  }

  private async talk(tick: number, seconds: number, nowMillis: number): Promise<void> {
    const air: OnAir[] = [];
    for (const { name, station, car } of this.speakers) {
      const messages =
        car === undefined
          ? await this.unitSays(station, tick, seconds, nowMillis)
          : [await carSays(station, car, seconds, nowMillis)];
      air.push(...messages.map((bytes) => ({ sender: name, bytes })));
    }
    for (const { sender, bytes } of air) this.deliver(sender, bytes, nowMillis + LATENCY_MILLIS, this.honest);
    const { intruder } = this.options;
    if (intruder === undefined) return;
    for (const bytes of await intruder.speak({ seconds, nowMillis, air })) {
      this.intrudedAt ??= seconds;
      this.deliver('intruder', bytes, nowMillis + LATENCY_MILLIS, this.intruded);
      if (Object.keys(this.intruded.refused).length > 0) this.refusedAt ??= seconds;
    }
  }

  private deliver(sender: string, bytes: Uint8Array, nowMillis: number, counted: Counted): void {
    counted.sent++;
    const { intruder, stopwatch } = this.options;
    const places: PlanePoint[] = this.speakers.map(({ car }) => car?.pose ?? UNIT_PLACE);
    places.push(intruder?.place ?? UNIT_PLACE);
    const from = sender === 'intruder' ? places.length - 1 : this.speakers.findIndex(({ name }) => name === sender);
    for (const to of this.radio.receivers(places, from)) {
      const listener = this.speakers[to];
      if (listener === undefined) continue;
      const began = stopwatch?.();
      const heard = listener.station.hear(bytes, nowMillis, placeAt(places[to] as PlanePoint));
      if (began !== undefined && stopwatch !== undefined && counted === this.intruded) {
        this.verdictMillis.push(stopwatch() - began);
      }
      counted.count(heard);
      if (heard.kind === 'accepted' && listener.car === this.host) {
        this.awareness.take(heard.sender, heard.frame, heard.sentMillis);
      }
    }
  }

  /** MAP once a second, SPAT and RSI five times, RSM ten times. */
  private async unitSays(station: Station, tick: number, seconds: number, nowMillis: number): Promise<Uint8Array[]> {
    const { events = [], signs = [], walkers } = this.options.world;
    const { mapFrame, spatFrame, rsiFrame, rsmFrame } = MESSAGE_AIDS;
    const say = (aid: number, make: Parameters<Station['say']>[3]) => station.say(aid, nowMillis, false, make);
    const said: Uint8Array[] = [];
    if (tick % 10 === 1)
      said.push(await say(mapFrame[0], ({ msgCnt }) => ({ kind: 'mapFrame', value: mapOf(msgCnt) })));
    if (tick % 2 === 1) {
      const second = this.signalAt(seconds);
      said.push(await say(spatFrame[0], ({ msgCnt }) => ({ kind: 'spatFrame', value: spatOf(msgCnt, second) })));
    }
    // Each class of content has an application of its own.
    if (tick % 2 === 1 && events.length > 0) {
      said.push(
        await say(rsiFrame[2], ({ msgCnt }) => ({
          kind: 'rsiFrame',
          value: eventsMessage(msgCnt, UNIT_PLACE, events),
        })),
      );
    }
    if (tick % 2 === 0 && signs.length > 0) {
      said.push(
        await say(rsiFrame[0], ({ msgCnt }) => ({ kind: 'rsiFrame', value: signsMessage(msgCnt, UNIT_PLACE, signs) })),
      );
    }
    const seen = walkers?.(seconds) ?? [];
    if (seen.length > 0) {
      const value = (msgCnt: number) => walkersMessage(msgCnt, UNIT_PLACE, seen, nowMillis % 60_000);
      said.push(await say(rsmFrame[0], ({ msgCnt }) => ({ kind: 'rsmFrame', value: value(msgCnt) })));
    }
    return said;
  }

  private judge(seconds: number, nowMillis: number): void {
    const own = this.host.own(nowMillis, seconds);
    const heard = this.awareness.heard(own, nowMillis);
    const told: ApplicationName[] = [];
    for (const name of Object.keys(APPLICATIONS) as ApplicationName[]) {
      const warning = APPLICATIONS[name](own, heard);
      const inARow = warning === undefined ? 0 : (this.inARow[name] ?? 0) + 1;
      this.inARow[name] = inARow;
      if (warning === undefined || inARow < SHOWN_AFTER_MOMENTS) continue;
      told.push(name);
      const before = this.warnings[name];
      this.warnings[name] = {
        text: before?.text ?? warning.text,
        firstSeconds: before?.firstSeconds ?? seconds,
        lastSeconds: seconds,
        moments: (before?.moments ?? 0) + 1,
      };
    }
    this.options.told?.(told);
  }

  private result(): RunResult {
    const { honest, intruded, verdictMillis, warnings, collisions, redLights, hostSlowest, traces } = this;
    const sorted = [...verdictMillis].sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    const after = this.refusedAt === undefined ? undefined : this.refusedAt - (this.intrudedAt ?? 0);
    return {
      warnings,
      sent: honest.sent,
      accepted: honest.accepted,
      refused: honest.refused,
      intruder: {
        sent: intruded.sent,
        accepted: intruded.accepted,
        refused: intruded.refused,
        refusedAfterSeconds: after,
        place: this.options.intruder?.place,
        verdictMicros: median === undefined ? undefined : median * 1000,
      },
      collisions,
      redLights,
      hostSlowest,
      traces,
    };
  }
}

function carSays(station: Station, car: Car, seconds: number, nowMillis: number): Promise<Uint8Array> {
  const bsm = car.bsm(nowMillis, seconds);
  return station.say(ccsa.aid.bsm, nowMillis, bsm.safetyExt?.events !== undefined, ({ temporaryId, msgCnt }) => ({
    kind: 'bsmFrame',
    value: { ...bsm, id: temporaryId, msgCnt },
  }));
}
