/** Pseudonym certificates and messages for tests: right in everything but what a test changes. */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import {
  CertificateBase,
  ToBeSignedData,
  V2XSecData,
  type V2XSecDataContent,
  type Certificate,
  type HeaderInfo,
  type SignedData,
  ToBeSignedCertificate,
} from '#wire/secured-data.js';
import { time64FromMillis } from '#wire/time.js';
import { CHINA, CRL_SERIES } from './authority-certificate.js';
import { certificateFromBytes, hashedId3, hashedId8, issuerIdOf } from './certificate-facts.js';
import { sm2SignatureValue, sm2VerificationKey } from './keys-on-the-wire.js';
import { periodAt, periodValidity } from './period.js';
import { ccsa } from './profile.js';
import { signerId, type Signer } from './sm2-binding.js';
import { unsecured } from './signed-data.js';

export const BSM = new TextEncoder().encode('a message of the road');

/** Issues a pseudonym certificate for the period of `atMillis`; `change` alters the to-be-signed part, `form` the rest. */
export async function pseudonym(
  pca: Signer,
  cra: Certificate,
  atMillis: number,
  change: Partial<ToBeSignedCertificate> = {},
  form: Partial<Omit<CertificateBase, 'toBeSigned' | 'signature'>> = {},
): Promise<Signer> {
  const privateKey = newSm2PrivateKey(systemRandom);
  const publicKey = sm2PublicKey(privateKey);
  const i = periodAt(ccsa.epochMillis, atMillis);
  const toBeSigned = {
    id: { kind: 'linkageData', value: { iCert: i, 'linkage-value': systemRandom.bytes(9) } } as const,
    cracaId: hashedId3(cra),
    crlSeries: CRL_SERIES,
    validityPeriod: periodValidity(ccsa.epochMillis, i),
    region: {
      kind: 'identifiedRegion' as const,
      value: [{ kind: 'countryOnly' as const, value: CHINA }],
    },
    appPermissions: [{ psid: ccsa.aid.bsm }, { psid: ccsa.aid.misbehaviour }],
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(publicKey) } as const,
    ...change,
  };
  const certificate = await certify(toBeSigned, pca, form);
  const signer = sm2SignerFor(privateKey, publicKey);
  return { certificate, sign: (id, message) => Promise.resolve(signer(id, message)) };
}

async function certify(
  tbs: ToBeSignedCertificate,
  pca: Signer,
  form: Partial<Omit<CertificateBase, 'toBeSigned' | 'signature'>>,
): Promise<Certificate> {
  const base: CertificateBase = {
    version: 3,
    type: 'explicit',
    issuer: issuerIdOf(pca.certificate),
    ...form,
    toBeSigned: preserve(ToBeSignedCertificate, tbs),
    signature: undefined,
  };
  const signature = sm2SignatureValue(await pca.sign(signerId(pca.certificate), base.toBeSigned.bytes));
  return certificateFromBytes(encode(CertificateBase, { ...base, signature }));
}

export interface Forgery {
  payload?: Uint8Array | undefined;
  header?: Partial<HeaderInfo>;
  signed?: Partial<SignedData>;
  version?: number;
  named?: 'certificate' | 'digest';
}

/** A signed message with anything changed: the signature is right for what it covers, unless the forgery replaces it. */
export async function message(signer: Signer, atMillis: number, forgery: Forgery = {}): Promise<Uint8Array> {
  const payload = 'payload' in forgery ? forgery.payload : BSM;
  const tbsData = preserve(ToBeSignedData, {
    payload:
      payload === undefined
        ? { extDataHash: { kind: 'sm3HashedData', value: new Uint8Array(32) } }
        : { data: unsecured(payload) },
    headerInfo: { psid: ccsa.aid.bsm, generationTime: time64FromMillis(atMillis), ...forgery.header },
  });
  const signature = sm2SignatureValue(await signer.sign(signerId(signer.certificate), tbsData.bytes));
  const named = forgery.named ?? 'certificate';
  const content: V2XSecDataContent = {
    kind: 'signedData',
    value: {
      hashId: 'sm3',
      tbsData,
      signer:
        named === 'digest'
          ? { kind: 'digest', value: hashedId8(signer.certificate) }
          : { kind: 'certificate', value: [signer.certificate] },
      signature,
      ...forgery.signed,
    },
  };
  return encode(V2XSecData, { protocolVersion: forgery.version ?? 3, content });
}

/** The same payload without a signature. */
export const encodeSecuredUnsigned = (payload: Uint8Array): Uint8Array => encode(V2XSecData, unsecured(payload));
