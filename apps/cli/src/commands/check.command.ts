/** `chrysalis check`, behind `npm run check`: the one door through which every change goes. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { listenForInterrupt } from '../interrupt.js';
import { runProgram } from '../program-run.js';
import { runTests } from '../testing/run-tests.js';

interface Step {
  readonly name: string;
  readonly words: readonly string[];
  /** Said when the step fails. */
  readonly advice: string;
}

const cache = 'node_modules/.cache';

/** The cheap ones first. */
const steps: readonly Step[] = [
  {
    name: 'format',
    words: [
      'prettier/bin/prettier.cjs',
      '--check',
      '--cache',
      `--cache-location=${cache}/chrysalis-prettier`,
      '--log-level=warn',
      '.',
    ],
    advice: 'some files are not formatted: npx prettier --write . mends them',
  },
  {
    name: 'import rules',
    words: [
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      'apps',
      'libs',
      'test',
    ],
    advice: 'an import goes where it may not: the rule is named above',
  },
  {
    name: 'types',
    words: ['typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.check.json'],
    advice: 'the types do not fit',
  },
  {
    name: 'lint',
    words: ['eslint/bin/eslint.js', '--max-warnings=-1', '.'],
    advice: 'the linter found something',
  },
];

/** Resolves with the exit code of the first step that failed, or 0. */
async function runSteps(context: CliContext): Promise<number> {
  using interrupt = listenForInterrupt();
  for (const { name, words, advice } of steps) {
    context.progress(`chrysalis: ${name} …`);
    const [script, ...flags] = words;
    const exitCode = await runProgram({
      words: [`node_modules/${script}`, ...flags],
      folder: context.root,
      environment: context.environment,
      end: interrupt.signal,
    });
    if (interrupt.signal.aborted) return interrupt.exitCode();
    if (exitCode !== 0) {
      context.progress(`chrysalis: check ended at "${name}": ${advice}`);
      return ExitCode.failed;
    }
  }
  return ExitCode.done;
}

export function add(program: Command, context: CliContext): void {
  program
    .command('check')
    .summary('format, import rules, types, lint, and last the tests')
    .description(
      'The one door: format, import rules, types, lint, and last the tests exactly as `chrysalis test` runs them.',
    )
    .option('--without-tests', 'ends before the tests')
    .action(async (options: { withoutTests?: boolean }) => {
      const exitCode = await runSteps(context);
      if (exitCode !== ExitCode.done || options.withoutTests === true) return context.finish(exitCode);
      context.finish(await runTests(context, []));
    });
}
