/**
 * The PCA's answer for one item: AcaEeCertResponse, encrypted to the cocoon key Q, signed by the PCA, in AcaRaCertResponse.
 * Signed(Encrypted(…)): the PRA can neither read nor replace it (PR12).
 */
import { decode, encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { concat } from '#crypto/bytes.js';
import { sealSm4CcmEach } from '#crypto/ccm.js';
import { hmacSm3 } from '#crypto/sm3.js';
import { lay, layPoint, placeOf, placeOfPoint, type Place } from '#credentials/alike.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import type { Profile } from '#credentials/profile.js';
import { encodeEncrypted, encryptionKeyId } from '#credentials/sealing.js';
import { pointOf, sm2SignatureValue } from '#credentials/keys-on-the-wire.js';
import { PROTOCOL_VERSION, signedPayload, unsecured, unsecuredBytes } from '#credentials/signed-data.js';
import { AcaRaCertResponse, ScmsPdu } from '#wire/scms-pdu.js';
import { ToBeSignedData, V2XSecData, type EncryptedData } from '#wire/secured-data.js';
import type { Issuer } from './issuer.js';
import type { CommonFields, Item } from './item.js';
import type { Sealing } from './prepare.js';

const SIGNATURE_BYTES = 64;
const NONCE_BYTES = 12;

export interface Certified {
  readonly item: Item;
  /** Encoded, and its SM3. */
  readonly certificate: Uint8Array;
  readonly certificateHash: Uint8Array;
  /** c, 32 bytes. */
  readonly blinding: Uint8Array;
  readonly sealing: Sealing;
}

/** An encoded AcaRaCertResponse for each, in their order; the same bytes for the same item and certificate. */
export async function answerAll(
  certified: readonly Certified[],
  issuer: Issuer,
  profile: Profile,
): Promise<Uint8Array[]> {
  const plaintextOf = plaintextWriter(profile);
  const write = answerWriter(issuer, profile);
  const plaintexts = certified.map(plaintextOf);
  const sealed = sealAll(certified, plaintexts, profile);
  for (const plaintext of plaintexts) plaintext.fill(0);
  const unsigned = certified.map(({ item }, n) => write(item, sealed[n] as Sealed));
  const signatures = await issuer.signAll(
    unsigned.map(({ bytes, tbs }) => bytes.subarray(tbs.at, tbs.at + tbs.length)),
  );
  return unsigned.map(({ bytes, r, s }, n) => {
    const signature = signatures[n];
    if (signature?.length !== SIGNATURE_BYTES) throw new Error('a signature that has not 64 bytes');
    lay(bytes, r, signature.subarray(0, 32));
    lay(bytes, s, signature.subarray(32));
    return bytes;
  });
}

/** Encodes what the device will read: in full for the first of those that say the same, of the others certificate and c. */
function plaintextWriter(profile: Profile): (one: Certified) => Uint8Array {
  const forms = new Map<CommonFields, { bytes: Uint8Array; certificate: Place; c: Place }>();
  return ({ item, certificate, blinding }) => {
    let form = forms.get(item.common);
    if (form === undefined) {
      // The form keeps no c.
      const bytes = plaintextOf(item, certificate, new Uint8Array(blinding.length), profile);
      form = { bytes, ...plaintextPlaces(bytes) };
      forms.set(item.common, form);
    }
    const bytes = form.bytes.slice();
    lay(bytes, form.certificate, certificate);
    lay(bytes, form.c, blinding);
    return bytes;
  };
}

function plaintextOf(
  { generationTime }: Item,
  certificate: Uint8Array,
  privateKeyInfo: Uint8Array,
  profile: Profile,
): Uint8Array {
  const version = profile.scmsVersion;
  const value = { version, generationTime, certificate: certificateFromBytes(certificate), privateKeyInfo };
  const pdu = { version, content: { kind: 'aca-ee', value: { kind: 'acaEeCertResponse', value } } } as const;
  return encode(V2XSecData, unsecured(encode(ScmsPdu, pdu)));
}

function plaintextPlaces(bytes: Uint8Array): { certificate: Place; c: Place } {
  const pdu = decode(ScmsPdu, unsecuredBytes(decode(V2XSecData, bytes)) ?? elsewhere());
  if (pdu.content.kind !== 'aca-ee') return elsewhere();
  const { certificate, privateKeyInfo } = pdu.content.value.value;
  return { certificate: placeOf(bytes, certificate.bytes), c: placeOf(bytes, privateKeyInfo ?? elsewhere()) };
}

/** What an EncryptedData for one holder of a bare key is made of. */
interface Sealed {
  readonly recipientId: Uint8Array;
  /** 33 bytes. */
  readonly v: Uint8Array;
  readonly cAndT: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ccmCiphertext: Uint8Array;
}

/** What each plaintext becomes, those of one length together. */
function sealAll(certified: readonly Certified[], plaintexts: readonly Uint8Array[], profile: Profile): Sealed[] {
  // One key meets one nonce a content: all that may differ for one item is its certificate.
  const nonces = certified.map(({ sealing: { seed }, certificateHash }) =>
    hmacSm3(seed, certificateHash).subarray(0, NONCE_BYTES),
  );
  const ciphertexts: Uint8Array[] = [];
  for (const length of new Set(plaintexts.map((plaintext) => plaintext.length))) {
    const those = [...certified.keys()].filter((n) => plaintexts[n]?.length === length);
    const joined = (parts: readonly Uint8Array[]): Uint8Array => concat(...those.map((n) => parts[n] as Uint8Array));
    const [keys, texts] = [joined(certified.map(({ sealing }) => sealing.key)), joined(plaintexts)];
    const sealed = sealSm4CcmEach(keys, joined(nonces), texts);
    keys.fill(0);
    texts.fill(0);
    const each = sealed.length / those.length;
    those.forEach((n, place) => (ciphertexts[n] = sealed.subarray(place * each, (place + 1) * each)));
  }
  return certified.map(({ item, sealing: { wrapped } }, n) => ({
    recipientId: encryptionKeyId(item.encryptionKey),
    v: wrapped.v,
    cAndT: profile.joinEncryptedKey(wrapped.c, wrapped.t),
    nonce: nonces[n] as Uint8Array,
    ccmCiphertext: ciphertexts[n] as Uint8Array,
  }));
}

interface AnswerPlaces {
  readonly requestHash: Place;
  /** What is signed. */
  readonly tbs: Place;
  readonly r: Place;
  readonly s: Place;
  readonly sealed: Readonly<Record<keyof Sealed, Place>>;
}
type Unsigned = Pick<AnswerPlaces, 'tbs' | 'r' | 's'> & { readonly bytes: Uint8Array };

/** The answer with zeros for its signature: in full for the first of those that say the same, of the others what differs. */
function answerWriter(issuer: Issuer, profile: Profile): (item: Item, sealed: Sealed) => Unsigned {
  const forms = new Map<CommonFields, AnswerPlaces & { bytes: Uint8Array }>();
  return (item, sealed) => {
    let form = forms.get(item.common);
    if (form === undefined) {
      const bytes = answerOf(item, sealed, issuer, profile);
      form = { bytes, ...answerPlaces(bytes) };
      forms.set(item.common, form);
    }
    const { tbs, r, s } = form;
    const bytes = form.bytes.slice();
    lay(bytes, form.requestHash, requestHashOf(item));
    lay(bytes, form.sealed.recipientId, sealed.recipientId);
    layPoint(bytes, form.sealed.v, sealed.v);
    lay(bytes, form.sealed.cAndT, sealed.cAndT);
    lay(bytes, form.sealed.nonce, sealed.nonce);
    lay(bytes, form.sealed.ccmCiphertext, sealed.ccmCiphertext);
    return { bytes, tbs, r, s };
  };
}

const requestHashOf = ({ hash }: Item): Uint8Array => hash.subarray(24);

function answerOf(item: Item, sealed: Sealed, issuer: Issuer, profile: Profile): Uint8Array {
  const payload = encodeEncrypted(encryptedData(sealed));
  // YD/T 3957-2021: the header of a signed SCMS message holds the AID alone, no generationTime.
  const headerInfo = { psid: profile.aid.management };
  const tbsData = preserve(ToBeSignedData, { payload: { data: unsecured(payload) }, headerInfo });
  const signed: V2XSecData = {
    protocolVersion: PROTOCOL_VERSION,
    content: {
      kind: 'signedData',
      value: {
        hashId: 'sm3',
        tbsData,
        signer: { kind: 'certificate', value: [issuer.certificate] },
        signature: sm2SignatureValue(new Uint8Array(SIGNATURE_BYTES)),
      },
    },
  };
  return encode(AcaRaCertResponse, {
    version: profile.scmsVersion,
    generationTime: item.generationTime,
    requestHash: requestHashOf(item),
    acaResponse: { kind: 'private', value: signed },
  });
}

function encryptedData({ recipientId, v, cAndT, nonce, ccmCiphertext }: Sealed): EncryptedData {
  const encKey = { kind: 'ecencSm2', value: { v: pointOf(v), cAndT } } as const;
  return {
    recipients: [{ kind: 'rekRecipInfo', value: { recipientId, encKey } }],
    ciphertext: { kind: 'sm4Ccm', value: { nonce, ccmCiphertext } },
  };
}

function answerPlaces(bytes: Uint8Array): AnswerPlaces {
  const { requestHash, acaResponse } = decode(AcaRaCertResponse, bytes);
  const { content } = acaResponse.value;
  if (content.kind !== 'signedData' || content.value.signature.kind !== 'sm2Signature') return elsewhere();
  const { rSig, sSig } = content.value.signature.value;
  return {
    requestHash: placeOf(bytes, requestHash),
    tbs: placeOf(bytes, content.value.tbsData.bytes),
    r: placeOf(bytes, rSig),
    s: placeOf(bytes, sSig),
    sealed: sealedPlaces(bytes, signedPayload(content.value) ?? elsewhere()),
  };
}

function sealedPlaces(bytes: Uint8Array, payload: Uint8Array): AnswerPlaces['sealed'] {
  const { content } = decode(V2XSecData, payload);
  if (content.kind !== 'encryptedData' || content.value.ciphertext.kind !== 'sm4Ccm') return elsewhere();
  const [recipient] = content.value.recipients;
  if (recipient?.kind !== 'rekRecipInfo' || recipient.value.encKey.kind !== 'ecencSm2') return elsewhere();
  const { v, cAndT } = recipient.value.encKey.value;
  if (v.kind !== 'compressed-y-0' && v.kind !== 'compressed-y-1') return elsewhere();
  const { nonce, ccmCiphertext } = content.value.ciphertext.value;
  return {
    recipientId: placeOf(bytes, recipient.value.recipientId),
    v: placeOfPoint(bytes, v.value),
    cAndT: placeOf(bytes, cAndT),
    nonce: placeOf(bytes, nonce),
    ccmCiphertext: placeOf(bytes, ccmCiphertext),
  };
}

function elsewhere(): never {
  throw new Error('an answer that does not read as it was written');
}
