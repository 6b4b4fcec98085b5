/**
 * Messages by which devices get certificates, and authorities help: each fits the one before it, so that the request, what
 * is asked of the LAs and the PCA, and the answer of one seed belong to the certificates `ec` and `pc` of it.
 */
import { encode } from '#coer/codec.js';
import { asEncryptedData, encodeEncrypted, sealToKey } from '#credentials/sealing.js';
import { decodeSecured, unsecured } from '#credentials/signed-data.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { preLinkageValue } from '#crypto/linkage.js';
import { sealSm4Ccm } from '#crypto/ccm.js';
import { sm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import { SymmetricEncryptionKey } from '#wire/base-types.js';
import type { EncryptedIndividualPLV, LinkageInfo } from '#wire/dot2dot1/aca-ra.js';
import type { EncryptedIndividualLV } from '#wire/scms-pdu.js';
import { V2XSecData, type EncryptedData, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { Infer } from '#coer/codec.js';
import { chainOf, type House, type Member } from './house.js';
import { certificatesOf, type Made } from './made.js';
import {
  id8Of,
  type PduContent,
  plainSpdu,
  requestHashOf,
  requestSpdu,
  sealedTo,
  signedBytes,
  signedSpdu,
} from './pdus.js';

const HOUR_MILLIS = 3_600_000;

// ---- enrolment ------------------------------------------------------------------------------------------------------

export async function eeEcaRequest(house: House): Promise<Made> {
  const by = await house.member('ec');
  const value = {
    version: house.profile.scmsVersion,
    generationTime: house.time32,
    type: 'explicit',
    tbsCert: house.enrolmentTbs(by.signingKey, by.encryptionKey as Uint8Array),
  } as const;
  const content = { kind: 'eca-ee', value: { kind: 'eeEcaCertRequest', value } } as const;
  return { bytes: await requestSpdu(house, content, { certificate: 'self', sign: by.sign }), by };
}

export async function ecaEeResponse(house: House): Promise<Made> {
  const { bytes: request, by: ec } = await eeEcaRequest(house);
  const by = await house.member('eca');
  const answer = {
    version: house.profile.scmsVersion,
    requestHash: requestHashOf(request),
    ecaCertChain: certificatesOf(chainOf(by)),
    certificate: (ec as Member).certificate,
  };
  const value = house.profile.name === 'ccsa' ? answer : { ...answer, generationTime: house.time32 };
  const content = { kind: 'eca-ee', value: { kind: 'ecaEeCertResponse', value } } as const;
  return { bytes: await signedSpdu(house, content, by), by };
}

// ---- pseudonyms: the device and its RA --------------------------------------------------------------------------------

/** Asked for: no name, and the key that is to be expanded. */
function askedTbs(tbs: ToBeSignedCertificate, key: Uint8Array): ToBeSignedCertificate {
  return {
    ...tbs,
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(key) },
  };
}

/** With butterfly keys, signed with the enrolment certificate: not yet encrypted. */
async function eeRaRequest(house: House): Promise<{ request: Uint8Array; by: Member }> {
  const by = await house.member('ec');
  const { caterpillar } = house.butterfly('pc');
  const indicator = { kind: 'verificationKey', value: sm2VerificationKey(caterpillar.signingKey) } as const;
  const value = {
    version: house.profile.scmsVersion,
    generationTime: house.time32,
    type: 'explicit',
    tbsCert: askedTbs(await house.pseudonymTbs('pc', indicator), caterpillar.signingKey),
    additionalParams: {
      kind: 'original',
      value: {
        // IEEE 1609.2.1-2022 has aes128 alone; SM4 is the alternative that YD/T 3957-2021 added behind the marker.
        signingExpansion: { kind: 'sm4', value: caterpillar.signingExpansion },
        encryptionKey: sm2EncryptionKey(caterpillar.encryptionKey),
        encryptionExpansion: { kind: 'sm4', value: caterpillar.encryptionExpansion },
      },
    },
  } as const;
  const content = { kind: 'ee-ra', value: { kind: 'eeRaCertRequest', value } } as const;
  return { request: await requestSpdu(house, content, by), by };
}

export async function encryptedEeRaRequest(house: House): Promise<Made> {
  const { request, by } = await eeRaRequest(house);
  return { bytes: sealedTo(house, request, await house.member('pra'), 'EeRaCertRequest'), by };
}

async function downloadTimes(house: House): Promise<{ requestHash: Uint8Array; nextDlTime: number }> {
  const { request } = await eeRaRequest(house);
  return { requestHash: requestHashOf(request), nextDlTime: time32FromMillis(house.atMillis + HOUR_MILLIS) };
}

export async function raEeAck(house: House): Promise<Made> {
  const by = await house.member('pra');
  const { scmsVersion: version, name } = house.profile;
  const answer = { version, generationTime: house.time32, ...(await downloadTimes(house)) };
  const value = name === 'ccsa' ? answer : { ...answer, firstI: house.i };
  return { bytes: await signedSpdu(house, { kind: 'ee-ra', value: { kind: 'raEeCertAck', value } }, by), by };
}

/** The `.info` file beside the certificates of a period. */
export async function raEeInfo(house: House): Promise<Made> {
  const value = {
    version: house.profile.scmsVersion,
    generationTime: house.time32,
    currentI: house.i,
    ...(await downloadTimes(house)),
  };
  return { bytes: plainSpdu(house, { kind: 'ee-ra', value: { kind: 'raEeCertInfo', value } }), by: undefined };
}

export async function downloadRequest(house: House): Promise<Made> {
  const by = await house.member('ec');
  const { requestHash } = await downloadTimes(house);
  const name = Buffer.from(requestHash).toString('hex').toUpperCase();
  const value = { generationTime: house.time32, filename: `${name}_${house.i.toString(16).toUpperCase()}.zip` };
  const signed = await signedSpdu(house, { kind: 'ee-ra', value: { kind: 'eeRaDownloadRequest', value } }, by);
  return { bytes: sealedTo(house, signed, await house.member('pra'), 'EeRaDownloadRequest'), by };
}

// ---- pseudonyms: the RA and the CA --------------------------------------------------------------------------------------

const laIdOf = (which: 1 | 2): Uint8Array => Uint8Array.of(0, which);

/** What one LA gives for the pseudonym of the moment. */
function preLinkage(house: House, which: 1 | 2): Uint8Array {
  const { seed1, seed2 } = house.linkageChain('pc');
  return preLinkageValue(smSuite, laIdOf(which), which === 1 ? seed1 : seed2, house.butterfly('pc').j);
}

/** YD/T 3957: sealed to the certificate of the PCA. */
async function sealedLinkageValue(house: House, which: 1 | 2): Promise<Infer<typeof EncryptedIndividualLV>> {
  const plaintext = encode(V2XSecData, unsecured(preLinkage(house, which)));
  const sealed = sealedTo(house, plaintext, await house.member('pca'), `linkage value of LA ${String(which)}`);
  return {
    version: house.profile.scmsVersion,
    laId: laIdOf(which),
    'enc-lv': asEncryptedData(sealed) as EncryptedData,
  };
}

/** IEEE 1609.2.1: with a key that LA and ACA share, wrapped in another such key's place (symmRecipInfo). */
function sharedLinkageValue(house: House, which: 1 | 2): Infer<typeof EncryptedIndividualPLV> {
  const random = house.dice(`linkage value of LA ${String(which)}`);
  const shared = random.bytes(16);
  const contentKey = random.bytes(16);
  const under = (key: Uint8Array, plaintext: Uint8Array): EncryptedData['ciphertext'] => {
    const nonce = random.bytes(12);
    return { kind: 'sm4Ccm', value: { nonce, ccmCiphertext: sealSm4Ccm(key, nonce, plaintext) } };
  };
  const recipientId = sm3(encode(SymmetricEncryptionKey, { kind: 'sm4Ccm', value: shared })).subarray(24);
  const encPlv = encodeEncrypted({
    recipients: [{ kind: 'symmRecipInfo', value: { recipientId, encKey: under(shared, contentKey) } }],
    ciphertext: under(contentKey, encode(V2XSecData, unsecured(preLinkage(house, which)))),
  });
  return { version: house.profile.scmsVersion, laId: laIdOf(which), encPlv: decodeSecured(encPlv) };
}

export async function raAcaRequest(house: House): Promise<Made> {
  const by = await house.member('pra');
  const { cocoonKey, answerKey } = house.butterfly('pc');
  const indicator = { kind: 'verificationKey', value: sm2VerificationKey(cocoonKey) } as const;
  const id = { kind: 'linkageData', value: { iCert: house.i, 'linkage-value': new Uint8Array(9) } } as const;
  const asked = {
    version: house.profile.scmsVersion,
    generationTime: house.time32,
    flags: new Set(['butterflyExplicit'] as const),
    certEncKey: sm2EncryptionKey(answerKey),
    // The linkage value is the CA's to fill in.
    tbsCert: { ...askedTbs(await house.pseudonymTbs('pc', indicator), cocoonKey), id },
  };
  const content: PduContent =
    house.profile.name === 'ccsa'
      ? {
          kind: 'aca-ra',
          value: {
            kind: 'raAcaCertRequest',
            value: {
              ...asked,
              linkageInfo: await sealedLinkageValue(house, 1),
              secondLinkageInfo: await sealedLinkageValue(house, 2),
            },
          },
        }
      : {
          kind: 'aca-ra',
          value: { kind: 'raAcaCertRequest', value: { ...asked, type: 'explicit', linkageInfo: linkageInfoOf(house) } },
        };
  return { bytes: await requestSpdu(house, content, by), by };
}

const linkageInfoOf = (house: House): LinkageInfo => ({
  encPlv1: sharedLinkageValue(house, 1),
  encPlv2: sharedLinkageValue(house, 2),
});

async function issuedPseudonym(house: House): Promise<Uint8Array> {
  const { certificate } = await house.member('pc');
  const value = {
    version: house.profile.scmsVersion,
    generationTime: house.time32,
    certificate,
    privateKeyInfo: house.butterfly('pc').blinding,
  };
  return plainSpdu(house, { kind: 'aca-ee', value: { kind: 'acaEeCertResponse', value } });
}

/** The certificate for the device's eyes: sealed to the cocoon key Q, then signed by the CA. */
export async function acaResponse(house: House): Promise<Made> {
  const by = await house.member('pca');
  const { answerKey, answerPrivate } = house.butterfly('pc');
  const sealed = sealToKey(await issuedPseudonym(house), answerKey, house.sealing('AcaEeCertResponse'));
  return { bytes: await signedBytes(house, sealed, by), by, opensWith: answerPrivate };
}

/** The same in the open. */
export const acaResponsePlain = async (house: House): Promise<Made> => ({
  bytes: await issuedPseudonym(house),
  by: undefined,
});

export async function acaRaResponse(house: House): Promise<Made> {
  const { bytes: request } = await raAcaRequest(house);
  const { bytes: answer, by, opensWith } = await acaResponse(house);
  const value = {
    version: house.profile.scmsVersion,
    generationTime: house.time32,
    requestHash: requestHashOf(request),
    acaResponse: { kind: 'private', value: decodeSecured(answer) },
  } as const;
  const content = { kind: 'aca-ra', value: { kind: 'acaRaCertResponse', value } } as const;
  return { bytes: await signedSpdu(house, content, by as Member), by, ...(opensWith && { opensWith }) };
}

// ---- linkage authorities, YD/T 3957 -----------------------------------------------------------------------------------------

export async function praLaRequest(house: House): Promise<Made> {
  const [by, la] = await Promise.all([house.member('pra'), house.member('la')]);
  const header = { iMin: house.i, iMax: house.i, praId: 'pra.sample.example', pcaId: 'pca.sample.example' };
  const value = { kind: 'individualLVRequest', value: { header, jMax: 1, numberOfFreshInd: 1 } } as const;
  const signed = await signedSpdu(house, { kind: 'la-ra', value: { kind: 'praLaLinkageValueRequest', value } }, by);
  return { bytes: sealedTo(house, signed, la, 'PraLaLinkageValueRequest'), by };
}

export async function laPraResponse(house: House): Promise<Made> {
  const [by, pra] = await Promise.all([house.member('la'), house.member('pra')]);
  const { seed1 } = house.linkageChain('pc');
  const chainId = sealedTo(house, encode(V2XSecData, unsecured(seed1)), by, 'LinkageChainId');
  const value = {
    iMin: house.i,
    iMax: house.i,
    individualLVs: [
      {
        jMax: 1,
        values: [[await sealedLinkageValue(house, 1)]],
        linkageChainId: asEncryptedData(chainId) as EncryptedData,
      },
    ],
    groupLVs: [],
  };
  const signed = await signedSpdu(house, { kind: 'la-ra', value: { kind: 'laPraLinkageValueResponse', value } }, by);
  return { bytes: sealedTo(house, signed, pra, 'LaPraLinkageValueResponse'), by };
}

async function maLaSigned(house: House): Promise<Uint8Array> {
  const by = await house.member('ma');
  const lv = preLinkage(house, 1);
  const value = { maId: id8Of(by), individualLVs: [{ iValue: house.i, lv }], groupLVs: [] };
  return signedSpdu(house, { kind: 'la-ma', value: { kind: 'maLaLinkageSeedRequest', value } }, by);
}

export async function maLaRequest(house: House): Promise<Made> {
  const by = await house.member('ma');
  return { bytes: sealedTo(house, await maLaSigned(house), await house.member('la'), 'MaLaLinkageSeedRequest'), by };
}

export async function laMaResponse(house: House): Promise<Made> {
  const [by, ma] = await Promise.all([house.member('la'), house.member('ma')]);
  const { seed1 } = house.linkageChain('pc');
  const value = {
    requestHash: requestHashOf(await maLaSigned(house)),
    laId: laIdOf(1),
    individualLSInfos: [{ i: house.i, lv: preLinkage(house, 1), ls: seed1 }],
    groupLSInfos: [],
  };
  const signed = await signedSpdu(house, { kind: 'la-ma', value: { kind: 'laMaLinkageSeedResponse', value } }, by);
  return { bytes: sealedTo(house, signed, ma, 'LaMaLinkageSeedResponse'), by };
}
