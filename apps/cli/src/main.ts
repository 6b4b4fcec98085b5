/** `chrysalis …`: reads the command line, runs the command, ends with a code that means something. */
import { CommanderError } from 'commander';
import { systemContext } from './cli-context.js';
import { endWhenNobodyReads } from './closed-pipe.js';
import { ExitCode } from './exit-code.js';
import { describeProgram } from './program.js';
import { takeSwallowedFlags } from './swallowed-flags.js';

endWhenNobodyReads(process.stdout);
const context = systemContext();
const program = await describeProgram(context);
const taken = takeSwallowedFlags(process.argv.slice(2), context.environment, program.commands);

if (taken.kind === 'refused') {
  context.progress(`chrysalis: ${taken.sentence}`);
  context.finish(ExitCode.usage);
} else {
  try {
    await program.parseAsync([...taken.words], { from: 'user' });
  } catch (error) {
    // Commander has said its sentence already, and calls everything 1 that we tell apart from a command that failed.
    if (!(error instanceof CommanderError)) throw error;
    context.finish(error.exitCode === 0 ? ExitCode.done : ExitCode.usage);
  }
}
