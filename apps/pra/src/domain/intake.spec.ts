import { SettableClock } from '../../../../test/support/authority-bench.js';
import { Intake } from './intake.js';

let clock: SettableClock;
let owed: number;
let counts: number;
let intake: Intake;

beforeEach(() => {
  clock = new SettableClock(1_000_000);
  [owed, counts] = [0, 0];
  intake = new Intake(
    100,
    async () => {
      counts++;
      return owed;
    },
    clock,
  );
});

it('is full with as much as the bound, and counts what it takes at once', async () => {
  expect(await intake.isFull()).toBe(false);
  intake.took(99);
  expect(await intake.isFull()).toBe(false);
  intake.took(1);
  expect(await intake.isFull()).toBe(true);
});

it('takes again when what was owed is done', async () => {
  owed = 100;
  expect(await intake.isFull()).toBe(true);
  owed = 99;
  expect(await intake.isFull()).toBe(true);
  clock.advance(1_000);
  expect(await intake.isFull()).toBe(false);
});

it('PR16 asks the tables once a second, however many ask it', async () => {
  owed = 100;
  for (let second = 0; second < 3; second++) {
    await Promise.all(Array.from({ length: 50 }, () => intake.isFull()));
    await intake.isFull();
    clock.advance(1_000);
  }
  expect(counts).toBe(3);
});

it('counts anew after a clock that went back, and after a count that failed', async () => {
  await intake.isFull();
  clock.advance(-5_000);
  owed = 100;
  expect(await intake.isFull()).toBe(true);
  const failing = new Intake(100, () => (counts++ < 3 ? Promise.reject(new Error('away')) : Promise.resolve(7)), clock);
  await expect(failing.isFull()).rejects.toThrow('away');
  expect(await failing.isFull()).toBe(false);
});
