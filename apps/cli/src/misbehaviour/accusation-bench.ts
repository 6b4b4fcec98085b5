/** `chrysalis bench misbehaviour --part accusation`: how many are accused falsely, how many liars are found. */
import { writeFileSync } from 'node:fs';
import {
  accusationLine,
  accusationTable,
  benchAccusation,
  detectionOf,
  hasFailed,
} from '#apps/ma/src/bench/accusation.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';

const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
const CARS_A_MANNER = 16;
const CASES = 4000;
/** One operator is wrong at one look in twenty. */
const OPERATOR_ERROR = 0.05;
/** A Wednesday at noon, so that certificates and clocks of a run are those of every run. */
const NOW = Date.UTC(2026, 10, 18, 12);

/** Prints the table, then the figures in one line; the exit code. */
export async function runAccusation(seed: number, json: string | undefined, context: CliContext): Promise<number> {
  const result = await benchAccusation({
    ...{ seed, carsAManner: CARS_A_MANNER, cases: CASES, shares: SHARES, operatorError: OPERATOR_ERROR },
    nowMillis: NOW,
    progress: (line) => context.progress(line),
  });
  if (json !== undefined) {
    const shares = result.shares.map((one) => ({ ...one, detection: detectionOf(one.outcomes.evidence) }));
    const figures = { node: process.version, part: 'accusation', seed, operatorError: OPERATOR_ERROR };
    writeFileSync(json, `${JSON.stringify({ ...figures, intake: result.intake, shares }, null, 1)}\n`);
  }
  context.result(`operators err at one look in ${String(1 / OPERATOR_ERROR)}; ${String(CASES)} cases a share`);
  for (const line of accusationTable(result)) context.result(line);
  context.result(accusationLine(result));
  return hasFailed(result) ? ExitCode.failed : ExitCode.done;
}
