/** Then holder and issuer would be one, and the chain a circle. */
import type { EccP256CurvePoint } from '#wire/base-types.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { certificate, issued } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { certificateRule } from '../subject.js';
import { sameBytes } from '../walk.js';

const pointOf = (tbs: ToBeSignedCertificate): EccP256CurvePoint['value'] | undefined => {
  const indicator = tbs.verifyKeyIndicator;
  if (indicator.kind !== 'verificationKey' || indicator.value.kind === 'ecdsaNistP384') return undefined;
  return indicator.value.kind === 'ecdsaBrainpoolP384r1' ? undefined : indicator.value.value.value;
};

export const keyIsNotTheIssuers = certificateRule({
  id: 'key-is-not-the-issuers',
  title: 'The certified key is another key than the issuer’s.',
  clause: house('CO8'),
  severity: 'error',
  needs: 'issuer',
  check({ tbs, issuer }) {
    const [own, its] = [pointOf(tbs), issuer && pointOf(issuer.value.toBeSigned.value)];
    const isSame = own instanceof Uint8Array && its instanceof Uint8Array && sameBytes(own, its);
    return isSame ? found('toBeSigned.verifyKeyIndicator', 'is the issuer’s key') : SOUND;
  },
  passing: () => issued('pc'),
  failing: () => issued('pc', {}, { tbs: { verifyKeyIndicator: certificate('pc').tbs.verifyKeyIndicator } }),
});
