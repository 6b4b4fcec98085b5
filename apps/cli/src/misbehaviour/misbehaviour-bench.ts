/** `chrysalis bench misbehaviour`, behind `npm run bench:misbehaviour`: how well the local detectors tell lies from honest errors. */
import { writeFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { numberFrom } from '../measuring/options.js';
import { ATTACK_NAMES, type AttackName } from './attacks.js';
import { WORLDS } from './bench-worlds.js';
import { judgeWorld, type WorldScore } from './judge-world.js';
import { scoreOf, Tally, type Score } from './score.js';

/** What the command can measure; each part prints its own lines. */
const PARTS = ['detection', 'accusation'] as const;

interface Options {
  readonly json?: string;
  readonly part: (typeof PARTS)[number];
  readonly seed: number;
  readonly attacks: 'each' | 'mixed';
}

export const LIAR_SHARES = [0.01, 0.03, 0.1, 0.3] as const;

export interface BenchResult extends WorldScore {
  readonly world: string;
  readonly liarShare: number;
  /** One attack alone, or all of them among the liars. */
  readonly attack: AttackName | 'mixed';
}

/** Goals for the mixed worlds. */
const GOALS = { messageF1: 0.7, falsePositiveRate: 0.01, vehicleF1: 0.8, vehiclePrecision: 0.98 };

/** Every world at every share of liars; `each` adds every attack alone. Nothing is carried from one run to the next. */
export function benchDetection(
  seed: number,
  attacks: Options['attacks'],
  progress: (line: string) => void,
): BenchResult[] {
  const results: BenchResult[] = [];
  for (const [world, shape] of Object.entries(WORLDS)) {
    for (const attack of attacks === 'each' ? (['mixed', ...ATTACK_NAMES] as const) : (['mixed'] as const)) {
      for (const liarShare of LIAR_SHARES) {
        const kinds = attack === 'mixed' ? ATTACK_NAMES : [attack];
        // Another seed for each run: no vehicle and no moment is in two of them.
        const options = { ...shape, seed: seed * 100_000 + results.length, liarShare, attacks: kinds };
        results.push({ world, liarShare, attack, ...judgeWorld(options) });
      }
    }
    progress(`${world}: ${String(results.filter((result) => result.world === world).length)} runs`);
  }
  return results;
}

function sum(results: readonly BenchResult[], which: 'messages' | 'vehicles'): Score {
  const tally = new Tally();
  for (const result of results) tally.addAll(result[which]);
  return scoreOf(tally);
}

const share = (value: number): string => (Number.isNaN(value) ? '   –' : value.toFixed(3));
const cells = ({ precision, recall, f1, falsePositiveRate }: Score): string =>
  `P ${share(precision)}  R ${share(recall)}  F1 ${share(f1)}  FPR ${share(falsePositiveRate)}`;

/** The table: mixed worlds by share of liars, then each attack over all worlds at a tenth of liars. */
export function detectionTable(results: readonly BenchResult[]): string[] {
  const lines: string[] = [];
  for (const result of results.filter(({ attack }) => attack === 'mixed')) {
    lines.push(`${result.world}, ${String(result.liarShare * 100)} % liars`);
    lines.push(`  messages  ${cells(result.messages)}`, `  vehicles  ${cells(result.vehicles)}`);
  }
  for (const attack of ATTACK_NAMES) {
    for (const liarShare of LIAR_SHARES) {
      const of = results.filter((result) => result.attack === attack && result.liarShare === liarShare);
      if (of.length === 0) continue;
      lines.push(`${attack}, ${String(liarShare * 100)} % liars, all worlds`);
      lines.push(`  messages  ${cells(sum(of, 'messages'))}`, `  vehicles  ${cells(sum(of, 'vehicles'))}`);
    }
  }
  return lines;
}

/** The worst mixed world at a tenth of liars, against the goals. */
export function worstLine(results: readonly BenchResult[]): string {
  const mixed = results.filter(({ attack, liarShare }) => attack === 'mixed' && liarShare === 0.1);
  const least = (of: (result: BenchResult) => number) => Math.min(...mixed.map(of));
  const most = (of: (result: BenchResult) => number) => Math.max(...mixed.map(of));
  return (
    `worst world at 10 % liars: message F1 ${share(least(({ messages }) => messages.f1))} (goal ${String(GOALS.messageF1)}), ` +
    `FPR ${share(most(({ messages }) => messages.falsePositiveRate))} (${String(GOALS.falsePositiveRate)}), ` +
    `vehicle F1 ${share(least(({ vehicles }) => vehicles.f1))} (${String(GOALS.vehicleF1)}), ` +
    `vehicle precision ${share(least(({ vehicles }) => vehicles.precision))} (${String(GOALS.vehiclePrecision)})`
  );
}

export function addMisbehaviourBench(command: Command, context: CliContext): void {
  command
    .command('misbehaviour')
    .summary('how well local detection tells lies from honest errors')
    .description(
      'Simulates traffic in towns and on motorways, with sensors whose errors last, and liars of\n' +
        `${String(ATTACK_NAMES.length)} kinds among 1, 3, 10 and 30 % of the cars; feeds each receiver's messages to the\n` +
        'detectors and prints precision, recall, F1 and the rate of false positives, for messages\n' +
        'and for vehicles (aliases with at least 20 messages). The last line is the worst world.\n' +
        'Nothing is fitted to labels; every run has its own vehicles and begins with the defaults.\n' +
        'With every attack alone it takes some minutes, `--attacks mixed` a quarter of one.\n' +
        '`--part accusation`: what 0 to 60 % of colluding reporters can do with real signed reports\n' +
        'to the decision of the misbehaviour authority, against three ways that believe them, and\n' +
        'what one report costs. Exit code 1 when an honest car was revoked without people at up to\n' +
        '40 %. The last line has the figures. Half a minute.',
    )
    .addOption(new Option('--part <name>', 'what to measure').choices(PARTS).default('detection'))
    .addOption(new Option('--attacks <which>', 'also each attack alone').choices(['each', 'mixed']).default('each'))
    .option('--seed <number>', 'of the dice', numberFrom(0, true), 1)
    .option('--json <file>', 'write all figures to a file, too')
    .action(async ({ json, part, seed, attacks }: Options) => {
      if (part === 'accusation') {
        const { runAccusation } = await import('./accusation-bench.js');
        return context.finish(await runAccusation(seed, json, context));
      }
      const results = benchDetection(seed, attacks, (line) => context.progress(line));
      if (json !== undefined) {
        writeFileSync(
          json,
          `${JSON.stringify({ node: process.version, part, seed, goals: GOALS, results }, null, 1)}\n`,
        );
      }
      for (const line of detectionTable(results)) context.result(line);
      context.result(worstLine(results));
      context.finish(ExitCode.done);
    });
}
