/**
 * Five attacks on the road, each as its attacker would like it where nothing is signed, and as well as it can be done where
 * everything is. Each has a road on which it does harm when it is believed.
 */
import { ccsa } from '#credentials/profile.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { ApplicationName } from '#device/day-one/applications.js';
import { VEHICLE_EVENT } from '#uper/messages/vehicle.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { MESSAGE_AIDS } from '#wire/message-applications.js';
import { createRoadRandom } from '../road/road-random.js';
import type { Domain } from '../sim/authorities.js';
import { Car, type CarPlan, type Says } from '../sim/cars.js';
import { spatShowing } from '../sim/roadside-messages.js';
import type { Intruder, RunResult, World } from '../sim/run.js';
import { car, eastbound, southboundAtA } from '../sim/scenarios.js';
import { HeedfulDriver, tailgates } from './driver.js';
import { forged, frameIn, tampered } from './forge.js';

/** What the attacker holds. */
export interface Arms {
  /** Where nothing is signed: no certificate is needed. */
  readonly isProtected: boolean;
  /** Everybody's domain: the attacker has bought a car of it. */
  readonly domain: Domain;
  /** A domain of the attacker's own making, on nobody's list. */
  readonly ownDomain: Domain;
}

export interface Scene {
  readonly world: World;
  readonly intruder: Intruder;
  readonly told: (names: readonly ApplicationName[]) => void;
}

export interface Attack {
  readonly name: string;
  readonly title: string;
  /** What the attacker does and has, in two sentences. */
  readonly story: string;
  readonly seconds: number;
  scene(arms: Arms): Promise<Scene>;
  /** What happened on the road, when harm was done. */
  harm(result: RunResult): string | undefined;
  /** What must refuse it. */
  readonly refusedAs: string;
}

const SPEED = 14;
const CAR_METRES = 4.6;
const GAP_METRES = 12;
const kmh = (speed: number): string => `${(speed * 3.6).toFixed(0)} km/h`;

function host(startMetres: number, driver: HeedfulDriver): CarPlan {
  return car('host', eastbound(1), startMetres, SPEED, { pedals: driver.pedals });
}

/** Without a unit: it sees brake lights only. */
const tailgater = (hostMetres: number): CarPlan =>
  car('tailgater', eastbound(1), hostMetres - CAR_METRES - GAP_METRES, SPEED, {
    pedals: tailgates(),
    isEquipped: false,
  });

function crash({ collisions }: RunResult): string | undefined {
  const [first] = collisions;
  return first && `the host braked for nothing, and after ${first.seconds.toFixed(1)} s the ${first.cars[1]} hit it`;
}

/** A signer where there is protection, nothing where there is none. */
async function armed({ isProtected }: Arms, make: () => Promise<Signer[]>): Promise<Signer | undefined> {
  return isProtected ? (await make())[0] : undefined;
}

/** A car of the attacker's imagination. */
function ghost(
  startMetres: number,
  speed: number,
  lane: 1 | 2,
  says: Says = {},
): (seconds: number, nowMillis: number) => BasicSafetyMessage {
  const plan = car('ghost', eastbound(lane), startMetres, speed, { says: () => says });
  const phantom = new Car(plan, createRoadRandom(1, 99));
  return (seconds, nowMillis) => {
    phantom.metres = startMetres + speed * seconds;
    return { ...phantom.bsm(nowMillis, seconds), id: GHOST_ID, msgCnt: Math.round(seconds * 10) & 127 };
  };
}
const GHOST_ID = new TextEncoder().encode('ghostcar');

const forgedLight: Attack = {
  name: 'forged-light',
  title: 'forged traffic light 伪造红绿灯',
  story:
    'The light is red, and a lorry without a unit crosses at its green. From the kerb the attacker sends a SPAT that says ' +
    'green; where messages are signed, it signs with the pseudonym of a car it bought.',
  seconds: 17,
  refusedAs: 'aid-not-permitted',
  async scene(arms) {
    const driver = new HeedfulDriver();
    const signer = await armed(arms, () => arms.domain.pseudonyms(1));
    const lorry = car('lorry', southboundAtA(1), 331, 12, { isEquipped: false, lengthMetres: 10, widthMetres: 2.5 });
    return {
      world: { host: host(300, driver), others: [lorry], signalSecond: 35 },
      told: driver.hears,
      intruder: {
        place: { eastMetres: -30, northMetres: -20 },
        speak: async ({ seconds, nowMillis }) => {
          const value = spatShowing(Math.round(seconds * 10), (phase) => [
            { light: phase === 1 ? 'permissive-green' : 'red', startsInSeconds: 0, endsInSeconds: 30 },
          ]);
          return [await forged({ kind: 'spatFrame', value }, MESSAGE_AIDS.spatFrame[0], nowMillis, signer)];
        },
      },
    };
  },
  harm({ redLights: [red], collisions: [hit] }) {
    if (red === undefined) return undefined;
    const then = hit === undefined ? '' : ` and hit the ${hit.cars[1]} after ${hit.seconds.toFixed(1)} s`;
    return `the host drove over the line at red after ${red.toFixed(1)} s${then}`;
  },
};

const MADE_WAY = 7;

