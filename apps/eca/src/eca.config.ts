/** Settings of an ECA beyond the common ones. */
import { z } from 'zod';

export const EcaSettings = z.strictObject({
  /** The name under which the common settings list the AAA. */
  aaaPeer: z.string().default('aaa'),
});
export type EcaSettings = z.infer<typeof EcaSettings>;
