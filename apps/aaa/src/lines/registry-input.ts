/** What operators send, checked before anything happens. */
import { z } from 'zod';

const LARGEST_BATCH = 1000;
const aids = z.array(z.int().min(0).max(0x7fffffff)).min(1).max(32);
const country = z.int().min(1).max(999).optional();
const serial = z.string().min(1).max(64);
const der = z
  .base64()
  .max(1_000_000)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const chain = z.array(der).min(1).max(4);

export const RegisterInput = z.union([
  z.strictObject({ serials: z.array(serial).min(1).max(LARGEST_BATCH), aids, country }),
  z.strictObject({ serial, aids, country }).transform(({ serial: one, ...rest }) => ({ serials: [one], ...rest })),
]);
export const IssuerInput = z.strictObject({ certificate: der, aids, country });
export const CrlInput = z.strictObject({ crl: der, chain: chain.optional() });
export const X509ActInput = z.strictObject({ chain, act: z.enum(['release', 'suspend', 'retire', 'revoke']) });
