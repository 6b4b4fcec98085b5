/** `chrysalis bench road`, behind `npm run bench:road`: what a device on the road can judge and sign. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { cpuModel } from './options.js';
import { prepareToMeasure } from './prepare.js';
import type { RoadFigures, RoadLoad } from './road-figures.js';

interface Options {
  readonly json?: string;
  readonly strict?: true;
}

const LOAD: RoadLoad = {
  known: 30,
  messages: 150,
  fresh: 250,
  signatures: 3000,
  vehicles: 200,
  neighbours: 30,
  seconds: 3,
};

export interface RoadTarget {
  readonly text: string;
  readonly figure: number;
  readonly isMet: boolean;
}

export function roadTargets({
  verifiedWithDigest,
  verifiedWithNewCertificate,
  signMicros,
  road,
}: RoadFigures): RoadTarget[] {
  const atLeast = (text: string, figure: number, goal: number) => ({ text, figure, isMet: figure >= goal });
  const atMost = (text: string, figure: number, goal: number) => ({ text, figure, isMet: figure <= goal });
  return [
    atLeast('verified a second, known senders (goal 6000)', verifiedWithDigest, 6000),
    atLeast('verified a second, new certificates (goal 4000)', verifiedWithNewCertificate, 4000),
    atMost('signing, p99 in microseconds (goal 1000)', signMicros.p99, 1000),
    atMost('processor seconds a second of the road (goal 2, two cores)', road.processorSecondsASecond, 2),
  ];
}

export function roadTable(figures: RoadFigures): string[] {
  const { signMicros, bytes, road } = figures;
  return [
    ...roadTargets(figures).map(
      ({ text, figure, isMet }) =>
        `${isMet ? 'met    ' : 'not met'}  ${text.padEnd(60)} ${figure.toFixed(figure < 100 ? 2 : 0)}`,
    ),
    `signing: p50 ${signMicros.p50.toFixed(0)} µs, p99 ${signMicros.p99.toFixed(0)} µs of processor time`,
    `a BSM with certificate ${String(bytes.withCertificate)} bytes, with digest ${String(bytes.withDigest)}; ` +
      `${(bytes.aSecondOfOneCar * 8e-3).toFixed(1)} kbit/s a car`,
    `the road: ${String(road.vehicles)} cars, ${road.heardByEach.toFixed(1)} others heard by each, ` +
      `${String(road.accepted)} of ${String(road.receptions)} receptions accepted`,
  ];
}

async function bench(context: CliContext, { json, strict }: Options): Promise<void> {
  const prepared = prepareToMeasure(context, undefined);
  if (prepared === undefined) return;
  // Imported here: the other commands must not wait for the cryptography to load.
  const { measureRoad } = await import('./road-figures.js');
  const figures = await measureRoad(LOAD, (line) => context.progress(line));
  prepared.release();
  const cpu = cpuModel();
  context.result(`${cpu}, Node ${process.version}`);
  for (const line of roadTable(figures)) context.result(line);
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify({ cpu, node: process.version, load: LOAD, ...figures }, null, 1)}\n`);
  }
  const isGood = roadTargets(figures).every(({ isMet }) => isMet);
  context.finish(strict === true && !isGood ? ExitCode.failed : ExitCode.done);
}

export function addRoadBench(command: Command, context: CliContext): void {
  command
    .command('road')
    .summary('what a device on the road can judge and sign')
    .description(
      'Messages judged with every check of the device library, up to the detectors: by senders who are\n' +
        'known, and each by a new one; BSMs signed; and a road of 200 cars that hear 30 others each, ten\n' +
        'times a second. Figures count the processor time of this process. On the road of 200 a signature\n' +
        'is verified once for all who hear the same bytes, because each would find the same; all else is\n' +
        'judged by each. Takes about half a minute.',
    )
    .option('--json <file>', 'write the figures to a file, too')
    .option('--strict', 'end with 1 when a target is not met')
    .action((options: Options) => bench(context, options));
}
