/** The run of `chrysalis timing`: the controls, then each subject, a second time where it looked unclean. */
import { inColumns } from './columns.js';
import { LARGEST_CLEAN_T, type Compared, type Subject } from './two-classes.js';

export interface TimingRun {
  readonly controls: readonly Subject[];
  readonly subjects: readonly Subject[];
  readonly compare: (subject: Subject) => Compared;
  progress(line: string): void;
}

export interface Verdict {
  readonly name: string;
  readonly last: Compared;
  /** What is asked of it: a control leaks, the others do not. */
  readonly isControl: boolean;
  readonly isGood: boolean;
}

const looksClean = ({ t }: Compared): boolean => Math.abs(t) < LARGEST_CLEAN_T;

/** One of a row of comparisons is unclean by chance or by a neighbour now and then; two in a row are the function. */
function judge(subject: Subject, isControl: boolean, { compare, progress }: TimingRun): Verdict {
  let last = compare(subject);
  if (looksClean(last) === isControl) {
    progress(`${subject.name}: t = ${last.t.toFixed(1)}, once more`);
    last = compare(subject);
  }
  const verdict = { name: subject.name, last, isControl, isGood: looksClean(last) !== isControl };
  progress(`${subject.name}: t = ${last.t.toFixed(1)}`);
  return verdict;
}

/** The controls first; the subjects only when all controls were found, since otherwise "clean" would mean nothing. */
export function runTiming(run: TimingRun): Verdict[] {
  const controls = run.controls.map((subject) => judge(subject, true, run));
  if (controls.some(({ isGood }) => !isGood)) return controls;
  return [...controls, ...run.subjects.map((subject) => judge(subject, false, run))];
}

function wordOf({ isControl, isGood }: Verdict): string {
  if (isControl) return isGood ? 'control: found' : 'control: NOT FOUND';
  return isGood ? 'clean' : 'DEPENDS ON THE SECRET';
}

/** One line a verdict. */
export function timingTable(verdicts: readonly Verdict[]): string[] {
  return inColumns([
    ['secret', 'measurements', 't', 'verdict'],
    ...verdicts.map((verdict) => [
      verdict.name,
      String(verdict.last.measurements),
      verdict.last.t.toFixed(1),
      wordOf(verdict),
    ]),
  ]);
}
