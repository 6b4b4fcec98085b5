/** Settings of an ARA beyond the common ones. */
import { z } from 'zod';

const YEAR_HOURS = 365 * 24;

export const AraSettings = z.strictObject({
  /** Most hours that a device gets for an application certificate; the ACA has a bound of its own. */
  applicationHours: z.int().min(1).max(0xffff).default(YEAR_HOURS),
  /** The same for an identity certificate. */
  identityHours: z
    .int()
    .min(1)
    .max(0xffff)
    .default(30 * 24),
  /** Certificates of one device with the same permissions that are valid at once: the one in use and its successor. */
  maximumValid: z.int().min(1).max(64).default(2),
  /** Requests of one device that are not answered yet. */
  maximumOutstanding: z.int().min(1).max(64).default(4),
  /** A file with the bearer token of the operators' JSON interface; made when missing. Without one nobody may call it. */
  operatorTokenFile: z.string().optional(),
  /** Whether this process works on what is owed; false: it only answers, and another process of the instance works. */
  work: z.boolean().default(true),
});
export type AraSettings = z.infer<typeof AraSettings>;
