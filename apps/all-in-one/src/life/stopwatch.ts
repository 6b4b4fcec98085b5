/** How long the phases of a life took, in real seconds. */
import { performance } from 'node:perf_hooks';
import type { Report } from '../report.js';

export async function timed<T>(report: Report, phase: keyof Report['seconds'], work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    report.seconds[phase] += (performance.now() - started) / 1000;
  }
}
