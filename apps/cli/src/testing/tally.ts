/** Counting what jest reported: pure, so that each way of not running a test is a test itself. */

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of jest's `--json` report that is counted (jest 30, AggregatedResult as formatted for JSON). */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly JestFileResult[];
}

interface JestFileResult {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

/** A file that failed without a failed test: it did not load, or failed after its tests. It counts as one. */
function failedAsAWhole(file: JestFileResult): boolean {
  return file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');
}

/**
 * Counts one jest run. `report` is undefined when jest wrote none; `exitCode` undefined when a signal ended it.
 * A run that ended badly counts at least one failure, whatever its report says.
 */
export function tallyRun(report: JestReport | undefined, exitCode: number | undefined): Tally {
  if (report === undefined) return { ...nothing, failed: 1 };
  const failed = report.numFailedTests + report.testResults.filter(failedAsAWhole).length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
    }),
    nothing,
  );
}

/** Green means: something ran, and nothing failed. Skipped tests alone are not green. */
export function isGreen(tally: Tally): boolean {
  return tally.failed === 0 && tally.passed > 0;
}

export function tallyLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}
