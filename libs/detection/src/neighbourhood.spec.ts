// One receiver among senders: one glitch is forgiven, who is caught stays caught for a while, and what is learned of all
// is never learned from one.
import { Calibration, Scale } from './calibration.js';
import type { Motion } from './motion.js';
import { motionAt } from './motion.fixture.js';
import { headingSigma, positionSigma } from './motion.js';
import { Neighbourhood, type Verdict } from './neighbourhood.js';
import { LAGS_SECONDS, SenderHistory } from './sender-history.js';
import { Suspicion } from './suspicion.js';

const newEar = (calibration = new Calibration()) =>
  new Neighbourhood({ calibration, rangeMetres: 1000, mostSenders: 50 });
const hear = (ear: Neighbourhood, name: string, motion: Motion): Verdict =>
  ear.observe(name, motion, { receivedSeconds: motion.timeSeconds + 0.01, receiver: undefined });
/** Even numbers between -1 and 1, the same in each run. */
const dice = (seed: number) => {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31;
};
const seconds = (count: number, from = 0) => Array.from({ length: count }, (_, second) => from + second);

describe('Neighbourhood', () => {
  it('believes a steady car', () => {
    const ear = newEar();
    const verdicts = seconds(60).map((second) => hear(ear, 'car', motionAt(second)));
    expect(verdicts.every(({ flagged }) => !flagged)).toBe(true);
    expect(Math.min(...verdicts.map(({ factor }) => factor))).toBeGreaterThan(0.9);
  });

  it('flags one glitch and forgives its sender', () => {
    const ear = newEar();
    const flags = seconds(30).map((s) => hear(ear, 'car', motionAt(s, s === 10 ? { eastMetres: 80 } : {})).flagged);
    expect(seconds(30).filter((s) => flags[s])).toEqual([10]);
  });

  it('flags a sender that went on lying, also when it stops', () => {
    const ear = newEar();
    const off = (s: number) => (s >= 10 && s < 15 ? { eastMetres: s % 2 === 0 ? 80 : -80 } : {});
    const flags = seconds(60).map((s) => hear(ear, 'car', motionAt(s, off(s))).flagged);
    expect(flags.slice(0, 10)).not.toContain(true);
    expect(flags.slice(10, 40)).not.toContain(false);
  });

  it('takes each alias for itself, and forgets the longest silent', () => {
    const ear = newEar();
    for (const s of seconds(10)) hear(ear, 'liar', motionAt(s, { eastMetres: s * s * 37 }));
    expect(hear(ear, 'other', motionAt(10)).flagged).toBe(false);
    for (const n of seconds(60)) hear(ear, `passer-by ${String(n)}`, motionAt(20 + n / 100, { eastMetres: 9 * n }));
    expect(ear.size).toBe(50);
    expect(hear(ear, 'liar', motionAt(21)).flagged).toBe(false);
  });

  it('learns from cars that stand how far a place wanders, and believes them', () => {
    // Those who drive allow for much besides their errors, so what is learned of them says that errors are small.
    const calibration = new Calibration();
    for (const lag of LAGS_SECONDS)
      for (const _ of seconds(400)) calibration.scale(`positionSpeed.${String(lag)}`).learn(0);
    const ear = newEar(calibration);
    const random = dice(7);
    const errors = seconds(12).map(() => ({ eastMetres: 0, northMetres: 0 }));
    const flags = seconds(200).flatMap((s) =>
      errors.map((error, n) => {
        // Four metres, pulled back by a tenth a second.
        error.eastMetres = 0.9 * error.eastMetres + 2.1 * (random() + random());
        error.northMetres = 0.9 * error.northMetres + 2.1 * (random() + random());
        const { eastMetres, northMetres } = error;
        const said = { eastMetres: 50 * n + eastMetres, northMetres, speedMetresPerSecond: 0, positionSigmaMetres: 4 };
        return hear(ear, `car ${String(n)}`, motionAt(s, said)).flagged;
      }),
    );
    expect(flags).toHaveLength(2400);
    expect(flags.filter(Boolean)).toHaveLength(0);
  });

  it('learns how far it hears, and does not believe who speaks from far beyond', () => {
    const far = (messages: number, strangerMetres: number) => {
      const ear = newEar();
      const receiver = { eastMetres: 0, northMetres: 0 };
      const said = (name: string, s: number, eastMetres: number) =>
        ear.observe(name, motionAt(s, { eastMetres, northMetres: 0, speedMetresPerSecond: 0 }), {
          receivedSeconds: s + 0.01,
          receiver,
        }).flagged;
      const flags = seconds(messages).flatMap((s) => seconds(20).map((n) => said(`car ${String(n)}`, s, 20 * n - 180)));
      expect(flags).not.toContain(true);
      return said('stranger', messages, strangerMetres);
    };
    expect(far(60, 600)).toBe(true);
    expect(far(60, 300)).toBe(false);
    expect(far(8, 600)).toBe(false);
  });

  it('looks at a late message for itself only', () => {
    const ear = newEar();
    for (const s of seconds(10)) hear(ear, 'car', motionAt(s));
    expect(Object.keys(hear(ear, 'car', motionAt(5)).checks)).not.toContain('positionSpeed');
    expect(hear(ear, 'car', motionAt(10)).flagged).toBe(false);
  });

  it('blames ghosts that share the errors of another, and not that other', () => {
    const ear = newEar();
    const error = (s: number) => 3 * Math.sin(s * 12.9898) + 2 * Math.sin(s * 78.233);
    const said = (s: number, east: number): Motion =>
      motionAt(s, {
        eastMetres: east + error(s),
        northMetres: 10 * s + error(s + 0.5),
        positionSigmaMetres: 3,
        acceleration: 0,
      });
    const flags = seconds(30).map((s) => [
      hear(ear, 'first', said(s, 0)).flagged,
      hear(ear, 'ghost', said(s, 40)).flagged,
    ]);
    expect(flags.some(([first]) => first)).toBe(false);
    expect(flags.filter(([, ghost]) => ghost).length).toBeGreaterThan(10);
  });

  it('does not believe a check that most senders fail', () => {
    const calibration = new Calibration();
    for (const name of seconds(30)) {
      const ear = newEar(calibration);
      for (const s of seconds(8)) hear(ear, String(name), motionAt(s, { headingDegrees: 180 }));
    }
    expect(calibration.isSound('positionHeading')).toBe(false);
    expect(calibration.isSound('positionSpeed')).toBe(true);
    const ear = newEar(calibration);
    const last = seconds(8)
      .map((s) => hear(ear, 'next', motionAt(s, { headingDegrees: 180 })))
      .at(-1)!;
    expect(last.checks['positionHeading']).toBeLessThan(0.05);
    expect(last.checks['positionInnovation']).toBeDefined();
  });
});

