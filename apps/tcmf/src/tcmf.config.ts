/** Settings of the TCMF beyond the common ones: none yet. */
import { z } from 'zod';

export const TcmfSettings = z.strictObject({});
export type TcmfSettings = z.infer<typeof TcmfSettings>;
