/** The PCA's own keys as the rules use them: what is signed, blinded and derived, without the keys themselves. */
import { hashedId8, verificationKeyOf } from '#credentials/certificate-facts.js';
import { signerId } from '#credentials/sm2-binding.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { Certificate } from '#wire/secured-data.js';

const LINKAGE_TAG_BYTES = 16;

export interface Issuer {
  readonly certificate: Certificate;
  /** The key of the certificate, 33 bytes, and the ID under which it signs: with these our own signatures are checked. */
  readonly publicKey: Uint8Array;
  readonly id: Uint8Array;
  /** HashedId8 of our certificate, and of those before it whose keys are still held: for them pre-linkage values may be sealed. */
  readonly ownIds: readonly Uint8Array[];
  /** A signature of 64 bytes for each message, bound to our certificate. */
  signAll(messages: Uint8Array[]): Promise<Uint8Array[]>;
  /** c for each item, 32 bytes in [1, n−1]: the same again for the same item, and kept nowhere. */
  blindings(itemHashes: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** The secret seed of each answer's encryption, 32 bytes. */
  sealingSeeds(itemHashes: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** What stands in the tables for each pre-linkage value, 16 bytes: repeats show, the value does not. */
  linkageTags(parts: readonly Uint8Array[]): Promise<Uint8Array[]>;
}

export interface IssuerKeys {
  readonly device: CryptoDevice;
  /** Label of the verification key. */
  readonly signingLabel: string;
  /** Certificates that were ours, and whose keys the device still holds. */
  readonly formerCertificates?: readonly Certificate[];
}

/** Throws for a certificate without an SM2 key. */
export function issuerOf(
  certificate: Certificate,
  { device, signingLabel, formerCertificates = [] }: IssuerKeys,
): Issuer {
  const publicKey = verificationKeyOf(certificate);
  if (publicKey === undefined) throw new Error('the own certificate has no SM2 key');
  const id = signerId(certificate);
  return {
    certificate,
    publicKey,
    id,
    ownIds: [certificate, ...formerCertificates].map(hashedId8),
    signAll: (messages) => device.signBatch(signingLabel, id, messages),
    blindings: (itemHashes) => device.deriveBatch('blinding', itemHashes),
    sealingSeeds: (itemHashes) => device.deriveBatch('sealing', itemHashes),
    linkageTags: async (parts) =>
      (await device.deriveBatch('linkage-tag', parts)).map((tag) => tag.subarray(0, LINKAGE_TAG_BYTES)),
  };
}