const forgedAmbulance: Attack = {
  name: 'forged-ambulance',
  title: 'forged special vehicle 伪造特种车辆',
  story:
    'A car in a hurry says it is an ambulance with siren and lights, so that others make way. Where messages are signed, it ' +
    'signs with its own good pseudonym, which has no such right.',
  seconds: 10,
  refusedAs: 'content-not-permitted',
  async scene(arms) {
    const driver = new HeedfulDriver();
    const signer = await armed(arms, () => arms.domain.pseudonyms(1));
    const bsm = ghost(100, 20, 1, {
      classification: 65,
      emergency: { responseType: 'emergency', sirenUse: 'inUse', lightsUse: 'inUse' },
    });
    return {
      world: { host: host(180, driver), others: [] },
      told: driver.hears,
      intruder: {
        place: { eastMetres: -400, northMetres: -1.75 },
        speak: async ({ seconds, nowMillis }) => {
          if (seconds < 2) return [];
          return [await forged({ kind: 'bsmFrame', value: bsm(seconds, nowMillis) }, ccsa.aid.bsm, nowMillis, signer)];
        },
      },
    };
  },
  harm: ({ hostSlowest }) =>
    hostSlowest < MADE_WAY
      ? `the host slowed from ${kmh(SPEED)} to ${kmh(hostSlowest)} and made way for an ordinary car`
      : undefined,
};

const EVENTS = 13;
const BRAKING_EVENT = Array.from({ length: EVENTS }, (_, bit) => bit === VEHICLE_EVENT.hardBraking);

const tampering: Attack = {
  name: 'tampering',
  title: 'tampering 篡改消息',
  story:
    'The attacker takes the messages of the car ahead, adds that it brakes hard, and sends them on under the old signature. ' +
    'A car without a unit follows the host closely.',
  seconds: 10,
  refusedAs: 'signature',
  scene() {
    const driver = new HeedfulDriver();
    return Promise.resolve({
      world: {
        host: host(120, driver),
        others: [car('ahead', eastbound(1), 180, SPEED), tailgater(120)],
      },
      told: driver.hears,
      intruder: {
        place: { eastMetres: -280, northMetres: -20 },
        speak: ({ seconds, air }) => {
          if (seconds < 2) return Promise.resolve([]);
          const heard = air.filter(({ sender }) => sender === 'ahead');
          const changed = heard.map(({ bytes }) =>
            tampered(bytes, (bsm) => ({
              ...bsm,
              accelSet: { ...bsm.accelSet, long: -790 },
              safetyExt: { ...bsm.safetyExt, events: BRAKING_EVENT },
            })),
          );
          return Promise.resolve(changed.filter((bytes) => bytes !== undefined));
        },
      },
    });
  },
  harm: crash,
};

const forgedTerminal: Attack = {
  name: 'forged-terminal',
  title: 'terminal forgery 伪造终端',
  story:
    'The attacker makes a root, a PCA and pseudonyms of its own, right in every byte, and lets a car that is not there stand ' +
    'on the lane. A car without a unit follows the host closely.',
  seconds: 10,
  refusedAs: 'issuer-not-listed',
  async scene(arms) {
    const driver = new HeedfulDriver();
    const signer = await armed(arms, () => arms.ownDomain.pseudonyms(1));
    const bsm = ghost(230, 0, 1);
    return {
      world: { host: host(120, driver), others: [tailgater(120)] },
      told: driver.hears,
      intruder: {
        place: { eastMetres: -280, northMetres: -20 },
        speak: async ({ seconds, nowMillis }) => {
          if (seconds < 2) return [];
          return [await forged({ kind: 'bsmFrame', value: bsm(seconds, nowMillis) }, ccsa.aid.bsm, nowMillis, signer)];
        },
      },
    };
  },
  harm: crash,
};

const REPLAY_FROM_SECONDS = 7;

const replay: Attack = {
  name: 'replay',
  title: 'replay 重放消息',
  story:
    'A car brakes hard and drives on. The attacker has recorded its messages, signatures and all, and sends them again five ' +
    'seconds later, when the host comes. A car without a unit follows the host closely.',
  seconds: 14,
  refusedAs: 'too-old',
  scene() {
    const driver = new HeedfulDriver();
    const recorded: Uint8Array[] = [];
    let next = 0;
    const pedals: CarPlan['pedals'] = ({ seconds, car: { speed } }) => {
      if (seconds < 2.6) return seconds < 0.5 ? 0 : -6;
      return speed < SPEED ? 3 : 0;
    };
    return Promise.resolve({
      world: {
        host: host(60, driver),
        others: [car('ahead', eastbound(1), 260, 12, { pedals }), tailgater(60)],
      },
      told: driver.hears,
      intruder: {
        place: { eastMetres: -280, northMetres: -20 },
        speak: ({ seconds, air }) => {
          if (seconds < REPLAY_FROM_SECONDS) {
            const heard = air.filter(({ sender }) => sender === 'ahead').map(({ bytes }) => bytes);
            recorded.push(...heard.filter(saysHardBraking));
            return Promise.resolve([]);
          }
          const bytes = recorded[next++ % recorded.length];
          return Promise.resolve(bytes === undefined ? [] : [bytes]);
        },
      },
    });
  },
  harm: crash,
};

function saysHardBraking(bytes: Uint8Array): boolean {
  const frame = frameIn(bytes);
  return frame?.kind === 'bsmFrame' && frame.value.safetyExt?.events?.[VEHICLE_EVENT.hardBraking] === true;
}

export const ATTACKS: readonly Attack[] = [forgedLight, forgedAmbulance, tampering, forgedTerminal, replay];
