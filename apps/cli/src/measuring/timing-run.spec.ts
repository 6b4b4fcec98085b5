import { runTiming, timingTable, type TimingRun } from './timing-run.js';
import type { Subject } from './two-classes.js';

const subject = (name: string): Subject => ({
  name,
  fixed: new Uint8Array(1),
  draw: () => undefined,
  call: () => undefined,
  calls: 1,
});

/** A run in which the comparisons of each name have these t, one after the other. */
function run(controls: Record<string, number[]>, subjects: Record<string, number[]>) {
  const ts = new Map(Object.entries({ ...controls, ...subjects }).map(([name, row]) => [name, [...row]]));
  const said: string[] = [];
  const timing: TimingRun = {
    controls: Object.keys(controls).map(subject),
    subjects: Object.keys(subjects).map(subject),
    compare: ({ name }) => ({ measurements: 1000, t: ts.get(name)?.shift() as number }),
    progress: (line) => said.push(line),
  };
  return { verdicts: runTiming(timing), said, left: ts };
}

const good = (verdicts: ReturnType<typeof run>['verdicts']) => verdicts.map(({ name, isGood }) => [name, isGood]);

describe('the run of the timing test', () => {
  it('is content with leaks that are found and functions that are clean, at the first look', () => {
    const { verdicts, left } = run({ leak: [-50, 0] }, { sign: [1, 99], verify: [-4.4, 99] });
    expect(good(verdicts)).toEqual([
      ['leak', true],
      ['sign', true],
      ['verify', true],
    ]);
    expect([...left.values()]).toEqual([[0], [99], [99]]);
  });

  it('looks twice, and judges by the second look', () => {
    const { verdicts } = run({ leak: [0, 9] }, { noisy: [-6, 1], leaking: [5, -4.5] });
    expect(good(verdicts)).toEqual([
      ['leak', true],
      ['noisy', true],
      ['leaking', false],
    ]);
  });

  it('measures nothing more when a leak on purpose was not found', () => {
    const { verdicts, left } = run({ leak: [0, 1], other: [9] }, { sign: [0] });
    expect(good(verdicts)).toEqual([
      ['leak', false],
      ['other', true],
    ]);
    expect(left.get('sign')).toEqual([0]);
  });

  it('tells as it goes, and at the end in a table', () => {
    const { verdicts, said } = run({ leak: [12.34] }, { sign: [5, 5], verify: [0.04] });
    expect(said).toEqual(['leak: t = 12.3', 'sign: t = 5.0, once more', 'sign: t = 5.0', 'verify: t = 0.0']);
    expect(timingTable([...verdicts, ...run({ blind: [0, 0] }, {}).verdicts])).toEqual([
      'secret  measurements     t  verdict',
      'leak            1000  12.3  control: found',
      'sign            1000   5.0  DEPENDS ON THE SECRET',
      'verify          1000   0.0  clean',
      'blind           1000   0.0  control: NOT FOUND',
    ]);
  });
});
