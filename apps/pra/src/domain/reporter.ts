/** What the MA learns of a reporter: a handle of the week. And how many reports the PRA takes from one device. */
import { concat } from '#crypto/bytes.js';
import { hmacSm3 } from '#crypto/sm3.js';

/** A report with its evidence, sealed (misbehaviour pipeline, intake stage 1). */
export const LARGEST_REPORT_BYTES = 64 * 1024;
const REPORTS_AT_ONCE = 10;
const REPORTS_AN_HOUR = 60;

/** Two bytes, big-endian, of an i-period. */
export const weekBytes = (week: number): Uint8Array => Uint8Array.of(week >> 8, week & 255);

/**
 * 16 bytes: HMAC-SM3 of the week's 32-byte secret over SM3(EC) ‖ week. One device is one handle a week (T3); two weeks
 * of one device do not belong together for whoever lacks the secret.
 */
export const reporterHandle = (weekSecret: Uint8Array, ecHash: Uint8Array, week: number): Uint8Array =>
  hmacSm3(weekSecret, concat(ecHash, weekBytes(week))).subarray(0, 16);

export interface Allowance {
  readonly tokens: number;
  readonly updatedMillis: number;
}

export const fullAllowance = (nowMillis: number): Allowance => ({ tokens: REPORTS_AT_ONCE, updatedMillis: nowMillis });

/** The allowance after one more report, or undefined when it is used up. A token bucket: 10 at once, 60 an hour. */
export function spendAllowance(before: Allowance, nowMillis: number): Allowance | undefined {
  const elapsed = Math.max(0, nowMillis - before.updatedMillis);
  const tokens = Math.min(REPORTS_AT_ONCE, before.tokens + (elapsed * REPORTS_AN_HOUR) / 3_600_000);
  return tokens < 1 ? undefined : { tokens: tokens - 1, updatedMillis: Math.max(nowMillis, before.updatedMillis) };
}
