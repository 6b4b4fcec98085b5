/** A key that is no point of its curve verifies nothing, and may break those who try. */
import { isP256PublicKey } from '#crypto/p256.js';
import { isSm2PublicKey } from '#crypto/sm2.js';
import type { EccP256CurvePoint, PublicVerificationKey } from '#wire/base-types.js';
import { compressedOf } from '../../keys-on-the-wire.js';
import { NO_POINT, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { hasY } from '../walk.js';

/** The 33 bytes of a point of P-256, without a look at the curve. */
function p256Bytes(point: EccP256CurvePoint): Uint8Array | undefined {
  if (point.kind === 'compressed-y-0') return Uint8Array.of(2, ...point.value);
  return point.kind === 'compressed-y-1' ? Uint8Array.of(3, ...point.value) : undefined;
}

function isOnCurve(key: PublicVerificationKey): boolean {
  if (!hasY(key.value)) return true;
  if (key.kind === 'ecsigSm2') {
    const point = compressedOf(key.value);
    return point !== undefined && isSm2PublicKey(point);
  }
  const point = key.kind === 'ecdsaNistP256' ? p256Bytes(key.value) : undefined;
  return point === undefined || isP256PublicKey(point);
}

export const verificationKeyOnCurve = certificateRule({
  id: 'verification-key-on-curve',
  title: 'The verification key is a point of SM2 or P-256 (other curves are not computed).',
  clause: ieee16092('5.3.1'),
  severity: 'error',
  needs: 'arithmetic',
  check({ tbs: { verifyKeyIndicator } }) {
    if (verifyKeyIndicator.kind !== 'verificationKey' || isOnCurve(verifyKeyIndicator.value)) return SOUND;
    return found('toBeSigned.verifyKeyIndicator', 'is no point of its curve');
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: NO_POINT } } },
    }),
});
