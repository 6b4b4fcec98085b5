/** Under which certificate of ours something is signed that was meant before a renewal, or begins before the new one. */
import { isWithin, spanOf } from '#credentials/period.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { ValidityPeriod } from '#wire/base-types.js';
import type { LineIdentity } from './line-identity.js';

/**
 * The signer that counts now, when its certificate is valid for all of the period; else the latest of our former ones that is.
 * When none is, the one that counts: what is signed by it is judged, and refused, by the rules. One that comes next, and
 * began later than the one that counts, does not sign.
 */
export function signerCovering(
  period: ValidityPeriod,
  identity: Pick<LineIdentity, 'signer' | 'unwrap' | 'beside'>,
): Signer {
  const { signer, beside = [] } = identity;
  const startOf = ({ certificate }: Signer): number => certificate.value.toBeSigned.value.validityPeriod.start;
  const covers = ({ certificate }: Signer): boolean =>
    isWithin(spanOf(period), spanOf(certificate.value.toBeSigned.value.validityPeriod));
  if (covers(signer)) return signer;
  const former = beside.map((one) => one.signer).filter((one) => covers(one) && startOf(one) <= startOf(signer));
  return former.sort((a, b) => startOf(b) - startOf(a))[0] ?? signer;
}
