/**
 * What all certificates of a batch have in common, beside the period. Items are shuffled among those whose public fields
 * are equal, so the fields are put into one order: the order in which a device asked must not mark it (PV5).
 */
import { encode, type Infer } from '#coer/codec.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { sm3 } from '#crypto/sm3.js';
import { GeographicRegion, PsidSsp } from '#wire/base-types.js';

export const PublicFields = sequence('PublicFields', {
  appPermissions: sequenceOf(PsidSsp, 1),
  region: optional(GeographicRegion),
});
export type PublicFields = Infer<typeof PublicFields>;

export function publicFields(appPermissions: readonly PsidSsp[], region: PublicFields['region']): PublicFields {
  return { appPermissions: [...appPermissions].sort((a, b) => a.psid - b.psid), region };
}

/** Name of a class of equal public fields: SM3 of their bytes, 32 bytes. */
export const classKey = (fields: PublicFields): Uint8Array => sm3(encode(PublicFields, fields));
