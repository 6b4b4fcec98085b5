/** One command alone, run with words as from a shell: what its `--help` said and the exit codes it ended with are kept. */
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';

export class CommandRuns {
  /** Exit codes, in their order. */
  readonly ended: number[] = [];
  /** All that was written for whoever asked. */
  help = '';

  constructor(
    private readonly add: (program: Command, context: CliContext) => void,
    private readonly name: string,
  ) {}

  /** Rejects with a CommanderError where the words are not understood, or ask for help. */
  async run(...words: string[]): Promise<void> {
    const context: CliContext = {
      root: '/nowhere/',
      environment: {},
      progress: () => undefined,
      result: () => undefined,
      finish: (code) => this.ended.push(code),
    };
    const program = new Command().exitOverride();
    this.add(program, context);
    for (const command of program.commands)
      command.exitOverride().configureOutput({ writeOut: (text) => (this.help += text), writeErr: () => undefined });
    await program.parseAsync([this.name, ...words], { from: 'user' });
  }
}
