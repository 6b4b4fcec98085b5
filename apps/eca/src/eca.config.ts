/** Settings of an ECA beyond the common ones. */
import { z } from 'zod';
import { CheckDays } from '#service/check-watch.js';

export const EcaSettings = z.strictObject({
  /** The name under which the common settings list the AAA. */
  aaaPeer: z.string().default('aaa'),
  /** So many days before its end a certificate may have its successor; never in the first half of its life. */
  renewalDays: z.int().min(1).max(3650).default(90),
  checkDays: CheckDays,
  /** How often one address (of IPv6: one network of 64 bits) may come to the doors for devices. A plant has one for many. */
  door: z
    .strictObject({
      requestsAtOnce: z.int().min(1).max(1_000_000).default(2000),
      requestsAMinute: z.int().min(1).max(1_000_000).default(3000),
    })
    .prefault({}),
});
export type EcaSettings = z.infer<typeof EcaSettings>;
