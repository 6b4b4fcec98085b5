/** `chrysalis test [patterns…]`, behind `npm test`, `npm run test:reference` and `npm run test:kill`. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { runTests } from '../testing/run-tests.js';
import { killPlan, testPlan } from '../testing/test-plan.js';

export function add(program: Command, context: CliContext): void {
  program
    .command('test')
    .summary('run the tests; the last line counts them')
    .description(
      'Runs the tests. With patterns, those whose path matches one: chrysalis test libs/coer\n' +
        'Tests that need Redis get a private redis-server when there is one on the PATH, else they count as skipped.',
    )
    .option('--reference', 'with the reference arithmetic in the place of the engine (ENGINE=reference)')
    .option('--kill', 'instead the full matrix of deaths: every part ends at every step of provisioning')
    .argument('[patterns...]', 'regular expressions of paths')
    .action(async (patterns: string[], options: { reference?: true; kill?: true }) => {
      const environment = options.reference ? { ...context.environment, ENGINE: 'reference' } : context.environment;
      context.finish(await runTests({ ...context, environment }, patterns, options.kill ? killPlan : testPlan));
    });
}
