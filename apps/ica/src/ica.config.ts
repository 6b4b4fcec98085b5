/** Settings of an ICA beyond the common ones. */
import { z } from 'zod';

export const IcaSettings = z.strictObject({
  /**
   * How long before the moment of signing a certificate begins to be valid, never before the ICA's own: a PCA must be able
   * to issue for the running week, which began before the PCA was certified.
   */
  beginsHoursBefore: z.int().min(0).max(168).default(24),
});
export type IcaSettings = z.infer<typeof IcaSettings>;
