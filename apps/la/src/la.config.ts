/** Settings of an LA beyond the common ones. */
import { z } from 'zod';

export const LaSettings = z.strictObject({
  /** The identifier in its certificate's ScmsSsp; two LAs of one domain have two. */
  laId: z.int().min(0).max(0xffff),
  /** The name under which the common settings list the PCA. */
  pcaPeer: z.string().default('pca'),
  /** Host name of the one PRA that is served, since an ARA has the role of an RA too; without it any RA of the domain is heard. */
  praHostname: z.string().min(1).max(255).optional(),
  /** How often, in real time, it is looked for what is owed: a new period, keys the PCA has not taken. */
  tickMillis: z.int().min(100).max(3_600_000).default(5_000),
});
export type LaSettings = z.infer<typeof LaSettings>;
