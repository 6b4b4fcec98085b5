// The road: repeatable, smooth, and with about five others in every car's ears.
import { lengthOf, offsetBetween } from '#detection/geo.js';
import { createRadio } from './radio.js';
import { brandOf, createRoad, type Road } from './road.js';
import { createRoadRandom, normal } from './road-random.js';

const cars = (road: Road) => Array.from({ length: road.vehicles }, (_, vehicle) => vehicle);
const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function neighbourCounts(road: Road, seconds: number): number[] {
  return Array.from({ length: seconds }, () => {
    road.step(1000);
    return cars(road).map((vehicle) => road.neighbours(vehicle).length);
  }).flat();
}

describe('createRoad', () => {
  it('refuses a road without vehicles', () => {
    expect(() => createRoad({ seed: 1, vehicles: 0 })).toThrow(RangeError);
  });

  it.each([-1, 4, 1.5])('refuses a vehicle that is not there: %s', (vehicle) => {
    const road = createRoad({ seed: 1, vehicles: 4 });
    expect(() => road.state(vehicle)).toThrow(RangeError);
    expect(() => road.place(vehicle)).toThrow(RangeError);
    expect(() => road.neighbours(vehicle)).toThrow(RangeError);
  });

  it('repeats itself from its seed and differs with another', () => {
    const drive = (seed: number) => {
      const road = createRoad({ seed, vehicles: 6 });
      for (let tick = 0; tick < 50; tick++) road.step(100);
      return cars(road).map((vehicle) => road.state(vehicle));
    };
    expect(drive(7)).toEqual(drive(7));
    expect(drive(7)).not.toEqual(drive(8));
  });

  it.each([1, 2, 3])('lets 20 cars hear between 4 and 6 others on average (seed %s)', (seed) => {
    const average = mean(neighbourCounts(createRoad({ seed, vehicles: 20 }), 600));
    expect(average).toBeGreaterThan(4);
    expect(average).toBeLessThan(6);
  });

  it.each([
    [1, 0, 0],
    [2, 1, 1],
    [6, 4.9, 5],
    [10, 4, 6],
    [40, 4, 6],
    [100, 4, 6],
  ])('lets %s cars hear between %s and %s', (vehicles, least, most) => {
    const average = mean(neighbourCounts(createRoad({ seed: 5, vehicles }), 300));
    expect(average).toBeGreaterThanOrEqual(least);
    expect(average).toBeLessThanOrEqual(most);
  });

  it.each([6, 10, 20, 40])('lets each of %s cars hear both brands at any time', (vehicles) => {
    const road = createRoad({ seed: 3, vehicles });
    const deaf = new Set<number>();
    for (let second = 0; second < 300; second++) {
      road.step(1000);
      for (const vehicle of cars(road)) {
        if (new Set(road.neighbours(vehicle).map(brandOf)).size !== 2) deaf.add(vehicle);
      }
    }
    expect(deaf).toEqual(new Set());
  });

  it('moves each car as far as its speed says, forwards, within what a car can do', () => {
    const road = createRoad({ seed: 11, vehicles: 20 });
    let stood = 0;
    let worstMove = 0;
    let worstAcceleration = 0;
    for (let tick = 0; tick < 3000; tick++) {
      const before = cars(road).map((vehicle) => ({ place: road.place(vehicle), state: road.state(vehicle) }));
      road.step(100);
      for (const [vehicle, { place, state }] of before.entries()) {
        const now = road.place(vehicle);
        const moved = Math.hypot(now.eastMetres - place.eastMetres, now.northMetres - place.northMetres);
        worstMove = Math.max(worstMove, Math.abs(moved - state.speedMetresPerSecond * 0.1));
        worstAcceleration = Math.max(worstAcceleration, Math.abs(state.longitudinalAcceleration ?? 99));
        if (moved < 0.05) stood++;
      }
    }
    expect(stood).toBeGreaterThan(0);
    expect(worstMove).toBeLessThan(0.06);
    expect(worstAcceleration).toBeLessThan(3);
  });

  it('keeps cars apart', () => {
    const road = createRoad({ seed: 12, vehicles: 20 });
    let closest = Infinity;
    for (let second = 0; second < 600; second++) {
      road.step(1000);
      for (const vehicle of cars(road)) {
        const [one, other] = [road.place(vehicle), road.place((vehicle + 1) % 20)];
        closest = Math.min(closest, Math.hypot(one.eastMetres - other.eastMetres, one.northMetres - other.northMetres));
      }
    }
    expect(closest).toBeGreaterThan(15);
  });

  it('goes on smoothly after a step of a week', () => {
    const road = createRoad({ seed: 4, vehicles: 3 });
    road.step(7 * 86_400_000);
    const before = road.state(1);
    road.step(100);
    expect(lengthOf(offsetBetween(before, road.state(1)))).toBeLessThan(3);
    expect(road.state(1).generationTimeMillis - before.generationTimeMillis).toBe(100);
  });
});

describe('createRadio', () => {
  const points = [0, 100, 300].map((eastMetres) => ({ eastMetres, northMetres: 0 }));

  it('lets nobody beyond its range hear, nor the sender itself', () => {
    const radio = createRadio({ seed: 1, rangeMetres: 150 });
    expect(radio.within(points, 0)).toEqual([1]);
    expect(radio.receivers(points, 2)).toEqual([]);
  });

  it('loses about the share it is told to', () => {
    const radio = createRadio({ seed: 1, rangeMetres: 300, lossShare: 0.1, edgeLossShare: 0.3 });
    const got = Array.from({ length: 5000 }, () => radio.receivers(points, 0)).flat();
    const share = (vehicle: number) => got.filter((receiver) => receiver === vehicle).length / 5000;
    expect(share(1)).toBeCloseTo(0.9, 1);
    expect(share(2)).toBeCloseTo(0.6, 1);
  });
});

describe('createRoadRandom', () => {
  it('deals fractions evenly, and streams of one seed apart', () => {
    const [one, other] = [createRoadRandom(9), createRoadRandom(9, 1)];
    const deals = Array.from({ length: 10_000 }, one);
    expect(mean(deals)).toBeCloseTo(0.5, 1);
    expect(Math.min(...deals)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...deals)).toBeLessThan(1);
    expect(Array.from({ length: 10 }, other)).not.toEqual(deals.slice(0, 10));
    const bell = Array.from({ length: 10_000 }, () => normal(one));
    expect(Math.abs(mean(bell))).toBeLessThan(0.05);
    expect(mean(bell.map((value) => value * value))).toBeCloseTo(1, 1);
  });
});