describe('SenderHistory', () => {
  it('finds the trusted message nearest to a lag, and begins anew after a silence', () => {
    const history = new SenderHistory();
    for (let step = 0; step <= 400; step++) history.extend(motionAt(step / 10));
    const last = history.last!;
    for (const lag of [1, 2, 4, 8, 16, 32]) {
      const found = history.before(last, lag)!;
      expect(Math.abs(last.motion.timeSeconds - found.motion.timeSeconds - lag)).toBeLessThan(0.5);
    }
    const two = history.before(last, 2)!;
    two.isTrusted = false;
    expect(history.before(last, 2)).not.toBe(two);
    const later = history.extend(motionAt(100));
    expect(history.before(later, 32)).toBeUndefined();
    expect(history.first).toBe(later);
  });

  it('reckons the way of a bend', () => {
    const history = new SenderHistory();
    const turn = (step: number) => motionAt(step / 10, { headingDegrees: (step * 9) % 360 });
    for (let step = 0; step <= 40; step++) history.extend(turn(step));
    expect(Math.hypot(history.last!.wayEast, history.last!.wayNorth)).toBeLessThan(0.2);
    expect(history.last!.wayLength).toBeCloseTo(40, 6);
  });
});

describe('Suspicion', () => {
  it('needs two impossible messages, and fades', () => {
    const suspicion = new Suspicion();
    suspicion.add(0, 10, 0);
    expect(suspicion.isSuspicious).toBe(false);
    suspicion.add(1, 10, 0);
    expect(suspicion.isSuspicious).toBe(true);
    suspicion.add(300, 0, 0);
    expect(suspicion.isSuspicious).toBe(false);
  });

  it('counts what rests on windows by time, so that ten messages a second are not ten times the evidence', () => {
    const quick = new Suspicion();
    for (let n = 0; n <= 5; n++) quick.add(n / 10, 2, 0);
    expect(quick.isSuspicious).toBe(false);
    const slow = new Suspicion();
    for (let n = 0; n <= 5; n++) slow.add(n, 2, 0);
    expect(slow.isSuspicious).toBe(true);
  });

  it('takes one proof', () => {
    const suspicion = new Suspicion();
    expect(suspicion.add(0, 0, 20)).toBe(true);
    expect(suspicion.isSuspicious).toBe(true);
  });
});

describe('calibration', () => {
  it('finds what a claim is worth from the median, within bounds', () => {
    const worth = (factor: number) => {
      const scale = new Scale();
      for (let n = 0; n < 3000; n++) {
        // Quantiles of a normal error, by turns.
        const z = [0.126, 0.385, 0.674, 1.036, 1.645][(n * 2) % 5]!;
        scale.learn((factor * z) / scale.value);
      }
      return scale.value;
    };
    expect(worth(1)).toBeCloseTo(1, 0);
    expect(worth(1.8)).toBeGreaterThan(1.4);
    expect(worth(0.01)).toBeCloseTo(0.5, 6);
    expect(worth(100)).toBeCloseTo(2.5, 6);
  });

  it.each([
    ['nothing', undefined, 1.5, 3],
    ['zero', 0, 1.5, 3],
    ['no number', NaN, 1.5, 3],
    ['too little', 0.001, 0.3, 1],
    ['too much', 1000, 8, 20],
    ['a signed one', -4, 4, 4],
  ])('takes a claim of %s for what can be', (_, claim, position, heading) => {
    expect([positionSigma(claim), headingSigma(claim)]).toEqual([position, heading]);
  });
});
