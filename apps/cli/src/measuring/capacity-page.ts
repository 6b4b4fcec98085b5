/** `chrysalis bench capacity`: writes what fleets of millions need, from the figures of a measured run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { capacityPage } from '#apps/all-in-one/src/bench/capacity.js';
import type { IssuanceResult } from '#apps/all-in-one/src/bench/issuance-report.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';

export const FIGURES = 'docs/operations/issuance.json';
export const PAGE = 'docs/operations/capacity.md';

export function addCapacityPage(command: Command, context: CliContext): void {
  command
    .command('capacity')
    .summary('what fleets of millions need, from measured figures')
    .description(`Writes ${PAGE} from what \`bench issuance --json\` wrote.`)
    .option('--from <file>', 'the figures', join(context.root, FIGURES))
    .option('--out <file>', 'the page', join(context.root, PAGE))
    .action(({ from, out }: { from: string; out: string }) => {
      writeFileSync(out, capacityPage(JSON.parse(readFileSync(from, 'utf8')) as IssuanceResult));
      context.result(out);
      context.finish(ExitCode.done);
    });
}
