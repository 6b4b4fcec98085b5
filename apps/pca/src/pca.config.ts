/** Settings of a PCA beyond the common ones. */
import { z } from 'zod';
import { CheckDays } from '#service/check-watch.js';
import { LinkageAuthorities } from '#service/linkage-authorities.js';

export const PcaSettings = z.strictObject({
  /** Host name of the CRA on whose CRL this domain's pseudonyms would stand. */
  craHostname: z.string().min(1).max(255),
  /** Host name of the one PRA whose batches are taken, since an ARA has the role of an RA too; without it any RA of the domain is heard. */
  praHostname: z.string().min(1).max(255).optional(),
  /** An item carries a value of each, no fewer and no more. */
  linkageAuthorities: LinkageAuthorities,
  checkDays: CheckDays,
  /** How many periods after a certificate's own it can still be traced in an approved case; then its row is erased. */
  traceablePeriods: z.int().min(0).max(520).default(8),
});
export type PcaSettings = z.infer<typeof PcaSettings>;
