/** Settings of the TCMF beyond the common ones. */
import { z } from 'zod';

export const TcmfSettings = z
  .strictObject({
    /** A head of the log older than this is signed anew when somebody asks. */
    headSeconds: z.int().min(1).max(86_400).default(600),
  })
  .prefault({});
export type TcmfSettings = z.infer<typeof TcmfSettings>;
