/** What an operator grants a device beyond its bare AIDs: special rights of an application, and the area it stands in. */
import type { Infer } from '#coer/codec.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { regionWithin } from '#credentials/permissions.js';
import type { Refused } from '#credentials/refusal.js';
import { GeographicRegion, PsidSspRange } from '#wire/base-types.js';
import { refuse } from './refusal.js';

/** As it is kept: encoded, in one column. */
export const Rights = sequence('Rights', {
  sspRanges: sequenceOf(PsidSspRange, 0, 32),
  region: optional(GeographicRegion),
});
export type Rights = Infer<typeof Rights>;

/** Refuses rights under an AID that the profile does not hold or that is named twice, and a region not known to lie in the country. */
export function judgeRights(
  { sspRanges, region }: Rights,
  profile: { aids: readonly number[]; country: number },
): Refused<'rights-outside-profile'> | undefined {
  const named = sspRanges.map(({ psid }) => psid);
  const isInside = new Set(named).size === named.length && named.every((aid) => profile.aids.includes(aid));
  const country: GeographicRegion = {
    kind: 'identifiedRegion',
    value: [{ kind: 'countryOnly', value: profile.country }],
  };
  return isInside && regionWithin(region, country) ? undefined : refuse('rights-outside-profile');
}
