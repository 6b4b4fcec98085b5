/** Settings of the CRA. */
import { z } from 'zod';
import { LinkageAuthorities } from '#service/linkage-authorities.js';

export const CraSettings = z
  .strictObject({
    /** How long a list may be used: nextCrl − issueDate. */
    validityHours: z.int().min(24).max(1440).default(168),
    /** A successor is issued this long before a list runs out, so that receivers never wait for one. */
    renewBeforeHours: z.int().min(1).max(720).default(24),
    /** A chain to revoke has a seed of each. */
    linkageAuthorities: LinkageAuthorities,
    /** How often, in real time, the clock is compared with what is due. */
    tickMillis: z.int().min(100).max(3_600_000).default(5_000),
  })
  .refine(({ validityHours, renewBeforeHours }) => renewBeforeHours < validityHours, {
    message: 'renewBeforeHours must be less than validityHours',
    path: ['renewBeforeHours'],
  })
  .prefault({});
export type CraSettings = z.infer<typeof CraSettings>;
