import { compareClasses, LARGEST_CLEAN_T, randomDraw, type Subject } from './two-classes.js';

/** A clock that a call moves on by what `cost` says of its secret, and by some noise. */
function compareWith(cost: (secret: Uint8Array) => number, seconds = 2, calls = 1) {
  let now = 1000;
  let steps = 0;
  const noise = (): number => ((steps++ * 7919) % 104_729) / 104_729;
  const seen: string[] = [];
  const subject: Subject = {
    name: 'made up',
    fixed: Uint8Array.of(7, 8),
    draw: randomDraw(),
    call: (secret) => {
      seen.push(secret.join());
      now += cost(secret) + noise();
    },
    calls,
  };
  let state = 7;
  const drawClass = (to: Uint8Array): void => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    to[0] = state >>> 24;
  };
  const compared = compareClasses(subject, seconds, { now: () => now, drawClass });
  return { compared, seen, milliseconds: now - 1000 };
}

describe('the comparison of two classes', () => {
  it('sees a time that depends on the secret', () => {
    const { compared } = compareWith((secret) => (secret[0] === 7 ? 1.5 : 1));
    expect(compared.measurements).toBeGreaterThan(500);
    expect(compared.t).toBeGreaterThan(LARGEST_CLEAN_T);
  });

  it('sees none in a time that depends on nothing but noise', () => {
    const { compared } = compareWith(() => 1);
    expect(compared.measurements).toBeGreaterThan(500);
    expect(Math.abs(compared.t)).toBeLessThan(LARGEST_CLEAN_T);
  });

  it('hands in the fixed secret for about half of the measurements, and others for the rest, in no order', () => {
    const { seen } = compareWith(() => 1);
    const fixed = seen.filter((secret) => secret === '7,8').length / seen.length;
    expect(fixed).toBeGreaterThan(0.4);
    expect(fixed).toBeLessThan(0.6);
    expect(new Set(seen).size).toBeGreaterThan(seen.length / 4);
    const changes = seen.filter((secret, n) => n > 0 && (secret === '7,8') !== (seen[n - 1] === '7,8')).length;
    expect(changes).toBeGreaterThan(seen.length / 4);
  });

  it('throws the first measurements away, and measures many short calls together', () => {
    const { compared, seen } = compareWith(() => 0, 20, 4);
    expect(seen.length % 4).toBe(0);
    expect(compared.measurements).toBeLessThan(0.9 * (seen.length / 4));
    expect(compared.measurements).toBeGreaterThan(0.8 * (seen.length / 4));
  });

  it('ends after the time, when there are measurements enough', () => {
    expect(compareWith(() => 1, 10).milliseconds).toBeCloseTo(10_000, -2);
  });

  it('goes on until there are five thousand measurements', () => {
    const { compared, milliseconds } = compareWith(() => 1, 2);
    expect(compared.measurements).toBe(5000);
    expect(milliseconds).toBeGreaterThan(2000);
  });

  it('ends after five times the time, with what it has', () => {
    const { compared, milliseconds } = compareWith(() => 1, 1);
    expect(compared.measurements).toBeLessThan(5000);
    expect(milliseconds).toBeCloseTo(5000, -2);
  });
});

describe('random bytes', () => {
  it('are never handed out twice, also where they are fetched anew', () => {
    const draw = randomDraw();
    const drawn = Array.from({ length: 1000 }, () => {
      const bytes = new Uint8Array(16);
      draw(bytes);
      return bytes.join();
    });
    expect(new Set(drawn).size).toBe(1000);
  });
});
