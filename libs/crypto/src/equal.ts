/** Comparison of secrets. */
import { timingSafeEqual } from 'node:crypto';

/**
 * Whether two byte strings are the same, in a time that depends on their length alone.
 * Different lengths are unequal at once: a length is never secret here.
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Whether all bytes are zero, reading all of them: a search that stops at the first other one tells where it lies. */
export function isAllZero(bytes: Uint8Array): boolean {
  let any = 0;
  for (let n = 0; n < bytes.length; n++) any |= bytes[n] as number;
  return any === 0;
}
