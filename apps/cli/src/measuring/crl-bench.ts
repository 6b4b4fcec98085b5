/** `chrysalis bench crl`, behind `npm run bench:crl`: revocation lists of a thousand to a million devices. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { inColumns } from './columns.js';
import type { CrlFigure } from './crl-figures.js';
import { cpuModel, numberFrom } from './options.js';
import { prepareToMeasure } from './prepare.js';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const AT_MILLIS = Date.UTC(2026, 10, 21, 8);
/** A device expands ten thousand entries within so much time of one core. */
const TARGET = { revoked: 10_000, expandMillis: 150 };

interface CrlOptions {
  readonly json?: string;
  readonly most: number;
  readonly core?: number;
  readonly strict?: true;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(3);
const HEAD = ['revoked', 'lists', 'MB', 'build ms', 'delta ms', 'download ms', 's at 10 Mbit/s', 'take ms'];
const HEAD_OF_USE = ['expand ms', 'B an entry', '+ B a period', 'revoked ns', 'good ns'];

const rowOf = (figure: CrlFigure): string[] => [
  String(figure.revoked),
  String(figure.lists),
  megabytes(figure.bytes),
  ...[figure.buildMillis, figure.deltaMillis, figure.downloadMillis].map((millis) => millis.toFixed(1)),
  ((figure.bytes * 8) / 1e7).toFixed(1),
  ...[figure.takeMillis, figure.expandMillis].map((millis) => millis.toFixed(1)),
  ...[figure.seedBytesAnEntry, figure.setBytesAnEntry].map((bytes) => bytes.toFixed(1)),
  ...[figure.revokedNanos, figure.goodNanos].map((nanos) => nanos.toFixed(0)),
];

export const crlTable = (figures: readonly CrlFigure[]): string[] =>
  inColumns([[...HEAD, ...HEAD_OF_USE], ...figures.map(rowOf)]);

export const isMet = (figures: readonly CrlFigure[]): boolean =>
  figures.every(({ revoked, expandMillis }) => revoked !== TARGET.revoked || expandMillis <= TARGET.expandMillis);

async function bench(context: CliContext, { json, most, core, strict }: CrlOptions): Promise<void> {
  const prepared = prepareToMeasure(context, core);
  if (prepared === undefined) return;
  // Imported here: the other commands must not wait for the types to load.
  const { measureCrl } = await import('./crl-figures.js');
  const { House } = await import('../sample/house.js');
  const { diceOf } = await import('../sample/dice.js');
  const { ccsa } = await import('#credentials/profile.js');
  const house = new House(ccsa, AT_MILLIS, diceOf(1));
  context.progress('compiling');
  for (let n = 0; n < 3; n++) await measureCrl(house, 2_000);
  const figures: CrlFigure[] = [];
  for (const revoked of SIZES.filter((size) => size <= most)) {
    context.progress(`${revoked} revoked`);
    figures.push(await measureCrl(house, revoked));
  }
  prepared.release();
  const cpu = cpuModel();
  context.result(`${cpu}, Node ${process.version}; processor time; 20 certificates a device and period`);
  for (const line of crlTable(figures)) context.result(line);
  const met = isMet(figures);
  context.result(`10 000 entries expanded within ${TARGET.expandMillis} ms: ${met ? 'met' : 'missed'}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ cpu, node: process.version, figures }, null, 2)}\n`);
  context.finish(strict === true && !met ? ExitCode.failed : ExitCode.done);
}

export function addCrlBench(command: Command, context: CliContext): void {
  command
    .command('crl')
    .summary('revocation lists of a thousand to a million devices')
    .description(
      'Makes lists by linkage seed as a CRA does, fetches them over HTTP within this machine, takes\n' +
        'them as a device does, expands a period and looks up certificates. Times are processor\n' +
        'time of this process. Takes about a minute, and 2 GB of memory for a million.',
    )
    .option('--json <file>', 'write the figures to a file, too')
    .option('--most <count>', 'the longest list', numberFrom(1000, true), 1_000_000)
    .option('--core <number>', 'the core to stay on, the last one by default', numberFrom(0, true))
    .option('--strict', 'end with 1 when the target is not met')
    .action((options: CrlOptions) => bench(context, options));
}
