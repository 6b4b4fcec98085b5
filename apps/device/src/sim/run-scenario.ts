/** Runs a scenario and says whether the application did as it must. */
import type { ApplicationName } from '#device/day-one/applications.js';
import type { Domain } from './authorities.js';
import { run, type RunResult } from './run.js';
import type { Scenario } from './scenarios.js';

export interface ScenarioResult extends RunResult {
  readonly scenario: string;
  readonly application: ApplicationName;
  readonly mustWarn: boolean;
  readonly hasWarned: boolean;
  readonly isAsItMust: boolean;
}

export interface ScenarioOptions {
  readonly background: number;
  /** As long as the scenario says, where it is not given. */
  readonly seconds?: number | undefined;
  readonly seed: number;
  readonly domain: Domain;
  readonly ended?: AbortSignal;
}

export async function runScenario(scenario: Scenario, options: ScenarioOptions): Promise<ScenarioResult> {
  const { seed, domain, background, ended } = options;
  const result = await run({
    world: scenario.world(background),
    seconds: options.seconds ?? scenario.seconds,
    seed,
    domain,
    isProtected: true,
    ...(ended === undefined ? {} : { ended }),
  });
  const { application, mustWarn } = scenario;
  const hasWarned = result.warnings[application] !== undefined;
  return { scenario: scenario.name, application, mustWarn, hasWarned, isAsItMust: hasWarned === mustWarn, ...result };
}
