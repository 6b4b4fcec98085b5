/** `chrysalis build`: the bootstrap has compiled what was stale before any command is reached, so little is left to do. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';

export function add(program: Command, context: CliContext): void {
  program
    .command('build')
    .summary('install and compile what is missing or stale')
    .description(
      'Installs the packages and compiles the sources into dist, where missing or stale; other commands do so too.',
    )
    .action(() => context.result(`built: ${context.root}dist`));
}
