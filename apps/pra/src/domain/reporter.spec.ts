import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { fullAllowance, reporterHandle, spendAllowance, type Allowance } from './reporter.js';
import { nextTryMillis } from './retry.js';

describe('the handle of a reporter', () => {
  it('is one a device and week, and another for another device, week or secret', () => {
    const [secret, ec] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    const handle = reporterHandle(secret, ec, 358);
    expect(handle.length).toBe(16);
    expect(reporterHandle(secret, ec, 358)).toEqual(handle);
    const others = [
      reporterHandle(secret, ec, 359),
      reporterHandle(secret, systemRandom.bytes(32), 358),
      reporterHandle(systemRandom.bytes(32), ec, 358),
    ];
    expect(new Set([handle, ...others].map(hex)).size).toBe(4);
  });
});

describe('the allowance of a reporter', () => {
  const spendMany = (start: Allowance, count: number, now: number): Allowance | undefined => {
    let left: Allowance | undefined = start;
    for (let n = 0; n < count && left !== undefined; n++) left = spendAllowance(left, now);
    return left;
  };

  it('PR16 is used up after ten reports at once', () => {
    expect(spendMany(fullAllowance(0), 10, 0)).toEqual({ tokens: 0, updatedMillis: 0 });
    expect(spendMany(fullAllowance(0), 11, 0)).toBeUndefined();
  });

  it('comes back at one a minute, to ten and no more', () => {
    const empty = { tokens: 0, updatedMillis: 0 };
    expect(spendAllowance(empty, 59_000)).toBeUndefined();
    expect(spendAllowance(empty, 60_000)).toEqual({ tokens: 0, updatedMillis: 60_000 });
    expect(spendAllowance(empty, 86_400_000)?.tokens).toBe(9);
  });

  it('gives nothing for a clock that goes back', () => {
    expect(spendAllowance({ tokens: 0.5, updatedMillis: 100_000 }, 0)).toBeUndefined();
    expect(spendAllowance({ tokens: 2, updatedMillis: 100_000 }, 0)).toEqual({ tokens: 1, updatedMillis: 100_000 });
  });
});

it('PR15 tries again ever more rarely, at least once a minute', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 1000].map((attempts) => nextTryMillis(0, attempts));
  expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});
