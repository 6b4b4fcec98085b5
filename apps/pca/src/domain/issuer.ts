/** The PCA's own keys as the rules use them: what is signed, blinded and derived, without the keys themselves. */
import { concat } from '#crypto/bytes.js';
import { sm2VerifierFor } from '#crypto/sm2.js';
import { verificationKeyOf } from '#credentials/certificate-facts.js';
import { signerId } from '#credentials/sm2-binding.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { Certificate } from '#wire/secured-data.js';

export interface Issuer {
  readonly certificate: Certificate;
  /** A signature of 64 bytes for each message, bound to our certificate. */
  signAll(messages: Uint8Array[]): Promise<Uint8Array[]>;
  /** Checks our own signatures, with a table of our key. */
  readonly verifyOwn: VerifySignature;
  /** c for an item, 32 bytes in [1, n−1]: the same again for the same item, and kept nowhere. */
  blinding(itemHash: Uint8Array): Promise<Uint8Array>;
  /** The secret seed of an answer's encryption, bound to its content. */
  sealingSeed(itemHash: Uint8Array, contentHash: Uint8Array): Promise<Uint8Array>;
  /** What stands in the tables for a pre-linkage value: repeats show, the value does not. */
  linkageTag(part: Uint8Array): Promise<Uint8Array>;
}

export function issuerOf(certificate: Certificate, device: CryptoDevice, signingLabel: string): Issuer {
  const publicKey = verificationKeyOf(certificate);
  if (publicKey === undefined) throw new Error('the own certificate has no SM2 key');
  const verify = sm2VerifierFor(publicKey);
  return {
    certificate,
    signAll: (messages) => device.signBatch(signingLabel, signerId(certificate), messages),
    verifyOwn: (key, id, message, signature) => Buffer.compare(key, publicKey) === 0 && verify(id, message, signature),
    blinding: (itemHash) => device.derive('blinding', itemHash),
    sealingSeed: (itemHash, contentHash) => device.derive('sealing', concat(itemHash, contentHash)),
    linkageTag: (part) => device.derive('linkage-tag', part),
  };
}
