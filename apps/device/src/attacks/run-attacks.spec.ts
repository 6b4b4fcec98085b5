/** The six attacks: each does harm where nothing is signed, and none where everything is. */
import { systemRandom } from '#crypto/random.js';
import { createDomain, type Domain } from '../sim/authorities.js';
import { START_MILLIS } from '../sim/site.js';
import { ATTACKS } from './attacks.js';
import { runAttack, runTracking } from './run-attacks.js';

let domain: Domain;
let ownDomain: Domain;
beforeAll(async () => {
  domain = await createDomain(systemRandom, START_MILLIS);
  ownDomain = await createDomain(systemRandom, START_MILLIS);
});

const options = () => ({
  domain,
  ownDomain,
  seed: 1,
  random: systemRandom,
  stopwatch: () => 0,
  progress: () => undefined,
});

it.each(ATTACKS.map((attack) => [attack.name, attack] as const))('%s', async (_, attack) => {
  const { harmWithout, harmWith, failsWith, withProtection } = await runAttack(attack, options());
  expect(harmWithout).toBeDefined();
  expect(harmWith).toBeUndefined();
  expect(withProtection.intruder.accepted).toBe(0);
  // Whoever missed the certificate of the car whose messages are changed cannot even check them.
  const { 'unknown-certificate': _unknown, ...refused } = withProtection.intruder.refused;
  expect(Object.keys(refused)).toEqual([attack.refusedAs]);
  expect(withProtection.collisions).toEqual([]);
  expect(withProtection.redLights).toEqual([]);
  expect(failsWith).toBe(true);
});

it('tracking', async () => {
  const { without, withProtection, worksWithout, failsWith } = await runTracking(options());
  expect([without.linkedByName, without.right]).toEqual([without.cars, without.cars]);
  expect(withProtection.linkedByName).toBe(0);
  // Every car was seen at both posts, and the tracker did draw its guesses.
  expect(withProtection.links.length).toBe(withProtection.cars);
  expect([worksWithout, failsWith]).toEqual([true, true]);
});
