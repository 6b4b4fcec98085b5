/** Figures of `chrysalis bench wire` as a table with the targets beside, and as JSON. */
import { inColumns } from './columns.js';

/** One operation: medians over the rounds. */
export interface WireFigure {
  readonly op: string;
  readonly opsPerSecond: number;
  /** What is counted. */
  readonly counts: string;
  /** (largest − least) / median of the rounds. */
  readonly spread: number;
}

/** Operations a second of one core. */
export const WIRE_TARGETS: Readonly<Record<string, number>> = {
  'decode-pseudonym-certificate': 250_000,
  'encode-pseudonym-certificate': 300_000,
  'decode-signed-bsm-spdu-with-certificate': 120_000,
};

/** A whole number in groups of three; below a hundred with one decimal. */
const figure = (value: number): string =>
  value < 100
    ? value.toFixed(1)
    : Math.floor(value)
        .toString()
        .replace(/\B(?=(\d{3})+$)/g, ' ');

/** The operations with a target that they do not reach. */
export const missedTargets = (figures: readonly WireFigure[]): string[] =>
  figures.filter(({ op, opsPerSecond }) => opsPerSecond < (WIRE_TARGETS[op] ?? 0)).map(({ op }) => op);

/** One line an operation. */
export function wireTable(figures: readonly WireFigure[]): string[] {
  const missed = missedTargets(figures);
  const rows = figures.map(({ op, opsPerSecond, spread, counts }) => {
    const target = WIRE_TARGETS[op];
    const verdict = target === undefined ? '–' : `${figure(target)} ${missed.includes(op) ? 'not met' : 'met'}`;
    return [op, figure(opsPerSecond), `${(100 * spread).toFixed(0)} %`, verdict, counts];
  });
  return inColumns([['operation', 'a second', 'spread', 'at least', 'counted are'], ...rows]);
}

/** The contents of the file that `--json` names. */
export function wireJson(cpu: string, node: string, figures: readonly WireFigure[]): string {
  const results = figures.map(({ op, opsPerSecond }) => ({ op, opsPerSecond }));
  return `${JSON.stringify({ cpu, node, results }, null, 2)}\n`;
}
