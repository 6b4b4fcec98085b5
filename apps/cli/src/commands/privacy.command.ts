/** `chrysalis privacy`: how well pseudonyms hide a car, against how often they change. */
import { writeFileSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Command } from 'commander';
import { FAMILIES, measurePrivacy, ROTATIONS, RULE, type Setting } from '#apps/device/src/privacy/meter.js';
import { privacyPage, rotationWords, type Family } from '../attack/privacy-page.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { listenForInterrupt } from '../interrupt.js';
import { numberFrom } from '../measuring/options.js';

interface Options {
  readonly report: string;
  readonly json?: string;
  readonly seed: number;
}

/** What a line of each family is called. */
const NAMES: Readonly<Record<string, (setting: Omit<Setting, 'rotationSeconds'>) => string>> = {
  'listening posts': ({ coverage }) => `${String(coverage * 100)} % of the road`,
  'certificates a week': ({ pseudonyms }) => `${String(pseudonyms)} certificates`,
  'cars on ten kilometres': ({ cars }) => `${String(cars)} cars`,
};

async function privacy(context: CliContext, { report, json, seed }: Options): Promise<void> {
  using interrupt = listenForInterrupt();
  const families: Family[] = [];
  context.result(`${''.padEnd(26)}${ROTATIONS.map((seconds) => rotationWords(seconds).padStart(8)).join('')}`);
  for (const [title, settings] of Object.entries(FAMILIES)) {
    const lines: Family['lines'][number][] = [];
    for (const setting of settings) {
      const name = NAMES[title]?.(setting) ?? title;
      context.progress(`${title}: ${name}`);
      const points = [];
      for (const rotationSeconds of ROTATIONS) {
        await breathe();
        if (interrupt.signal.aborted) return context.finish(interrupt.exitCode());
        points.push(measurePrivacy({ ...setting, rotationSeconds }, seed));
      }
      lines.push({ name, points });
      const shares = points.map(({ relinked }) => `${(relinked * 100).toFixed(0)} %`.padStart(8));
      context.result(`${name.padEnd(26)}${shares.join('')}`);
    }
    families.push({ title, lines });
  }
  writeFileSync(report, privacyPage(families, RULE, seed));
  // JSON has no Infinity: a car that never changes has null seconds.
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ seed, rule: RULE, families }, null, 1)}\n`);
  context.progress(`the report is in ${report}`);
  context.finish(ExitCode.done);
}

export function add(program: Command, context: CliContext): void {
  program
    .command('privacy')
    .summary('how well pseudonyms hide a car (假名隐私度量)')
    .description(
      'A tracker with listening posts along a ring road of ten kilometres tries to keep hold of each car\n' +
        'for ten minutes, by names that come again, and by where a car with a new name should be. Prints the\n' +
        'part of the cars that it still has right, against the longest use of a pseudonym, for more or fewer\n' +
        'posts, certificates and cars; the rule of this system is twenty a week and five minutes. Messages\n' +
        'are not signed here: what a tracker has of them is a name, a place and a speed. Takes a minute.',
    )
    .requiredOption('--report <file>', 'an HTML page with pictures, which needs nothing else')
    .option('--json <file>', 'write the figures to a file, too')
    .option('--seed <number>', 'of the dice', numberFrom(0, true), 1)
    .action((options: Options) => privacy(context, options));
}
