/** What operators send, checked before anything happens. */
import { z } from 'zod';
import { emergencyRange } from '#credentials/special-vehicle.js';
import type { Rights } from '../domain/rights.js';

const LARGEST_BATCH = 1000;
const aids = z.array(z.int().min(0).max(0x7fffffff)).min(1).max(32);
const country = z.int().min(1).max(999).optional();
const serial = z.string().min(1).max(64);
const der = z
  .base64()
  .max(1_000_000)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const chain = z.array(der).min(1).max(4);

/** The applications under which a special vehicle may claim an emergency, and the circle a roadside unit stands in. */
const emergencyAids = aids.optional();
const area = z
  .strictObject({
    latitudeDegrees: z.number().min(-90).max(90),
    longitudeDegrees: z.number().min(-180).max(180),
    radiusMetres: z.int().min(1).max(0xffff),
  })
  .optional();
interface WishedRights {
  emergencyAids?: number[] | undefined;
  area?: z.infer<typeof area>;
}

function withRights<T extends WishedRights>({ emergencyAids: special, area: circle, ...rest }: T) {
  if (special === undefined && circle === undefined) return { ...rest, rights: undefined };
  const region: Rights['region'] = circle && {
    kind: 'circularRegion',
    value: {
      center: {
        latitude: Math.round(circle.latitudeDegrees * 1e7),
        longitude: Math.round(circle.longitudeDegrees * 1e7),
      },
      radius: circle.radiusMetres,
    },
  };
  return { ...rest, rights: { sspRanges: (special ?? []).map(emergencyRange), region } };
}

export const RegisterInput = z.union([
  z
    .strictObject({ serials: z.array(serial).min(1).max(LARGEST_BATCH), aids, country, emergencyAids, area })
    .transform(withRights),
  z
    .strictObject({ serial, aids, country, emergencyAids, area })
    .transform(({ serial: one, ...rest }) => ({ serials: [one], ...withRights(rest) })),
]);
const ocspUrl = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .optional();
export const ProfileInput = z.strictObject({ aids, country, emergencyAids, area }).transform(withRights);
export const IssuerInput = z.strictObject({ certificate: der, aids, country, ocspUrl });
export const CrlInput = z.strictObject({ crl: der, chain: chain.optional() });
export const X509ActInput = z.strictObject({ chain, act: z.enum(['release', 'suspend', 'retire', 'revoke']) });
