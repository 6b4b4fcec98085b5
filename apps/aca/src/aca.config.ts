/** Settings of an ACA beyond the common ones. */
import { z } from 'zod';
import { CheckDays } from '#service/check-watch.js';

const YEAR_HOURS = 365 * 24;

export const AcaSettings = z.strictObject({
  /** Host name of the one ARA whose items are taken. */
  araHostname: z.string().min(1).max(255),
  /**
   * Host name of the domain's CRA. With it certificates name its list by hash, and receivers take them only with a current one.
   * Without it they name none: who holds a list of the domain still refuses those that stand on it.
   */
  craHostname: z.string().min(1).max(255).optional(),
  /** Longest life of an application certificate, as of a roadside unit; a year unless set. */
  applicationHours: z.int().min(1).max(0xffff).default(YEAR_HOURS),
  /** Longest life of an identity certificate: so long a stolen one is good that nobody reported. A month unless set. */
  identityHours: z
    .int()
    .min(1)
    .max(0xffff)
    .default(30 * 24),
  checkDays: CheckDays,
});
export type AcaSettings = z.infer<typeof AcaSettings>;
