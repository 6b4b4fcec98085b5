/** `chrysalis sim`: the day-one applications on a road. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { listenForInterrupt } from '../interrupt.js';
import { numberFrom } from '../measuring/options.js';
import type { ScenarioResult } from '#apps/device/src/sim/run-scenario.js';

interface Options {
  readonly scenario: string;
  readonly vehicles: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly json?: string;
}

const MOST_VEHICLES = 200;

async function sim(context: CliContext, options: Options): Promise<void> {
  // Imported here: the other commands must not wait for the cryptography to load.
  const { SCENARIOS, TITLES } = await import('#apps/device/src/sim/scenarios.js');
  if (options.scenario === 'list') {
    for (const { name, application, mustWarn, title } of SCENARIOS) {
      const must = mustWarn ? 'warns ' : 'silent';
      context.result(`${name.padEnd(12)} ${must}  ${title.padEnd(68)} ${TITLES[application]}`);
    }
    return context.finish(ExitCode.done);
  }
  const chosen = SCENARIOS.filter(({ name }) => options.scenario === 'all' || name === options.scenario);
  if (chosen.length === 0) {
    context.progress(`chrysalis: there is no scenario ${options.scenario}; "list" names them`);
    return context.finish(ExitCode.usage);
  }
  using interrupt = listenForInterrupt();
  const { createDomain } = await import('#apps/device/src/sim/authorities.js');
  const { runScenario } = await import('#apps/device/src/sim/run-scenario.js');
  const { START_MILLIS } = await import('#apps/device/src/sim/site.js');
  const { systemRandom } = await import('#crypto/random.js');
  const domain = await createDomain(systemRandom, START_MILLIS);
  const results: ScenarioResult[] = [];
  try {
    for (const scenario of chosen) {
      context.progress(`${scenario.name}: ${scenario.title}`);
      const { vehicles, seconds, seed } = options;
      const result = await runScenario(scenario, {
        background: vehicles,
        seconds,
        seed,
        domain,
        ended: interrupt.signal,
      });
      results.push(result);
      context.result(lineOf(result));
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    return context.finish(interrupt.exitCode());
  }
  const wrong = results.filter(({ isAsItMust }) => !isAsItMust).length;
  if (results.length > 1) {
    context.result(`${String(results.length - wrong)} of ${String(results.length)} scenarios as they must be`);
  }
  if (options.json !== undefined) {
    const { vehicles, seed } = options;
    writeFileSync(options.json, `${JSON.stringify({ node: process.version, vehicles, seed, results }, null, 1)}\n`);
  }
  context.finish(wrong === 0 ? ExitCode.done : ExitCode.failed);
}

function lineOf({ scenario, application, mustWarn, isAsItMust, warnings, accepted, refused }: ScenarioResult): string {
  const warning = warnings[application];
  const said = warning === undefined ? 'silent' : `"${warning.text}" after ${warning.firstSeconds.toFixed(1)} s`;
  const must = mustWarn ? 'must warn' : 'must not  ';
  const lost = Object.values(refused).reduce((sum, count) => sum + count, 0);
  return `${isAsItMust ? 'ok  ' : 'BAD '} ${scenario.padEnd(12)} ${must.padEnd(9)}  ${said}; ${String(accepted)} messages accepted, ${String(lost)} refused`;
}

const examples = `
Examples:
  ./chrysalis sim --scenario list               what there is, one line each
  ./chrysalis sim --scenario ebw                one
  ./chrysalis sim --scenario all --json r.json  all; ends with 1 unless each does as it must

Every message is signed and verified: cars have pseudonyms, the unit by the road an application
certificate, the ambulance an identity certificate. They are issued in this process by the functions
that the authorities use, without their databases; signatures are verified once for all who hear the
same bytes, everything else by each receiver. The same seed drives the same road; keys are always new.`;

export function add(program: Command, context: CliContext): void {
  program
    .command('sim')
    .summary('drive the seventeen day-one applications (T/CSAE 53 一期应用仿真)')
    .description(
      'Cars and a roadside unit on an avenue with two junctions, lanes and signals; GNSS errors, a radio\n' +
        'with range and loss. For each application there is a moment in which it must warn and one in which\n' +
        'it must not. BSM ten times a second, SPAT and RSI five times, MAP once, RSM ten times.',
    )
    .requiredOption('--scenario <name>', 'which; "list" names them, "all" runs all')
    .option('--vehicles <count>', `so many more cars on the road, at most ${String(MOST_VEHICLES)}`, vehiclesFrom, 6)
    .option('--seconds <seconds>', 'of the road, otherwise as long as the scenario needs', numberFrom(1, false))
    .option('--seed <number>', 'of the dice', numberFrom(0, true), 1)
    .option('--json <file>', 'write what happened to a file, too')
    .addHelpText('after', examples)
    .action((options: Options) => sim(context, options));
}

function vehiclesFrom(text: string): number {
  return Math.min(MOST_VEHICLES, numberFrom(0, true)(text));
}
