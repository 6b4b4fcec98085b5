/** The PCA's own keys as the rules use them: what is signed, blinded and derived, without the keys themselves. */
import { concat } from '#crypto/bytes.js';
import { sm2VerifierFor } from '#crypto/sm2.js';
import { verificationKeyOf } from '#credentials/certificate-facts.js';
import { signerId } from '#credentials/sm2-binding.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { Certificate } from '#wire/secured-data.js';

const LINKAGE_TAG_BYTES = 16;

export interface Issuer {
  readonly certificate: Certificate;
  /** A signature of 64 bytes for each message, bound to our certificate. */
  signAll(messages: Uint8Array[]): Promise<Uint8Array[]>;
  /** Checks our own signatures, with a table of our key. */
  readonly verifyOwn: VerifySignature;
  /** c for each item, 32 bytes in [1, n−1]: the same again for the same item, and kept nowhere. */
  blindings(itemHashes: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** The secret seed of each answer's encryption, bound to its content. */
  sealingSeeds(answers: readonly { itemHash: Uint8Array; contentHash: Uint8Array }[]): Promise<Uint8Array[]>;
  /** What stands in the tables for each pre-linkage value, 16 bytes: repeats show, the value does not. */
  linkageTags(parts: readonly Uint8Array[]): Promise<Uint8Array[]>;
}

export function issuerOf(certificate: Certificate, device: CryptoDevice, signingLabel: string): Issuer {
  const publicKey = verificationKeyOf(certificate);
  if (publicKey === undefined) throw new Error('the own certificate has no SM2 key');
  const verify = sm2VerifierFor(publicKey);
  return {
    certificate,
    signAll: (messages) => device.signBatch(signingLabel, signerId(certificate), messages),
    verifyOwn: (key, id, message, signature) => Buffer.compare(key, publicKey) === 0 && verify(id, message, signature),
    blindings: (itemHashes) => device.deriveBatch('blinding', itemHashes),
    sealingSeeds: (answers) =>
      device.deriveBatch(
        'sealing',
        answers.map(({ itemHash, contentHash }) => concat(itemHash, contentHash)),
      ),
    linkageTags: async (parts) =>
      (await device.deriveBatch('linkage-tag', parts)).map((tag) => tag.subarray(0, LINKAGE_TAG_BYTES)),
  };
}
