/** Settings of an AAA beyond the common ones. */
import { fromHex } from '#crypto/bytes.js';
import { z } from 'zod';
import { TOKEN_ALGORITHMS } from './domain/token-proof.js';
import { CHINA } from '#credentials/authority-certificate.js';

const THREE_YEARS_HOURS = 3 * 366 * 24;

export const AaaSettings = z.strictObject({
  /** A file with the bearer token of the operators' JSON interface; made when missing. Without one only loopback may call. */
  operatorTokenFile: z.string().optional(),
  /** Life of the enrolment certificates it allows. */
  enrolmentHours: z.int().min(1).max(0xffff).default(THREE_YEARS_HOURS),
  /** ISO 3166-1 numeric, for devices and issuers that are registered without one. */
  country: z.int().min(1).max(999).default(CHINA),
  /** Who may vouch for registered serials by OAuth tokens (YD/T 3957-2021 annex B); none by default. The key in hex, compressed. */
  tokenIssuers: z
    .array(
      z.strictObject({
        issuer: z.string().min(1).max(255),
        algorithm: z.enum(TOKEN_ALGORITHMS),
        publicKey: z
          .string()
          .regex(/^0[23][0-9a-f]{64}$/)
          .transform(fromHex),
      }),
    )
    .max(16)
    .refine((all) => new Set(all.map(({ issuer }) => issuer)).size === all.length, {
      message: 'an issuer is named twice',
    })
    .default([]),
  /** The BSF that is asked for keys of GBA (3GPP TS 33.220), and the file with our bearer token there; none by default. */
  bsf: z.strictObject({ url: z.url({ protocol: /^https?$/ }), tokenFile: z.string() }).optional(),
});
export type AaaSettings = z.infer<typeof AaaSettings>;
