/** Settings of an LA beyond the common ones. */
import { z } from 'zod';

export const LaSettings = z.strictObject({
  /** The identifier in its certificate's ScmsSsp; two LAs of one domain have two. */
  laId: z.int().min(0).max(0xffff),
  /** The name under which the common settings list the PCA. */
  pcaPeer: z.string().default('pca'),
});
export type LaSettings = z.infer<typeof LaSettings>;
