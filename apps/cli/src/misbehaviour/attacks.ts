// The lies of the public catalogues (VeReMi Extension, F2MD, NextGen), written from their descriptions. Each takes the
// honest message of its car, with its own sensors' errors in it, and gives what is sent instead.
import type { RoadRandom } from '#apps/device/src/road/road-random.js';
import type { Claim } from './sensors.js';

/** One message to be sent; `name` tells the ghosts of one liar apart, 0 is itself. */
export interface Sent {
  readonly claim: Claim;
  readonly name: number;
  /** The time it says it was made. */
  readonly timeSeconds: number;
}

export interface LiarView {
  readonly random: RoadRandom;
  /** Honest messages that this liar heard lately from one car after the other, oldest first; may be empty. */
  heard(): readonly (readonly Sent[])[];
}

/** Gives what goes on the air for one honest message of this car. */
export type Lie = (honest: Sent, view: LiarView) => readonly Sent[];

interface Attack {
  /** How many times as often as others. */
  readonly rate: number;
  make(random: RoadRandom): Lie;
}

const between = (random: RoadRandom, least: number, most: number) => least + random() * (most - least);
const signed = (random: RoadRandom, least: number, most: number) =>
  between(random, least, most) * (random() < 0.5 ? -1 : 1);

/** A lie that changes the claim and nothing else. */
const changing =
  (change: (random: RoadRandom) => (claim: Claim, timeSeconds: number) => Partial<Claim> | undefined): Attack['make'] =>
  (random) => {
    const changed = change(random);
    return (honest) => {
      const changes = changed(honest.claim, honest.timeSeconds);
      return [changes === undefined ? honest : { ...honest, claim: { ...honest.claim, ...changes } }];
    };
  };

/** A lie made of the newest message that is some seconds old by now, or of the oldest there is. */
const late =
  (make: (honest: Sent, past: Sent, delaySeconds: number) => readonly Sent[]): Attack['make'] =>
  (random) => {
    const delay = between(random, 1, 6);
    const kept: Sent[] = [];
    return (honest) => {
      kept.push(honest);
      while (kept.length > 1 && kept[1]!.timeSeconds <= honest.timeSeconds - delay) kept.shift();
      return make(honest, kept[0]!, delay);
    };
  };

const AREA = 700;
const anywhere = (random: RoadRandom): Partial<Claim> => ({
  eastMetres: signed(random, 0, AREA),
  northMetres: signed(random, 0, AREA),
});
const shifted = ({ eastMetres, northMetres }: Claim, random: RoadRandom, least: number, most: number) => ({
  eastMetres: eastMetres + signed(random, least, most),
  northMetres: northMetres + signed(random, least, most),
});
const randomMotion = (random: RoadRandom): Partial<Claim> => ({
  ...anywhere(random),
  speed: random() * 40,
  acceleration: signed(random, 0, 4),
  headingDegrees: random() * 360,
});
const plain = (change: (claim: Claim, random: RoadRandom) => Partial<Claim>): Attack => ({
  rate: 1,
  make: changing((random) => (claim) => change(claim, random)),
});
const withOnset = (change: (random: RoadRandom) => (claim: Claim) => Partial<Claim>): Attack => ({
  rate: 1,
  make: changing((random) => {
    let lie: ((claim: Claim) => Partial<Claim>) | undefined;
    let onset: number | undefined;
    return (claim, time) => {
      onset ??= time + between(random, 3, 10);
      if (time < onset) return undefined;
      lie ??= change(random);
      return lie(claim);
    };
  }),
});

/** A message out of those heard; where nothing was heard, the honest one. */
function anyHeard(honest: Sent, { random, heard }: LiarView): Sent {
  const all = heard();
  const one = all[Math.floor(random() * all.length)] ?? [];
  return { ...honest, claim: one[Math.floor(random() * one.length)]?.claim ?? honest.claim };
}

/** Follows one car after the other: says again what it said, in its order. */
function replaying(): (honest: Sent, view: LiarView) => Sent {
  let queue: Sent[] = [];
  return (honest, { random, heard }) => {
    if (queue.length === 0) {
      const all = heard().filter(({ length }) => length >= 4);
      queue = [...(all[Math.floor(random() * all.length)] ?? [])];
    }
    const claim = queue.shift()?.claim ?? honest.claim;
    return { ...honest, claim };
  };
}

