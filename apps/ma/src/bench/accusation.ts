/**
 * Whom the MA's decision lets be accused falsely. Every kind of report is made, signed, sealed, opened and verified in earnest
 * once for each of some cars; what that gave are the voices from which thousands of cases are drawn and decided by the MA's
 * own function. Beside it three ways that believe reporters: plain counting, majority of witnesses, mean reputation.
 */
import { isRefused } from '#credentials/refusal.js';
import { decide, type Voice } from '../domain/decide.js';
import type { Bucket } from '../domain/opinions.js';
import type { Finding } from '../domain/strength.js';
import { signedWorld, type Manner, type World } from './signed-world.js';

export interface AccusationOptions {
  readonly seed: number;
  /** Cars of each manner whose messages are signed in earnest. */
  readonly carsAManner: number;
  /** Cases for each share of colluders. */
  readonly cases: number;
  readonly shares: readonly number[];
  /** How often one operator takes the wrong side at a look; the two look for themselves, and once more when they differ. */
  readonly operatorError: number;
  readonly nowMillis: number;
  readonly progress: (line: string) => void;
}

/** Cases of a scheme, by how they ended. */
export interface Outcome {
  liars: number;
  honest: number;
  automaticRight: number;
  automaticWrong: number;
  approvedRight: number;
  approvedWrong: number;
}

export type Scheme = 'evidence' | 'counting' | 'majority' | 'reputation';

export interface ShareResult {
  readonly colluders: number;
  readonly outcomes: Readonly<Record<Scheme, Outcome>>;
}

/** What one upload cost, and what became of junk. */
export interface IntakeFigures {
  readonly validReports: number;
  readonly microsAValidReport: number;
  readonly junkReports: number;
  readonly microsAJunkReport: number;
  /** Valid reports that came among ten times as much junk and did not give the same finding. */
  readonly lostInFlood: number;
}

export interface AccusationResult {
  readonly shares: readonly ShareResult[];
  readonly intake: IntakeFigures;
}

type Random = () => number;

/** Mulberry32. */
function diceOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LIARS: readonly Manner[] = ['jumping', 'jumping', 'jumping', 'jumping', 'without-right'];
/** Honest cars, some of which are broken. */
const HONEST: readonly Manner[] = [
  'true',
  'true',
  'true',
  'true',
  'true',
  'true',
  'true',
  'true',
  'wrong-clock',
  'broken-speed',
];
const MANNERS: readonly Manner[] = ['true', 'jumping', 'without-right', 'wrong-clock', 'broken-speed'];

/** What reports of one car gave: the finding of what it signed, or undefined where the MA found or took nothing. */
interface Judged {
  readonly honest: Finding | undefined;
  /** Of each way to lie about the car. */
  readonly forged: readonly (Finding | undefined)[];
}
type Library = Readonly<Record<Manner, readonly Judged[]>>;

const confirmed = (judged: Awaited<ReturnType<World['judge']>>): Finding | undefined =>
  isRefused(judged) || !('isConfirmed' in judged) || !judged.isConfirmed ? undefined : judged;

/** The ways of colluders: other places in signed messages, others' messages, a thief's signature, replay, parts left out. */
async function forgeries(world: World, own: readonly Uint8Array[], random: Random): Promise<Uint8Array[][]> {
  const bent = own.map((message) => message.slice());
  for (const message of bent) message[40 + Math.floor(random() * 20)]! ^= 1 << Math.floor(random() * 8);
  const other = await world.drive(await world.car(), 'jumping', 3, random);
  const mixed = [...own.slice(0, 10), ...other.slice(10)];
  const replayed = [...[...own].reverse(), ...own, ...own];
  return [bent, other, mixed, replayed, own.filter((_, n) => n === 0 || n > 15)];
}

interface Made {
  readonly judged: Judged;
  readonly valid: Uint8Array;
  readonly finding: Finding | undefined;
}

