/**
 * RaAcaCertRequest for one cocoon key: all that the PCA hears. Every field but the keys and the sealed values is the
 * same for the whole batch, generationTime too, so that nothing in it tells a device or a moment of asking (PV2).
 */
import { decode, encode } from '#coer/codec.js';
import { compressedOf, sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodValidity } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import { EncryptedIndividualLV, RaAcaCertRequest } from '#wire/scms-pdu.js';
import type { PooledItem } from './packed-items.js';
import type { PublicFields } from './public-fields.js';

/** What the PRA puts in; everything else of an item is the batch's. */
export type ItemParts = Omit<PooledItem, 'j'>;

export interface BatchFrame {
  readonly profile: Profile;
  /** Time32, of the batch. */
  readonly generationTime: number;
  readonly i: number;
  readonly fields: PublicFields;
}

/** Encoded RaAcaCertRequest. The linkage value, CRACA and CRL series are dummies: the PCA fills them. */
export function batchItem(item: ItemParts, frame: BatchFrame): Uint8Array {
  const { profile, generationTime, i, fields } = frame;
  return encode(RaAcaCertRequest, {
    version: profile.scmsVersion,
    generationTime,
    flags: new Set(['butterflyExplicit'] as const),
    linkageInfo: decode(EncryptedIndividualLV, item.plv1),
    // With one LA the addition is absent, and the message is that of YD/T 3957-2021 byte for byte.
    secondLinkageInfo: item.plv2 && decode(EncryptedIndividualLV, item.plv2),
    certEncKey: sm2EncryptionKey(item.encryptionKey),
    tbsCert: {
      id: { kind: 'linkageData', value: { iCert: i, 'linkage-value': new Uint8Array(9) } },
      cracaId: new Uint8Array(3),
      crlSeries: 0,
      validityPeriod: periodValidity(profile.epochMillis, i),
      region: fields.region,
      appPermissions: fields.appPermissions,
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(item.signingKey) },
    },
  });
}

/** What `batchItem` put into an item, for a batch that is taken apart. Throws for an item that it did not make. */
export function pooledOf(item: Uint8Array): ItemParts {
  const { linkageInfo, secondLinkageInfo, certEncKey, tbsCert } = decode(RaAcaCertRequest, item);
  const { verifyKeyIndicator } = tbsCert;
  const signing = verifyKeyIndicator.kind === 'verificationKey' ? verifyKeyIndicator.value : undefined;
  const signingKey = signing?.kind === 'ecsigSm2' ? compressedOf(signing.value) : undefined;
  const encryption = certEncKey?.publicKey;
  const encryptionKey = encryption?.kind === 'ecencSm2' ? compressedOf(encryption.value) : undefined;
  if (!signingKey || !encryptionKey || !linkageInfo) throw new TypeError('item: not one of ours');
  const plv1 = encode(EncryptedIndividualLV, linkageInfo);
  return {
    signingKey,
    encryptionKey,
    plv1,
    plv2: secondLinkageInfo && encode(EncryptedIndividualLV, secondLinkageInfo),
  };
}
