/** How often a call can be made in a second. */

/** Seconds since some moment. */
export type Stopwatch = () => number;

/**
 * The processor time that this process has had: on one core the same as the time of the wall, less what other programs took.
 * `openssl speed` counts the same way.
 */
export const processorTime: Stopwatch = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Calls a second, over at least `seconds` of the stopwatch. It is read after as many calls as take a small part of that. */
export function callsPerSecond(call: () => unknown, seconds: number, stopwatch: Stopwatch): number {
  let calls = 0;
  let batch = 1;
  const began = stopwatch();
  for (;;) {
    for (let n = 0; n < batch; n++) call();
    calls += batch;
    const elapsed = stopwatch() - began;
    if (elapsed >= seconds) return calls / elapsed;
    if (elapsed < seconds / 64) batch *= 2;
  }
}

const WARM_SLICES = 20;
const STEADY_WITHIN = 0.03;

/**
 * Calls until the rate is steady: V8 compiles a function, and a WebAssembly one too, first quickly (Liftoff) and then well
 * (TurboFan), beside the running program. Steady is what stays within 3 % for three slices; after 20 slices it goes on as it is.
 */
export function warmUp(call: () => unknown, secondsASlice: number, stopwatch: Stopwatch): void {
  const rates: number[] = [];
  while (rates.length < WARM_SLICES) {
    rates.push(callsPerSecond(call, secondsASlice, stopwatch));
    const last = rates.slice(-3);
    if (last.length === 3 && Math.max(...last) < Math.min(...last) * (1 + STEADY_WITHIN)) return;
  }
}