async function judgeCar(world: World, manner: Manner, random: Random): Promise<Made> {
  const [car, witness, colluder] = [await world.car(), await world.car(), await world.car()];
  const messages = await world.drive(car, manner, 20 * random(), random);
  const valid = await world.report(witness, car.certificate, messages);
  const finding = confirmed(await world.judge(valid));
  const forged: (Finding | undefined)[] = [];
  for (const forgery of await forgeries(world, messages, random))
    forged.push(confirmed(await world.judge(await world.report(colluder, car.certificate, forgery))));
  const thief = { ...colluder, certificate: car.certificate };
  const stolen = await world.drive(thief, 'jumping', 5, random);
  forged.push(confirmed(await world.judge(await world.report(colluder, car.certificate, stolen))));
  return { judged: { honest: finding, forged }, valid, finding };
}

const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Every upload in `uploads`, in processor microseconds each. */
async function cost(world: World, uploads: readonly Uint8Array[]): Promise<number> {
  const before = cpuMicros();
  for (const upload of uploads) await world.judge(upload);
  return (cpuMicros() - before) / uploads.length;
}

async function measureIntake(world: World, made: readonly Made[], random: Random): Promise<IntakeFigures> {
  const valid = made.map((one) => one.valid);
  const junk = valid.flatMap((upload) =>
    Array.from({ length: 10 }, (_, n) => {
      const bytes = upload.slice();
      if (n % 3 === 0) return bytes.subarray(0, Math.floor(random() * bytes.length));
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 + Math.floor(random() * 255));
      return bytes;
    }),
  );
  const [microsAValidReport, microsAJunkReport] = [await cost(world, valid), await cost(world, junk)];
  let lostInFlood = 0;
  for (const [n, { valid: upload, finding }] of made.entries()) {
    for (const bad of junk.slice(10 * n, 10 * n + 10)) await world.judge(bad);
    const again = confirmed(await world.judge(upload));
    if (again?.strength !== finding?.strength) lostInFlood++;
  }
  return {
    ...{ validReports: valid.length, microsAValidReport, junkReports: junk.length, microsAJunkReport, lostInFlood },
  };
}

// ---- cases, drawn from what the reports gave --------------------------------------------------------------------------

interface Reporter {
  readonly name: number;
  readonly isColluder: boolean;
  /** Right and wrong words in closed cases; a scheme has its own. */
  readonly standing: Record<Scheme, { right: number; wrong: number }>;
}

const REPORTERS = 400;
const DECAY = 0.995;
const SEES = 0.9;
const MISTAKES = 0.02;
const ROADSIDE_SHARE = 0.3;
const COUNT = 5;
const SCHEMES: readonly Scheme[] = ['evidence', 'counting', 'majority', 'reputation'];

const reputation = ({ right, wrong }: { right: number; wrong: number }): number => (right + 1) / (right + wrong + 2);
const bucketOf = (rho: number): Bucket => (rho < 0.35 ? 'low' : rho < 0.65 ? 'medium' : 'high');

/** From closed cases alone; a wrong word counts twice. */
function learn(
  reporters: readonly Reporter[],
  accused: ReadonlySet<Reporter>,
  scheme: Scheme,
  wasRevoked: boolean,
): void {
  for (const reporter of reporters) {
    if (!accused.has(reporter)) continue;
    const { right, wrong } = reporter.standing[scheme];
    reporter.standing[scheme] = wasRevoked
      ? { right: DECAY * right + 1, wrong: DECAY * wrong }
      : { right: DECAY * right, wrong: DECAY * wrong + 2 };
  }
}

const pick = <T>(from: readonly T[], random: Random): T => from[Math.floor(random() * from.length)] as T;

interface Case {
  readonly isLiar: boolean;
  readonly witnesses: readonly Reporter[];
  readonly accusers: ReadonlySet<Reporter>;
  readonly voices: readonly Voice[];
}

