// A stretch of traffic as its receivers hear it: cars, their sensors, the radio between them, and the liars among them.
import { createRoadRandom, type RoadRandom } from '#apps/device/src/road/road-random.js';
import { ATTACKS, type AttackName, type Lie, type Sent } from './attacks.js';
import { type Claim, createSensors, type SensorModel, type Sensors } from './sensors.js';
import { gridTraffic, motorwayTraffic, type TrafficModel, type TrueState } from './traffic.js';

export interface WorldOptions {
  readonly seed: number;
  readonly roads: 'grid' | 'motorway';
  readonly vehicles: number;
  /** Steps of the traffic; long ones make corners and pedals sharp, as coarse simulators do. */
  readonly tickSeconds: number;
  /** How many of them keep a log. */
  readonly receivers: number;
  readonly seconds: number;
  /** Usual interval of messages. */
  readonly intervalSeconds: number;
  /** `fixed`: all alike. `varied`: each car its own, and jitter. `by-motion`: the sooner the more a car has moved. */
  readonly rhythm: 'fixed' | 'varied' | 'by-motion';
  readonly sensors: SensorModel;
  readonly rangeMetres: number;
  /** Mean time between two changes of the name under which a car speaks. */
  readonly aliasSeconds: number;
  readonly liarShare: number;
  /** What liars do, by turns. */
  readonly attacks: readonly AttackName[];
}

/** One message as one receiver got it, and the truth about it. */
export interface Heard {
  readonly receiver: number;
  readonly receivedSeconds: number;
  readonly sentSeconds: number;
  readonly messageId: number;
  readonly alias: number;
  readonly vehicle: number;
  /** The attack it belongs to; undefined is honest. */
  readonly attack: AttackName | undefined;
  readonly claim: Claim;
  readonly receiverEast: number;
  readonly receiverNorth: number;
  readonly receiverSpeed: number;
}

interface Car {
  readonly index: number;
  readonly sensors: Sensors;
  readonly random: RoadRandom;
  readonly intervalSeconds: number;
  nextSeconds: number;
  lastSent: TrueState | undefined;
  aliasUntil: number;
  readonly aliases: Map<number, number>;
  silentUntil: number;
  readonly attack: AttackName | undefined;
  readonly lie: Lie | undefined;
  /** What it said lately, oldest first. */
  said: Sent[];
}

/** Nobody says again what it has only just begun to hear. */
const LEAST_DELAY_SECONDS = 0.03;
const SAID_KEPT_SECONDS = 30;
/** A gap (a tunnel, a basement) comes to a car every so many seconds, and lasts so long at most. */
const GAP = { everySeconds: 300, mostSeconds: 12 };
const HIDDEN_RANGE_METRES = 90;

/** Runs the world and hands each received message to `hear`, in order of time. */
export function runWorld(options: WorldOptions, hear: (heard: Heard) => void): void {
  const { seed, vehicles, seconds, tickSeconds } = options;
  const traffic =
    options.roads === 'grid'
      ? gridTraffic(createRoadRandom(seed, 1), vehicles, Math.max(2, Math.round(Math.sqrt(vehicles / 8))))
      : motorwayTraffic(createRoadRandom(seed, 1), vehicles);
  for (let warming = 0; warming < 30; warming += tickSeconds) traffic.step(tickSeconds);
  const cars = Array.from({ length: vehicles }, (_, index) => createCar(options, index));
  const radio = createRoadRandom(seed, 3);
  const names = { alias: 0, message: 0 };
  for (let now = 0; now < seconds; now += tickSeconds) {
    traffic.step(tickSeconds);
    const states = cars.map(({ index }) => traffic.state(index));
    for (const car of cars) speak(car, cars, states, now, options, traffic, radio, names, hear);
  }
}

function createCar(options: WorldOptions, index: number): Car {
  const random = createRoadRandom(options.seed, 10 + index);
  const isLiar = ((index * 7919) % options.vehicles) + 0.5 < options.liarShare * options.vehicles;
  const attack = isLiar ? options.attacks[Math.floor(random() * options.attacks.length)] : undefined;
  const rate = attack === undefined ? 1 : ATTACKS[attack].rate;
  const own = options.rhythm === 'varied' ? 0.8 + random() * 0.45 : 1;
  return {
    index,
    sensors: createSensors(options.sensors, random),
    random,
    intervalSeconds: (options.intervalSeconds * own) / rate,
    nextSeconds: random() * options.intervalSeconds,
    lastSent: undefined,
    aliasUntil: random() * options.aliasSeconds,
    aliases: new Map(),
    silentUntil: 0,
    attack,
    lie: attack && ATTACKS[attack].make(random),
    said: [],
  };
}

