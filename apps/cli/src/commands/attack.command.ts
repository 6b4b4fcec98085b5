/** `chrysalis attack`: the six attacks, once without and once with protection. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { systemRandom } from '#crypto/random.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { listenForInterrupt } from '../interrupt.js';
import { numberFrom } from '../measuring/options.js';

interface Options {
  readonly report: string;
  readonly json?: string;
  readonly seed: number;
}

async function attack(context: CliContext, { report, json, seed }: Options): Promise<void> {
  using interrupt = listenForInterrupt();
  // Imported here: the other commands must not wait for the cryptography to load.
  const { runAttacks } = await import('#apps/device/src/attacks/run-attacks.js');
  const { reportPage, refusalWords, withoutWords, withWords } = await import('../attack/report-page.js');
  try {
    const results = await runAttacks({
      seed,
      random: systemRandom,
      stopwatch: () => performance.now(),
      progress: (line) => context.progress(line),
      ended: interrupt.signal,
    });
    for (const result of results) {
      const isAsItMust = result.worksWithout && result.failsWith;
      context.result(
        `${isAsItMust ? 'ok  ' : 'BAD '} ${result.name.padEnd(16)} without: ${withoutWords(result)} | ` +
          `with: ${withWords(result)} | ${refusalWords(result)}`,
      );
    }
    writeFileSync(report, reportPage(results, { seed, node: process.version }));
    if (json !== undefined) {
      writeFileSync(json, `${JSON.stringify({ node: process.version, seed, results }, null, 1)}\n`);
    }
    context.progress(`the report is in ${report}`);
    const isGood = results.every(({ worksWithout, failsWith }) => worksWithout && failsWith);
    context.finish(isGood ? ExitCode.done : ExitCode.failed);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    context.finish(interrupt.exitCode());
  }
}

export function add(program: Command, context: CliContext): void {
  program
    .command('attack')
    .summary('six attacks on the road, without and with protection (六种攻击演示)')
    .description(
      'Forged traffic light, forged special vehicle, tampering, terminal forgery, replay, tracking: each\n' +
        'once where nothing is signed and everything believed, and once where every message is signed and\n' +
        'judged. One line an attack: what happened on the road, and what refused it after how long. Ends\n' +
        'with 0 only if each works without protection and fails with it.',
    )
    .requiredOption('--report <file>', 'an HTML page with pictures, which needs nothing else')
    .option('--json <file>', 'write what happened to a file, too')
    .option('--seed <number>', 'of the dice', numberFrom(0, true), 1)
    .action((options: Options) => attack(context, options));
}
