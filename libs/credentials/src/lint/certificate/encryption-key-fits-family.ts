/** SM2 keys wrap keys of SM4, ECIES those of AES; a holder of one family cannot answer in the other. */
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { P256_POINT, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const isSm2Family = ({ verifyKeyIndicator }: ToBeSignedCertificate): boolean | undefined =>
  verifyKeyIndicator.kind === 'verificationKey' ? verifyKeyIndicator.value.kind === 'ecsigSm2' : undefined;

export const encryptionKeyFitsFamily = certificateRule({
  id: 'encryption-key-fits-family',
  title: 'The encryption key, its symmetric algorithm and the verification key are of one family.',
  clause: ieee16092('type PublicEncryptionKey', 'medium'),
  severity: 'error',
  check({ tbs }) {
    if (tbs.encryptionKey === undefined) return SOUND;
    const { supportedSymmAlg, publicKey } = tbs.encryptionKey;
    const isSm = publicKey.kind === 'ecencSm2';
    if ((supportedSymmAlg === 'sm4Ccm') !== isSm)
      return found('toBeSigned.encryptionKey', `is ${publicKey.kind} with ${supportedSymmAlg}`);
    const isSm2 = isSm2Family(tbs);
    return isSm2 === undefined || isSm2 === isSm
      ? SOUND
      : found('toBeSigned.encryptionKey', `is ${publicKey.kind}, of another family than the verification key`);
  },
  passing: () => certificate('eca'),
  failing: () =>
    certificate('eca', {
      tbs: {
        encryptionKey: { supportedSymmAlg: 'aes128Ccm', publicKey: { kind: 'eciesNistP256', value: P256_POINT } },
      },
    }),
});
