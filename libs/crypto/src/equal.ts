/** Comparison of secrets. */
import { timingSafeEqual } from 'node:crypto';

/**
 * Whether two byte strings are the same, in a time that depends on their length alone.
 * Different lengths are unequal at once: a length is never secret here.
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