/** Ghosts that stand in a row behind the liar, each with a fresh error of its own or with the liar's. */
function ghosts(count: number, spacing: number, slows: boolean): Lie {
  return (honest, { random }) => {
    const { claim } = honest;
    const heading = (claim.headingDegrees * Math.PI) / 180;
    const ghost = (name: number): Sent => {
      const back = spacing * Math.ceil(name / 2);
      const aside = name % 2 === 0 ? 0 : 3.5;
      const eastMetres = claim.eastMetres - back * Math.sin(heading) + aside * Math.cos(heading);
      const northMetres = claim.northMetres - back * Math.cos(heading) - aside * Math.sin(heading);
      const speed = slows ? Math.max(0, claim.speed + signed(random, 0, 0.3)) : claim.speed;
      return { ...honest, name, claim: { ...claim, eastMetres, northMetres, speed } };
    };
    return [honest, ...Array.from({ length: count }, (_, index) => ghost(index + 1))];
  };
}

export const ATTACKS = {
  constantPosition: {
    rate: 1,
    make: changing((random) => {
      const place = anywhere(random);
      return () => place;
    }),
  },
  constantPositionOffset: {
    rate: 1,
    make: changing((random) => {
      const [east, north] = [signed(random, 20, 70), signed(random, 20, 70)];
      return ({ eastMetres, northMetres }) => ({ eastMetres: eastMetres + east, northMetres: northMetres + north });
    }),
  },
  randomPosition: plain((_, random) => anywhere(random)),
  randomPositionOffset: plain((claim, random) => shifted(claim, random, 20, 70)),
  positionMirroring: {
    rate: 1,
    make: changing(() => {
      let middle: Claim | undefined;
      return (claim) => {
        middle ??= claim;
        return { eastMetres: 2 * middle.eastMetres - claim.eastMetres, northMetres: claim.northMetres };
      };
    }),
  },
  constantSpeed: {
    rate: 1,
    make: changing((random) => {
      const speed = random() * 40;
      return () => ({ speed });
    }),
  },
  constantSpeedOffset: {
    rate: 1,
    make: changing((random) => {
      const offset = signed(random, 1, 7);
      return ({ speed }) => ({ speed: Math.max(0, speed + offset) });
    }),
  },
  randomSpeed: plain((_, random) => ({ speed: random() * 40 })),
  randomSpeedOffset: plain(({ speed }, random) => ({ speed: Math.max(0, speed + signed(random, 1, 7)) })),
  zeroSpeed: plain(() => ({ speed: 0 })),
  suddenConstantSpeed: withOnset(() => {
    let speed: number | undefined;
    return (claim) => ({ speed: (speed ??= claim.speed) });
  }),
  suddenStop: withOnset(() => {
    let stopped: Claim | undefined;
    return (claim) => ({ ...(stopped ??= claim), speed: 0, acceleration: 0 });
  }),
  reversedHeading: plain(({ headingDegrees }) => ({ headingDegrees: (headingDegrees + 180) % 360 })),
  feignedBraking: plain(({ acceleration }, random) => ({
    acceleration: -Math.abs(acceleration) * between(random, 2, 4) - 1,
  })),
  accelerationMultiplication: {
    rate: 1,
    make: changing((random) => {
      const factor = between(random, 2, 4);
      return ({ acceleration }) => ({ acceleration: acceleration * factor });
    }),
  },
  timeDelay: { rate: 1, make: late((honest, past) => [{ ...honest, claim: past.claim }]) },
  staleMessages: {
    rate: 1,
    make: late((honest, past, delay) => (past.timeSeconds <= honest.timeSeconds - delay ? [past] : [])),
  },
  disruptive: { rate: 1, make: () => (honest, view) => [anyHeard(honest, view)] },
  dataReplay: {
    rate: 1,
    make: () => {
      const replay = replaying();
      return (honest, view) => [replay(honest, view)];
    },
  },
  dos: { rate: 3, make: () => (honest) => [honest] },
  dosRandom: { rate: 3, make: changing((random) => () => randomMotion(random)) },
  dosDisruptive: { rate: 3, make: () => (honest, view) => [anyHeard(honest, view)] },
  trafficSybil: { rate: 1, make: (random) => ghosts(4 + Math.floor(random() * 3), 8, false) },
  gridSybil: { rate: 1, make: () => ghosts(5, 7, true) },
  dataReplaySybil: {
    rate: 1,
    make: () => {
      const replays = [replaying(), replaying(), replaying()];
      return (honest, view) => replays.map((replay, name) => ({ ...replay(honest, view), name }));
    },
  },
} as const satisfies Record<string, Attack>;

export type AttackName = keyof typeof ATTACKS;
export const ATTACK_NAMES = Object.keys(ATTACKS) as AttackName[];
