import fc from 'fast-check';
import { systemRandom } from '#crypto/random.js';
import {
  dealingOrder,
  dealt,
  gatheredUntilMillis,
  groupsOf,
  MOST_VALUES_A_GROUP,
  type Span,
} from './expansion-groups.js';

interface Named extends Span {
  readonly name: number;
}
const request = (name: number, span: Partial<Span> = {}): Named => ({
  name,
  iMin: 100,
  iMax: 107,
  jMax: 20,
  isContinued: false,
  ...span,
});

describe('groups of requests', () => {
  it('hold what asks for the same weeks, bounded and of nearly one size, each request once', () => {
    let [met, large] = [0, 0];
    const span = fc.record({
      iMin: fc.integer({ min: 100, max: 102 }),
      iMax: fc.integer({ min: 102, max: 110 }),
      jMax: fc.constantFrom(20, 1, 64),
      isContinued: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 300 }), fc.integer({ min: 0, max: 200 }), (spans, more) => {
        const requests = [...spans, ...Array.from({ length: more }, () => ({}))].map((one, n) => request(n, one));
        const groups = groupsOf(requests, systemRandom);
        expect(groups.flatMap((group) => group.requests.map(({ name }) => name)).sort((a, b) => a - b)).toEqual(
          requests.map(({ name }) => name),
        );
        const sizes = new Map<string, number[]>();
        for (const { span: of, requests: members } of groups) {
          expect(members.length).toBeGreaterThan(0);
          expect(members.length * (of.iMax - of.iMin + 1) * of.jMax).toBeLessThanOrEqual(MOST_VALUES_A_GROUP);
          for (const member of members) expect(member).toMatchObject(of);
          const key = JSON.stringify(of);
          sizes.set(key, [...(sizes.get(key) ?? []), members.length]);
        }
        for (const lengths of sizes.values()) {
          expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
          if (lengths.length > 1) large += 1;
        }
        met += groups.length;
      }),
    );
    expect(met).toBeGreaterThan(400);
    expect(large).toBeGreaterThan(20);
  });

  it('take a request whose values are more than a group’s alone', () => {
    const huge = { iMax: 100 + MOST_VALUES_A_GROUP, jMax: 2 };
    expect(groupsOf([request(1, huge), request(2, huge)], systemRandom).map(({ requests }) => requests.length)).toEqual(
      [1, 1],
    );
  });

  it('LK8 come together by dice: who was first stands anywhere', () => {
    const places = new Set<number>();
    const companies = new Set<number>();
    for (let round = 0; round < 400; round++) {
      const groups = groupsOf(
        Array.from({ length: 60 }, (_, n) => request(n)),
        systemRandom,
      );
      const mine = groups.find(({ requests }) => requests.some(({ name }) => name === 0));
      places.add(mine?.requests.findIndex(({ name }) => name === 0) as number);
      for (const { name } of mine?.requests ?? []) companies.add(name);
    }
    expect([groupsOf([], systemRandom).length, places.size, companies.size]).toEqual([0, 20, 60]);
  });
});

describe('the gathering of requests', () => {
  it.each([
    [5, 10_000, 9_999],
    [5, 14_999, 9_999],
    [5, 15_000, 14_999],
    [0.5, 15_400, 14_999],
    [0, 15_400, 15_400],
  ])('of stretches of %d s takes at %d what was due until %d', (seconds, now, until) => {
    expect(gatheredUntilMillis(now, seconds)).toBe(until);
  });
});

describe('the dealing of chains', () => {
  it('gives each request the chain that was asked in its place', () => {
    for (let count = 0; count < 50; count++) {
      const order = dealingOrder(count, systemRandom);
      const requests = Array.from({ length: count }, (_, n) => n);
      expect(
        dealt(
          order,
          order.map((n) => `of ${String(n)}`),
        ),
      ).toEqual(requests.map((n) => `of ${String(n)}`));
    }
  });

  it('LK3 puts the same requests before each LA in another order', () => {
    let same = 0;
    for (let round = 0; round < 200; round++) {
      const [la1, la2] = [dealingOrder(16, systemRandom), dealingOrder(16, systemRandom)];
      same += la1.filter((n, place) => la2[place] === n).length;
    }
    // One of sixteen falls on its own place by chance: 200 of 3200.
    expect(same).toBeGreaterThan(120);
    expect(same).toBeLessThan(290);
  });
});
