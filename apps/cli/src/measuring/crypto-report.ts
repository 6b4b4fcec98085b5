/** Figures of `chrysalis bench crypto` as a table, as targets met or not, and as JSON. */
import { inColumns } from './columns.js';

/** One operation: medians over the rounds. A peer that does not exist, or is not there, is left out. */
export interface CryptoResult {
  readonly op: string;
  readonly opsPerSecond: number;
  readonly peers: Readonly<Record<string, number>>;
}

/** A measured operation with what only a reader wants. */
export interface CryptoFigure extends CryptoResult {
  /** What is counted. */
  readonly counts: string;
  /** (largest − least) / median of our rounds. */
  readonly spread: number;
}

export interface CryptoTarget {
  readonly op: string;
  /** A peer of the operation, or another operation of ours. */
  readonly against: string;
  readonly least: number;
}

/** Ratios, since they hold on other machines too. */
export const CRYPTO_TARGETS: readonly CryptoTarget[] = [
  { op: 'sm2.sign', against: 'openssl', least: 11 },
  { op: 'sm2.sign', against: 'opensslP256', least: 0.9 },
  { op: 'sm2.verify', against: 'openssl', least: 2.4 },
  { op: 'sm2.verifyKnownKey', against: 'openssl', least: 8 },
  { op: 'sm2.point', against: 'noble', least: 19 },
  { op: 'sm2.basePointBatch1024', against: 'sm2.basePoint', least: 1.6 },
  { op: 'sm3.200B', against: 'node', least: 1.5 },
  { op: 'pool.sign2Workers', against: 'oneWorker', least: 1.9 },
];

export interface JudgedTarget extends CryptoTarget {
  /** Undefined when one side was not measured. */
  readonly ratio: number | undefined;
  readonly isMet: boolean;
}

/** The targets with the ratios reached; what was not measured is not met. */
export function judgeTargets(targets: readonly CryptoTarget[], results: readonly CryptoResult[]): JudgedTarget[] {
  const byName = new Map(results.map((result) => [result.op, result]));
  return targets.map((target) => {
    const ours = byName.get(target.op);
    const theirs = ours?.peers[target.against] ?? byName.get(target.against)?.opsPerSecond;
    const ratio = ours === undefined || theirs === undefined ? undefined : ours.opsPerSecond / theirs;
    return { ...target, ratio, isMet: ratio !== undefined && ratio >= target.least };
  });
}

const PEERS = ['noble', 'openssl', 'opensslP256', 'node'] as const;

/** A whole number in groups of three; below a hundred with one decimal. */
function figure(value: number): string {
  if (value < 100) return value.toFixed(1);
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** One line an operation: its rate, how it scattered, and how many times the rate of each peer that is. */
export function cryptoTable(figures: readonly CryptoFigure[]): string[] {
  const head = ['operation', 'a second', 'spread', ...PEERS.map((peer) => `× ${peer}`), 'counted are'];
  const rows = figures.map(({ op, opsPerSecond, peers, counts, spread }) => {
    const ratios = PEERS.map((peer) => (peers[peer] === undefined ? '–' : (opsPerSecond / peers[peer]).toFixed(2)));
    return [op, figure(opsPerSecond), `${(100 * spread).toFixed(0)} %`, ...ratios, counts];
  });
  return inColumns([head, ...rows]);
}

/** Two decimals, never rounded up: 0.899 is not the 0.9 that was asked for. */
function roundedDown(ratio: number): string {
  return (Math.floor(100 * ratio + 1e-9) / 100).toFixed(2);
}

/** One line a target. */
export function targetTable(judged: readonly JudgedTarget[]): string[] {
  return inColumns(
    judged.map(({ op, against, least, ratio, isMet }) => [
      op,
      ratio === undefined ? 'not measured' : `${roundedDown(ratio)} × ${against}`,
      `at least ${String(least)}`,
      isMet ? 'met' : 'not met',
    ]),
  );
}

/** The contents of the file that `--json` names. */
export function cryptoJson(cpu: string, node: string, results: readonly CryptoResult[]): string {
  const plain = results.map(({ op, opsPerSecond, peers }) => ({ op, opsPerSecond, peers }));
  return `${JSON.stringify({ cpu, node, results: plain }, null, 2)}\n`;
}
