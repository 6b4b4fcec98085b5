// Runs one world through the ears of its receivers and scores what they say: by message, and by alias as a vehicle.
import { Calibration } from '#detection/calibration.js';
import { headingSigma, type Motion, positionSigma } from '#detection/motion.js';
import { Neighbourhood } from '#detection/neighbourhood.js';
import type { AttackName } from './attacks.js';
import { type Score, scoreOf, Tally } from './score.js';
import { type Heard, runWorld, type WorldOptions } from './world.js';

export interface WorldScore {
  readonly messages: Score;
  /** Messages of the first and the second half of the time: what is learned on the way is in the second. */
  readonly firstHalf: Score;
  readonly secondHalf: Score;
  /** Aliases of whom at least 20 messages were received, by all receivers together. */
  readonly vehicles: Score;
  /** Share of the lies of each kind that were flagged. */
  readonly recalls: Readonly<Partial<Record<AttackName, number>>>;
}

/** A vehicle is an alias with at least so many messages, and flagged when more than a tenth of them are. */
const LEAST_MESSAGES = 20;
const FLAGGED_SHARE = 0.1;
const RADIO_RANGE_METRES = 1000;

/** Nothing is carried from one world to another: each begins with the defaults and learns on the way. */
export function judgeWorld(options: WorldOptions): WorldScore {
  const calibration = new Calibration();
  const ears = new Map<number, Neighbourhood>();
  const [first, second] = [new Tally(), new Tally()];
  const byAttack = new Map<AttackName, Tally>();
  const aliases = new Map<number, { messages: number; flagged: number; lies: number }>();
  runWorld(options, (heard) => {
    let ear = ears.get(heard.receiver);
    if (ear === undefined) {
      ear = new Neighbourhood({ calibration, rangeMetres: RADIO_RANGE_METRES, mostSenders: 2000 });
      ears.set(heard.receiver, ear);
    }
    const { flagged } = ear.observe(String(heard.alias), motionOf(heard), {
      receivedSeconds: heard.receivedSeconds,
      receiver: { eastMetres: heard.receiverEast, northMetres: heard.receiverNorth },
    });
    const isLie = heard.attack !== undefined;
    (heard.receivedSeconds < options.seconds / 2 ? first : second).add(isLie, flagged);
    if (heard.attack !== undefined) {
      const tally = byAttack.get(heard.attack) ?? new Tally();
      tally.add(true, flagged);
      byAttack.set(heard.attack, tally);
    }
    const alias = aliases.get(heard.alias) ?? { messages: 0, flagged: 0, lies: 0 };
    alias.messages++;
    if (flagged) alias.flagged++;
    if (isLie) alias.lies++;
    aliases.set(heard.alias, alias);
  });
  const [all, vehicles] = [new Tally(), new Tally()];
  all.addAll(first);
  all.addAll(second);
  for (const { messages, flagged, lies } of aliases.values()) {
    if (messages >= LEAST_MESSAGES) vehicles.add(lies > 0, flagged > FLAGGED_SHARE * messages);
  }
  return {
    messages: scoreOf(all),
    firstHalf: scoreOf(first),
    secondHalf: scoreOf(second),
    vehicles: scoreOf(vehicles),
    recalls: Object.fromEntries([...byAttack].map(([attack, tally]) => [attack, scoreOf(tally).recall])),
  };
}

function motionOf({ claim, sentSeconds }: Heard): Motion {
  return {
    timeSeconds: sentSeconds,
    eastMetres: claim.eastMetres,
    northMetres: claim.northMetres,
    positionSigmaMetres: positionSigma(claim.positionNoise),
    speedMetresPerSecond: claim.speed,
    acceleration: claim.acceleration,
    headingDegrees: claim.headingDegrees,
    headingSigmaDegrees: headingSigma(claim.headingNoise),
  };
}
