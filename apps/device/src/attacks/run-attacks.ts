/** Runs each attack once where nothing is signed and once where everything is, and says what came of it. */
import type { Random } from '#crypto/random.js';
import { createDomain, type Domain } from '../sim/authorities.js';
import { run, type RunResult } from '../sim/run.js';
import { START_MILLIS } from '../sim/site.js';
import { ATTACKS, type Attack } from './attacks.js';
import { track, type TrackingResult } from './tracking.js';

export interface RoadAttackResult {
  readonly kind: 'road';
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly without: RunResult;
  readonly withProtection: RunResult;
  /** What happened on the road; undefined when nothing did. */
  readonly harmWithout: string | undefined;
  readonly harmWith: string | undefined;
  readonly refusedAs: string;
  readonly worksWithout: boolean;
  /** No harm, no message of the attacker's believed, and refused for the reason it must be. */
  readonly failsWith: boolean;
}

export interface TrackingAttackResult {
  readonly kind: 'tracking';
  readonly name: 'tracking';
  readonly title: string;
  readonly story: string;
  readonly without: TrackingResult;
  readonly withProtection: TrackingResult;
  readonly worksWithout: boolean;
  readonly failsWith: boolean;
}

export type AttackResult = RoadAttackResult | TrackingAttackResult;

export interface AttackOptions {
  readonly seed: number;
  readonly random: Random;
  readonly stopwatch: () => number;
  readonly progress: (line: string) => void;
  readonly ended?: AbortSignal;
}

export async function runAttacks(options: AttackOptions): Promise<AttackResult[]> {
  const { random, progress } = options;
  const domain = await createDomain(random, START_MILLIS);
  const ownDomain = await createDomain(random, START_MILLIS);
  const results: AttackResult[] = [];
  for (const attack of ATTACKS) {
    progress(attack.title);
    results.push(await runAttack(attack, { ...options, domain, ownDomain }));
  }
  progress(TRACKING_TITLE);
  results.push(await runTracking({ ...options, domain }));
  return results;
}

export async function runAttack(
  attack: Attack,
  { domain, ownDomain, seed, stopwatch, ended }: AttackOptions & { domain: Domain; ownDomain: Domain },
): Promise<RoadAttackResult> {
  const once = async (isProtected: boolean): Promise<RunResult> => {
    const scene = await attack.scene({ isProtected, domain, ownDomain });
    const parts = { ...scene, seconds: attack.seconds, seed, isProtected, domain, stopwatch };
    return run(ended === undefined ? parts : { ...parts, ended });
  };
  const without = await once(false);
  const withProtection = await once(true);
  const [harmWithout, harmWith] = [attack.harm(without), attack.harm(withProtection)];
  const { intruder } = withProtection;
  const { name, title, story, refusedAs } = attack;
  return {
    ...{ kind: 'road', name, title, story, refusedAs, without, withProtection, harmWithout, harmWith },
    worksWithout: harmWithout !== undefined,
    failsWith: harmWith === undefined && intruder.accepted === 0 && (intruder.refused[refusedAs] ?? 0) > 0,
  };
}

const TRACKING_TITLE = 'tracking 跟踪';
const CARS = 40;
/** Of all cars, found again: what an attacker would call a success, and what chance gives among cars of one model. */
const FOUND = 0.9;
const CHANCE = 0.35;

export async function runTracking({
  domain,
  random,
  seed,
}: AttackOptions & { domain: Domain }): Promise<TrackingAttackResult> {
  const parts = { domain, random, seed, cars: CARS };
  const without = await track({ ...parts, isProtected: false });
  const withProtection = await track({ ...parts, isProtected: true });
  return {
    kind: 'tracking',
    name: 'tracking',
    title: TRACKING_TITLE,
    story:
      'Two listening posts, five to twenty minutes apart. The tracker links cars by certificate and temporary id, and guesses ' +
      'the others among cars of the same size. Pseudonyms change by chance within 180 to 300 s, and everything that names a ' +
      'car with them.',
    without,
    withProtection,
    worksWithout: without.right >= FOUND * CARS,
    failsWith: withProtection.linkedByName === 0 && withProtection.right <= CHANCE * CARS,
  };
}
