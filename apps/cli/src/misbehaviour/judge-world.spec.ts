// A small part of the bench with fixed dice: how well lies are told from honest errors may not get worse.
import { ATTACK_NAMES } from './attacks.js';
import { WORLDS } from './bench-worlds.js';
import { judgeWorld } from './judge-world.js';

/** Three worlds, with fewer cars, receivers and seconds. */
const worlds = Object.entries(WORLDS)
  .slice(0, 3)
  .map(([name, shape]) => [name, { ...shape, vehicles: 60, receivers: 5, seconds: 60 }] as const);

describe('local detection in small worlds', () => {
  it.each(worlds)('tells lies from honest errors: %s', (_, shape) => {
    const { messages, vehicles } = judgeWorld({ ...shape, seed: 11, liarShare: 0.3, attacks: ATTACK_NAMES });
    expect(messages.truePositives).toBeGreaterThan(300);
    expect(vehicles.truePositives + vehicles.falseNegatives).toBeGreaterThan(5);
    expect(messages.falsePositiveRate).toBeLessThan(0.01);
    expect(messages.f1).toBeGreaterThan(0.65);
    expect(vehicles.precision).toBeGreaterThan(0.95);
  });

  it.each(worlds)('blames nobody where nobody lies: %s', (_, shape) => {
    const { messages, vehicles } = judgeWorld({ ...shape, seed: 12, liarShare: 0, attacks: ATTACK_NAMES });
    expect(messages.trueNegatives).toBeGreaterThan(2000);
    expect(messages.falsePositiveRate).toBeLessThan(0.003);
    expect(vehicles.falsePositives).toBeLessThanOrEqual(1);
  });

  it('repeats itself from its seed', () => {
    const options = { ...worlds[0]![1], seconds: 10, seed: 5, liarShare: 0.2, attacks: ATTACK_NAMES };
    expect(judgeWorld(options)).toEqual(judgeWorld(options));
    expect(judgeWorld(options)).not.toEqual(judgeWorld({ ...options, seed: 6 }));
  });
});
