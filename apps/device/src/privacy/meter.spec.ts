/** The privacy meter: what must be so at its ends, and that nothing of the truth reaches the tracker. */
import { createRoadRandom } from '../road/road-random.js';
import { drive, type DriveOptions, type Heard } from './drives.js';
import { measurePrivacy, RULE } from './meter.js';
import { Tracker } from './tracker.js';

const usual = { pseudonyms: 20, coverage: 0.1, cars: 40 };

it('finds every car again that never changes its name', () => {
  const { relinked, pairs } = measurePrivacy({ ...usual, rotationSeconds: Infinity }, 1);
  expect(pairs).toBeGreaterThan(60);
  expect(relinked).toBe(1);
});

it('loses most that change by the rule, and more of them the less it hears', () => {
  const at = (coverage: number) => measurePrivacy({ ...usual, ...RULE, coverage }, 1).relinked;
  const [little, all] = [at(0.02), at(1)];
  expect(little).toBeLessThan(0.4);
  expect(all).toBeGreaterThan(little);
});

it('few certificates that change often come again, and are known', () => {
  const at = (pseudonyms: number) => measurePrivacy({ ...usual, pseudonyms, rotationSeconds: 10 }, 1).relinked;
  expect(at(2)).toBeGreaterThan(at(100));
});

const options = (changes: Partial<DriveOptions> = {}): DriveOptions => ({
  cars: 5,
  roadMetres: 10_000,
  seconds: 900,
  rotationSeconds: 30,
  pseudonyms: 4,
  coverage: 1,
  posts: 5,
  random: createRoadRandom(3),
  ...changes,
});

it('no name is two cars’, no use is longer than it may be, and each is used before one comes again', () => {
  const uses = new Map<number, { name: number; second: number }[]>();
  drive(options(), (second, heard) => {
    for (const { car, name } of heard) {
      const list = uses.get(car) ?? [];
      if (list.at(-1)?.name !== name) list.push({ name, second });
      uses.set(car, list);
    }
  });
  expect(uses.size).toBe(5);
  const owners = [...uses].flatMap(([car, list]) =>
    [...new Set(list.map(({ name }) => name))].map((name) => [name, car]),
  );
  expect(new Set(owners.map(([name]) => name)).size).toBe(owners.length);
  for (const list of uses.values()) {
    expect(list.length).toBeGreaterThan(29);
    for (let n = 1; n < list.length; n++) {
      expect((list[n]?.second ?? 0) - (list[n - 1]?.second ?? 0)).toBeLessThanOrEqual(31);
    }
    expect(new Set(list.slice(0, 4).map(({ name }) => name)).size).toBe(4);
  }
});

it('hears nothing where no post is', () => {
  const heard: Heard[] = [];
  drive(options({ coverage: 0.1, seconds: 200 }), (_, now) => heard.push(...now));
  expect(heard.length).toBeGreaterThan(20);
  // Stretches of 200 m, each 2 km; two metres for the error of the receiver.
  expect(heard.every(({ metres }) => (metres + 3) % 2000 <= 206)).toBe(true);
});

it('takes a new name for the car that should be there, and another for another', () => {
  const tracker = new Tracker(10_000);
  const at = (name: number, metres: number) => ({ name, metres, speed: 10 });
  const [a, b] = tracker.follow(0, [at(1, 100), at(2, 500)]);
  expect(tracker.follow(1, [at(3, 510), at(4, 110)])).toEqual([b, a]);
  expect(tracker.follow(2, [at(5, 2000)])).not.toContain(a);
  // It has heard names change, so it guesses who comes out of silence, too.
  expect(tracker.follow(61, [at(6, 710)])).toEqual([a]);
  // A name that was heard once is never forgotten.
  expect(new Tracker(10_000).follow(0, [at(1, 100)])).toEqual([0]);
  const [first, later] = [new Tracker(10_000), at(2, 700)];
  first.follow(0, [at(1, 100)]);
  expect(first.follow(60, [later])).toEqual([1]);
  expect(tracker.follow(500, [at(1, 7000)])).toEqual([a]);
  // The ring closes.
  const [c] = tracker.follow(501, [at(9, 9995)]);
  expect(tracker.follow(502, [at(10, 5)])).toEqual([c]);
});