/** Colluders agree on half of the honest cars, and hide half of the liars. */
function drawCase(library: Library, reporters: readonly Reporter[], nowMillis: number, random: Random): Case {
  const isLiar = random() < 0.5;
  const manner = pick(isLiar ? LIARS : HONEST, random);
  const judged = pick(library[manner], random);
  const witnesses = [...new Set(Array.from({ length: 8 + Math.floor(9 * random()) }, () => pick(reporters, random)))];
  const plot = random() < 0.5;
  const accusers = new Set<Reporter>();
  const voices: Voice[] = [];
  const add = (handle: string, bucket: Bucket, finding: Finding | undefined, week = 5): void => {
    if (finding === undefined) return;
    const { strength, kind, area } = finding;
    voices.push({ handle, week, bucket, strength, kind, area, atMillis: nowMillis });
  };
  for (const reporter of witnesses) {
    const bucket = bucketOf(reputation(reporter.standing.evidence));
    const name = String(reporter.name);
    if (reporter.isColluder && plot) {
      if (isLiar) continue;
      accusers.add(reporter);
      // Everything they have, in the week's last hour and again under the next week's handle.
      for (const week of [5, 6])
        for (const forged of [...judged.forged, judged.honest]) add(name, bucket, forged, week);
    } else if (judged.honest === undefined ? random() < MISTAKES : random() < SEES) {
      accusers.add(reporter);
      add(name, bucket, judged.honest);
    }
  }
  if (random() < ROADSIDE_SHARE && random() < SEES) add('rsu', 'rsu', judged.honest);
  return { isLiar, witnesses, accusers, voices };
}

/** Two look for themselves; where they differ both look once more, and it takes both. */
function operatorsApprove(isLiar: boolean, error: number, random: Random): boolean {
  const look = (): boolean => isLiar !== random() < error;
  const [first, second] = [look(), look()];
  return first === second ? first : look() && look();
}

const none = (): Outcome => ({
  ...{ liars: 0, honest: 0, automaticRight: 0, automaticWrong: 0, approvedRight: 0, approvedWrong: 0 },
});

type Ended = 'automatic' | 'approved' | 'refuted' | 'open';

function note(outcome: Outcome, isLiar: boolean, ended: Ended): void {
  if (isLiar) outcome.liars++;
  else outcome.honest++;
  if (ended === 'automatic') outcome[isLiar ? 'automaticRight' : 'automaticWrong']++;
  if (ended === 'approved') outcome[isLiar ? 'approvedRight' : 'approvedWrong']++;
}

function believes(scheme: Exclude<Scheme, 'evidence'>, { witnesses, accusers }: Case): boolean {
  if (scheme === 'counting') return accusers.size > COUNT;
  if (scheme === 'majority') return accusers.size > witnesses.length / 2;
  const weight = (of: Iterable<Reporter>): number =>
    [...of].reduce((sum, { standing }) => sum + reputation(standing.reputation), 0);
  return weight(accusers) > weight(witnesses) / 2;
}

function playShare(colluders: number, library: Library, options: AccusationOptions): ShareResult {
  const random = diceOf(options.seed * 1000 + Math.round(colluders * 100));
  const fresh = (): Reporter['standing'] =>
    Object.fromEntries(SCHEMES.map((scheme) => [scheme, { right: 0, wrong: 0 }])) as Reporter['standing'];
  const reporters = Array.from({ length: REPORTERS }, (_, name): Reporter => {
    return { name, isColluder: name < colluders * REPORTERS, standing: fresh() };
  });
  const outcomes = Object.fromEntries(SCHEMES.map((scheme) => [scheme, none()])) as Record<Scheme, Outcome>;
  const circumstances = { minimumReporters: 3, refutedShare: 0, isSpoofingSuspected: false };
  for (let n = 0; n < options.cases; n++) {
    const drawn = drawCase(library, reporters, options.nowMillis, random);
    for (const scheme of SCHEMES) {
      const ended = scheme === 'evidence' ? decideCase(drawn) : believes(scheme, drawn) ? 'automatic' : 'refuted';
      note(outcomes[scheme], drawn.isLiar, ended);
      if (ended !== 'open') learn(drawn.witnesses, drawn.accusers, scheme, ended !== 'refuted');
    }
  }
  function decideCase({ voices, isLiar }: Case): Ended {
    const { state, isProven } = decide(voices, circumstances);
    if (isProven) return 'automatic';
    if (state !== 'PENDING_APPROVAL') return 'open';
    return operatorsApprove(isLiar, options.operatorError, random) ? 'approved' : 'refuted';
  }
  return { colluders, outcomes };
}

