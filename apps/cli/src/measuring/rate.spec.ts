import { callsPerSecond, processorTime, warmUp } from './rate.js';

describe('calls a second', () => {
  it('counts the calls by the stopwatch', () => {
    let now = 5;
    let calls = 0;
    const rate = callsPerSecond(
      () => {
        calls++;
        now += 1 / 1024;
      },
      0.5,
      () => now,
    );
    expect(rate).toBe(1024);
    expect(calls).toBeGreaterThanOrEqual(512);
    expect(calls).toBeLessThan(600);
  });

  it('reads the stopwatch seldom', () => {
    let now = 0;
    let readings = 0;
    callsPerSecond(
      () => (now += 1e-6),
      0.1,
      () => {
        readings++;
        return now;
      },
    );
    expect(readings).toBeLessThan(150);
  });

  it('makes one call of what takes longer than the slice', () => {
    let now = 0;
    expect(
      callsPerSecond(
        () => (now += 4),
        0.5,
        () => now,
      ),
    ).toBe(0.25);
  });
});

describe('warming up', () => {
  /** A call that takes 8 ms less with each slice of 0.1 s until it takes `last`. */
  const warmed = (costOfSlice: (slice: number) => number): number => {
    let now = 0;
    warmUp(
      () => (now += costOfSlice(Math.floor(now / 0.1))),
      0.1,
      () => now,
    );
    return now;
  };

  it('ends after three steady slices', () => {
    const seconds = warmed(() => 1 / 1024);
    expect(seconds).toBeGreaterThan(0.3);
    expect(seconds).toBeLessThan(0.4);
  });
  it('goes on while the rate changes', () => {
    expect(warmed((slice) => (slice < 6 ? 0.008 / (slice + 1) : 0.001))).toBeGreaterThan(0.8);
  });
  it('gives up on what is never steady', () => {
    const seconds = warmed((slice) => (slice % 2 === 0 ? 0.001 : 0.01));
    expect(seconds).toBeGreaterThan(1.9);
    expect(seconds).toBeLessThan(2.6);
  });
});

describe('the processor time', () => {
  it('passes while the process works', () => {
    const began = processorTime();
    let rounds = 0;
    while (processorTime() === began && rounds < 1e7) rounds++;
    expect(processorTime()).toBeGreaterThan(began);
  });
});
