/** `chrysalis fuzz`, behind `npm run fuzz`. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { FuzzOptions } from '../fuzz/run-fuzz.js';
import { numberFrom } from '../measuring/options.js';

const explanation = `
What must hold of every target: it throws nothing but its own error; what it accepts it writes again as the same bytes; what
it makes of the bytes, and the time it takes, stay in proportion to their number.
An input that breaks this is kept in test/fuzz-corpus/<target>/, where npm test replays it, and the exit code is 1.
The same seed makes the same mutations as long as the corpus is the same.`;

export function add(program: Command, context: CliContext): void {
  program
    .command('fuzz')
    .summary('throw damaged bytes at every decoder')
    .description(
      'Damages the kept inputs of every decoder of bytes from outside (flipped bits, cuts, splices, lengths, nesting)\n' +
        'and holds the decoders to what they promise. Prints how much each accepted and refused.',
    )
    .option('--seconds <number>', 'how long', numberFrom(0.001, false), 60)
    .option('--target <name>', 'one target alone; a wrong name lists them')
    .option('--seed <number>', 'the mutations of an earlier run', numberFrom(0, true))
    .option('--gather', 'instead, add the parts of all samples to the kept inputs')
    .addHelpText('after', explanation)
    .action(async (options: FuzzOptions) => {
      // Imported here: the other commands must not wait for the types to load.
      const { runFuzz } = await import('../fuzz/run-fuzz.js');
      context.finish(await runFuzz(options, context));
    });
}
