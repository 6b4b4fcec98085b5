/**
 * RaAcaCertRequest for one cocoon key: all that the PCA hears. Every field but the keys and the sealed values is the
 * same for the whole batch, generationTime too, so that nothing in it tells a device or a moment of asking (PV2).
 */
import { decode, encode, type Infer } from '#coer/codec.js';
import { lay, layPoint, placeOf, placeOfPoint, type Place } from '#credentials/alike.js';
import { abscissaOf, compressedOf, sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
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

interface ItemForm {
  readonly bytes: Uint8Array;
  readonly signingKey: Place;
  readonly encryptionKey: Place;
  readonly plv1: Place;
  readonly plv2: Place | undefined;
}

/** `batchItem` for all of a batch: in full for the first, of the others what differs. */
export function batchItemWriter(frame: BatchFrame): (item: ItemParts) => Uint8Array {
  let form: ItemForm | undefined;
  return (item) => {
    if (form?.plv1.length !== item.plv1.length || form.plv2?.length !== item.plv2?.length) {
      const bytes = batchItem(item, frame);
      form = { bytes, ...placesIn(bytes, item) };
      return bytes;
    }
    const bytes = form.bytes.slice();
    layPoint(bytes, form.signingKey, item.signingKey);
    layPoint(bytes, form.encryptionKey, item.encryptionKey);
    lay(bytes, form.plv1, item.plv1);
    if (form.plv2 !== undefined && item.plv2 !== undefined) lay(bytes, form.plv2, item.plv2);
    return bytes;
  };
}

function placesIn(bytes: Uint8Array, { plv1, plv2 }: ItemParts): Omit<ItemForm, 'bytes'> {
  const { certEncKey, tbsCert, linkageInfo, secondLinkageInfo } = decode(RaAcaCertRequest, bytes);
  const { verifyKeyIndicator: indicator } = tbsCert;
  const signing = indicator.kind === 'verificationKey' ? abscissaOf(indicator.value) : undefined;
  const encryption = abscissaOf(certEncKey?.publicKey);
  if (signing === undefined || encryption === undefined) throw new TypeError('item: not one of ours');
  return {
    signingKey: placeOfPoint(bytes, signing),
    encryptionKey: placeOfPoint(bytes, encryption),
    plv1: placeOfSealed(bytes, linkageInfo, plv1),
    plv2: plv2 && placeOfSealed(bytes, secondLinkageInfo, plv2),
  };
}

type Sealed = Infer<typeof EncryptedIndividualLV>;

/** Where the encoding of a sealed value stands: its laId is as far from its beginning as in the value by itself. */
function placeOfSealed(bytes: Uint8Array, value: Sealed | undefined, alone: Uint8Array): Place {
  const { laId } = decode(EncryptedIndividualLV, alone);
  if (value === undefined) throw new TypeError('item: a sealed value is missing');
  return { at: placeOf(bytes, value.laId).at - placeOf(alone, laId).at, length: alone.length };
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