function speak(
  car: Car,
  cars: readonly Car[],
  states: readonly TrueState[],
  now: number,
  options: WorldOptions,
  traffic: TrafficModel,
  radio: RoadRandom,
  names: { alias: number; message: number },
  hear: (heard: Heard) => void,
): void {
  if (car.random() < options.tickSeconds / GAP.everySeconds) car.silentUntil = now + car.random() * GAP.mostSeconds;
  if (now > car.aliasUntil) {
    car.aliases.clear();
    car.aliasUntil = now + options.aliasSeconds * (0.5 + car.random());
  }
  const state = states[car.index]!;
  if (options.rhythm === 'by-motion' && hasMoved(car.lastSent, state)) car.nextSeconds = Math.min(car.nextSeconds, now);
  while (car.nextSeconds < now + options.tickSeconds) {
    const time = Math.max(now, car.nextSeconds);
    const jitter = options.rhythm === 'fixed' ? 0 : 0.1 * (car.random() - 0.5);
    car.nextSeconds = Math.max(car.nextSeconds, now) + car.intervalSeconds * (1 + jitter);
    if (now < car.silentUntil) continue;
    car.lastSent = state;
    const honest: Sent = { claim: car.sensors.sense(movedOn(state, time - now), time), name: 0, timeSeconds: time };
    car.said = [...car.said.filter(({ timeSeconds }) => timeSeconds > time - SAID_KEPT_SECONDS), honest];
    const sent = car.lie?.(honest, { random: car.random, heard: () => saidAround(car, cars, states, time) }) ?? [
      honest,
    ];
    for (const one of sent) transmit(car, one, honest, time, states, options, traffic, radio, names, hear);
  }
}

function hasMoved(last: TrueState | undefined, state: TrueState): boolean {
  if (last === undefined) return true;
  return (
    Math.hypot(last.eastMetres - state.eastMetres, last.northMetres - state.northMetres) > 4 ||
    Math.abs(last.speed - state.speed) > 0.5
  );
}

function movedOn(state: TrueState, seconds: number): TrueState {
  const heading = (state.headingDegrees * Math.PI) / 180;
  return {
    ...state,
    eastMetres: state.eastMetres + state.speed * seconds * Math.sin(heading),
    northMetres: state.northMetres + state.speed * seconds * Math.cos(heading),
  };
}

/** What honest cars within reach said before that time. */
function saidAround(
  car: Car,
  cars: readonly Car[],
  states: readonly TrueState[],
  time: number,
): readonly (readonly Sent[])[] {
  const here = states[car.index]!;
  return cars
    .filter((other) => other !== car && distance(here, states[other.index]!) < 250 && other.attack === undefined)
    .map(({ said }) => said.filter(({ timeSeconds }) => timeSeconds < time - LEAST_DELAY_SECONDS));
}

function transmit(
  car: Car,
  sent: Sent,
  honest: Sent,
  time: number,
  states: readonly TrueState[],
  options: WorldOptions,
  traffic: TrafficModel,
  radio: RoadRandom,
  names: { alias: number; message: number },
  hear: (heard: Heard) => void,
): void {
  let alias = car.aliases.get(sent.name);
  if (alias === undefined) car.aliases.set(sent.name, (alias = ++names.alias));
  const messageId = ++names.message;
  const here = states[car.index]!;
  const isLie =
    car.attack !== undefined &&
    (sent.claim !== honest.claim || ATTACKS[car.attack].rate > 1 || sent.name > 0 || car.aliases.size > 1);
  for (let receiver = 0; receiver < options.receivers; receiver++) {
    const there = states[receiver]!;
    const far = distance(here, there);
    if (receiver === car.index || far > options.rangeMetres) continue;
    if (far > HIDDEN_RANGE_METRES && traffic.isHidden(here, there)) continue;
    if (radio() < 0.03 + 0.3 * (far / options.rangeMetres) ** 4) continue;
    hear({
      receiver,
      receivedSeconds: time + 0.005 + 0.02 * radio(),
      sentSeconds: sent.timeSeconds,
      messageId,
      alias,
      vehicle: car.index,
      attack: isLie ? car.attack : undefined,
      claim: sent.claim,
      receiverEast: there.eastMetres,
      receiverNorth: there.northMetres,
      receiverSpeed: there.speed,
    });
  }
}

function distance(one: TrueState, other: TrueState): number {
  return Math.hypot(one.eastMetres - other.eastMetres, one.northMetres - other.northMetres);
}