/** Makes the reports, then draws the cases of every share from them. */
export async function benchAccusation(options: AccusationOptions): Promise<AccusationResult> {
  const random = diceOf(options.seed);
  const world = await signedWorld(options.nowMillis);
  const made: Made[] = [];
  const library: Record<Manner, Judged[]> = {
    ...{ true: [], jumping: [], 'without-right': [], 'wrong-clock': [], 'broken-speed': [] },
  };
  for (const manner of MANNERS) {
    for (let n = 0; n < options.carsAManner; n++) {
      const one = await judgeCar(world, manner, random);
      made.push(one);
      library[manner].push(one.judged);
    }
    options.progress(`reports of ${String(options.carsAManner)} cars: ${manner}`);
  }
  const intake = await measureIntake(world, made, random);
  return { shares: options.shares.map((share) => playShare(share, library, options)), intake };
}

/** Share of the liars that were revoked at all, and without people. */
export const detectionOf = ({ liars, automaticRight, approvedRight }: Outcome): { all: number; alone: number } => ({
  all: (automaticRight + approvedRight) / liars,
  alone: automaticRight / liars,
});

const share = (part: number, whole: number): string => (part / whole).toFixed(3);

/** One line for each share and scheme: honest cars revoked wrongly, liars found and missed. */
export function accusationTable({ shares, intake }: AccusationResult): string[] {
  const lines: string[] = [];
  for (const { colluders, outcomes } of shares) {
    lines.push(`${String(Math.round(colluders * 100))} % colluders`);
    for (const scheme of SCHEMES) {
      const of = outcomes[scheme];
      const { all, alone } = detectionOf(of);
      lines.push(
        `  ${scheme.padEnd(10)} revoked wrongly: alone ${String(of.automaticWrong)}, by people ${String(of.approvedWrong)} of ` +
          `${String(of.honest)}; found ${all.toFixed(3)} (alone ${alone.toFixed(3)}, by people ` +
          `${share(of.approvedRight, of.liars)}), missed ${(1 - all).toFixed(3)}`,
      );
    }
  }
  const { validReports, microsAValidReport, junkReports, microsAJunkReport, lostInFlood } = intake;
  lines.push(
    `intake without database: ${microsAValidReport.toFixed(0)} µs of processor a valid report (${String(validReports)}), ` +
      `${microsAJunkReport.toFixed(0)} µs a junk one (${String(junkReports)}); lost among ten times junk: ${String(lostInFlood)}`,
  );
  return lines;
}

const BOUND = 0.4;
const GOALS = { detection: 0.95, reportsASecond: 500, cores: 2 };

/** Whether an automatic false revocation happened at up to 40 % colluders. */
export const hasFailed = ({ shares }: AccusationResult): boolean =>
  shares.some(({ colluders, outcomes }) => colluders <= BOUND && outcomes.evidence.automaticWrong > 0);

/** The figures that are asked for, in one line. */
export function accusationLine({ shares, intake }: AccusationResult): string {
  const within = shares.filter(({ colluders }) => colluders <= BOUND).map(({ outcomes }) => outcomes.evidence);
  const total = (of: (outcome: Outcome) => number): number => within.reduce((sum, outcome) => sum + of(outcome), 0);
  const least = (of: (outcome: Outcome) => number): string => Math.min(...within.map(of)).toFixed(3);
  const perSecond = (GOALS.cores * 1e6) / intake.microsAValidReport;
  return (
    `up to 40 % colluders: automatic false revocations ${String(total((of) => of.automaticWrong))} of ` +
    `${String(total((of) => of.honest))} (goal 0), false by people ${String(total((of) => of.approvedWrong))}, ` +
    `detection ≥ ${least((of) => detectionOf(of).all)} (goal ${String(GOALS.detection)}), without people ≥ ` +
    `${least((of) => detectionOf(of).alone)}; intake ${perSecond.toFixed(0)} reports/s on two cores ` +
    `(goal ${String(GOALS.reportsASecond)}), lost in a flood ${String(intake.lostInFlood)} (goal 0)`
  );
}
