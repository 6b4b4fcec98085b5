import { addTallies, isGreen, tallyLine, tallyRun, type JestReport } from './tally.js';

const file = (status: string, ...tests: string[]): JestReport['testResults'][number] => ({
  status,
  assertionResults: tests.map((one) => ({ status: one })),
});

/** A report as jest writes it for these files. */
function report(...testResults: JestReport['testResults']): JestReport {
  const count = (status: string): number =>
    testResults.flatMap(({ assertionResults }) => assertionResults).filter((one) => one.status === status).length;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    testResults,
  };
}

describe('the tally of a jest run', () => {
  it('counts a run without a report as failed', () => {
    expect(tallyRun(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a file that did not load as failed', () => {
    expect(tallyRun(report(file('passed', 'passed'), file('failed')), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('counts a file that failed after its tests as failed', () => {
    expect(tallyRun(report(file('failed', 'passed', 'passed')), 1)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });

  it('counts a failed test once, not its file as well', () => {
    expect(tallyRun(report(file('failed', 'failed', 'passed')), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it.each([[1], [undefined]])('counts a green report of a run that ended with %s as failed', (exitCode) => {
    expect(tallyRun(report(file('passed', 'passed')), exitCode).failed).toBe(1);
  });

  it('counts pending and todo as skipped', () => {
    expect(tallyRun(report(file('passed', 'passed', 'pending', 'todo')), 0)).toEqual({
      passed: 1,
      failed: 0,
      skipped: 2,
    });
  });
});

describe('the closing line', () => {
  it('is not green when nothing ran, or all was skipped', () => {
    expect(isGreen(addTallies([]))).toBe(false);
    expect(isGreen({ passed: 0, failed: 0, skipped: 3 })).toBe(false);
  });

  it('is not green with one failure among many', () => {
    expect(isGreen({ passed: 100, failed: 1, skipped: 0 })).toBe(false);
  });

  it('adds the runs', () => {
    const sum = addTallies([
      { passed: 1, failed: 0, skipped: 2 },
      { passed: 3, failed: 0, skipped: 0 },
    ]);
    expect(tallyLine(sum)).toBe('4 passed, 0 failed, 2 skipped');
    expect(isGreen(sum)).toBe(true);
  });
});
