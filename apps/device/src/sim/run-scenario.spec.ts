/** M14: each day-one application warns when it must and is silent when it must not, over signed messages that were verified. */
import { systemRandom } from '#crypto/random.js';
import { APPLICATIONS } from '#device/day-one/applications.js';
import { createDomain, type Domain } from './authorities.js';
import { runScenario } from './run-scenario.js';
import { SCENARIOS } from './scenarios.js';
import { START_MILLIS } from './site.js';

let domain: Domain;
beforeAll(async () => {
  domain = await createDomain(systemRandom, START_MILLIS);
});

it('has two scenarios for each of the seventeen', () => {
  expect(Object.keys(APPLICATIONS)).toHaveLength(17);
  for (const name of Object.keys(APPLICATIONS)) {
    expect(SCENARIOS.filter(({ application }) => application === name).map(({ mustWarn }) => mustWarn)).toEqual([
      true,
      false,
    ]);
  }
});

it.each(SCENARIOS.map((scenario) => [scenario.name, scenario.title, scenario] as const))(
  '%s: %s',
  async (_, __, one) => {
    const result = await runScenario(one, { background: 1, seed: 1, domain });
    expect(result.accepted).toBeGreaterThan(50);
    // Who missed the message with the certificate waits for the next.
    expect(Object.keys(result.refused).filter((reason) => reason !== 'unknown-certificate')).toEqual([]);
    expect(result.hasWarned).toBe(one.mustWarn);
    expect(result.isAsItMust).toBe(true);
  },
);
