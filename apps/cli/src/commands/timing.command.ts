/** `chrysalis timing`, behind `npm run test:timing`. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { numberFrom } from '../measuring/options.js';
import { prepareToMeasure } from '../measuring/prepare.js';
import { runTiming, timingTable } from '../measuring/timing-run.js';
import { controlSubjects, timingSubjects } from '../measuring/timing-subjects.js';
import { compareClasses } from '../measuring/two-classes.js';

interface Options {
  readonly seconds: number;
  readonly core?: number;
  readonly only?: string;
}

function timing(context: CliContext, { seconds, core, only }: Options): void {
  const subjects = timingSubjects().filter(({ name }) => only === undefined || name.includes(only));
  if (subjects.length === 0) {
    context.progress(`chrysalis: no function is called ${String(only)}`);
    return context.finish(ExitCode.usage);
  }
  const prepared = prepareToMeasure(context, core);
  if (prepared === undefined) return;
  const verdicts = runTiming({
    controls: controlSubjects(),
    subjects,
    compare: (subject) => compareClasses(subject, seconds),
    progress: (line) => context.progress(line),
  });
  prepared.release();
  for (const line of timingTable(verdicts)) context.result(line);
  const bad = verdicts.filter(({ isGood }) => !isGood);
  if (bad.some(({ isControl }) => isControl))
    context.result('the harness sees nothing: a leak on purpose was not found');
  else context.result(`${String(verdicts.length - bad.length)} of ${String(verdicts.length)} as they should be`);
  context.finish(bad.length > 0 ? ExitCode.failed : ExitCode.done);
}

export function add(program: Command, context: CliContext): void {
  program
    .command('timing')
    .summary('whether the time of a call tells of its secret')
    .description(
      'Measures each function with one fixed secret and with random ones, in random order, and\n' +
        "compares by Welch's t on croppings of the slow tail: |t| < 4.5 is clean. Two leaks on\n" +
        'purpose must be found first, else the harness sees nothing. What is not clean is measured\n' +
        'once more, and the command ends with 1 when it is not clean then.\n' +
        'A clean run is no proof. Takes about a minute and a half.',
    )
    .option('--seconds <seconds>', 'for each function', numberFrom(0.01, false), 2)
    .option('--core <number>', 'the core to stay on, the last one by default', numberFrom(0, true))
    .option('--only <text>', 'the functions with this text in their name')
    .action((options: Options) => timing(context, options));
}
