/** Under which certificate of ours something is signed that was meant before a renewal, or begins before the new one. */
import { isWithin, spanOf } from '#credentials/period.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { ValidityPeriod } from '#wire/base-types.js';
import { ownCertificates, type LineIdentity } from './line-identity.js';

/**
 * The signer that counts now, when its certificate is valid for all of the period; else another of ours that is. When none
 * is, the one that counts: what is signed by it is judged, and refused, by the rules.
 */
export function signerCovering(
  period: ValidityPeriod,
  identity: Pick<LineIdentity, 'signer' | 'unwrap' | 'beside'>,
): Signer {
  const covers = ({ certificate }: Signer): boolean =>
    isWithin(spanOf(period), spanOf(certificate.value.toBeSigned.value.validityPeriod));
  const own = ownCertificates(identity).map(({ signer }) => signer);
  return own.find(covers) ?? identity.signer;
}
