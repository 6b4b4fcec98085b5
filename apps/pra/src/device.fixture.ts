/** A device for the specs of the PRA: an enrolment certificate of the bench's ECA, and the messages it sends. */
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { CHINA } from '#credentials/authority-certificate.js';
import { issueUnlinted } from '#credentials/chain.fixture.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodAt, periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { signData, signRequest } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { EeRaCertRequest } from '#wire/scms-pdu.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { Bench } from '../../../test/support/authority-bench.js';

export const context = { profile: ccsa, random: systemRandom };
const HOUR_MILLIS = 3_600_000;

export interface TestDevice {
  readonly certificate: Certificate;
  readonly signer: Signer;
  /** Caterpillar keys (public) and expansion keys, made once. */
  readonly keys: { a: Uint8Array; p: Uint8Array; ks: Uint8Array; ke: Uint8Array };
  /** The private halves of `a` and `p`. */
  readonly secrets: { a: Uint8Array; p: Uint8Array };
}

/** The to-be-signed part of an enrolment certificate that lives ten years from an hour ago. */
export function enrolmentTbs(publicKey: Uint8Array, nowMillis: number): ToBeSignedCertificate {
  return {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: { start: time32FromMillis(nowMillis - HOUR_MILLIS), duration: { kind: 'years', value: 3 } },
    region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: CHINA }] },
    appPermissions: [
      {
        psid: ccsa.aid.management,
        ssp: { kind: 'opaque', value: encode(ScmsSsp, { kind: 'ee', value: { version: 1 } }) },
      },
    ],
    certRequestPermissions: [
      {
        subjectPermissions: {
          kind: 'explicit',
          value: [{ psid: 111 }, { psid: 112 }, { psid: ccsa.aid.misbehaviour }],
        },
        minChainLength: 1,
        chainLengthRange: 0,
        eeType: new Set(['app'] as const),
      },
    ],
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(publicKey) },
  };
}

export async function newDevice(
  bench: Bench,
  changes: { issuer?: Signer; tbs?: Partial<ToBeSignedCertificate> } = {},
): Promise<TestDevice> {
  const privateKey = newSm2PrivateKey(systemRandom);
  const tbs = { ...enrolmentTbs(sm2PublicKey(privateKey), bench.clock.nowMillis()), ...changes.tbs };
  const certificate = await issueUnlinted(tbs, changes.issuer ?? bench.member('a-eca').signer);
  const sign = sm2SignerFor(privateKey);
  const secrets = { a: newSm2PrivateKey(systemRandom), p: newSm2PrivateKey(systemRandom) };
  return {
    certificate,
    signer: { certificate, sign: async (id, message) => sign(id, message) },
    keys: {
      a: sm2PublicKey(secrets.a),
      p: sm2PublicKey(secrets.p),
      ks: systemRandom.bytes(16),
      ke: systemRandom.bytes(16),
    },
    secrets,
  };
}

/** A request for `weeks` weeks from the current period on. */
export function requestContent(device: TestDevice, nowMillis: number, weeks = 3): EeRaCertRequest {
  const start = periodStartMillis(ccsa.epochMillis, periodAt(ccsa.epochMillis, nowMillis));
  const { a, p, ks, ke } = device.keys;
  return {
    version: ccsa.scmsVersion,
    generationTime: time32FromMillis(nowMillis),
    type: 'explicit',
    tbsCert: {
      id: { kind: 'none', value: null },
      cracaId: new Uint8Array(3),
      crlSeries: 0,
      validityPeriod: { start: time32FromMillis(start), duration: { kind: 'hours', value: 168 * weeks } },
      appPermissions: [{ psid: 111 }, { psid: ccsa.aid.misbehaviour }],
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(a) },
    },
    additionalParams: {
      kind: 'original',
      value: {
        signingExpansion: { kind: 'sm4', value: ks },
        encryptionKey: sm2EncryptionKey(p),
        encryptionExpansion: { kind: 'sm4', value: ke },
      },
    },
  };
}

/** Encoded V2XSecData with the signed request, before it is encrypted. */
export function signedRequest(content: EeRaCertRequest, by: Signer, version = ccsa.scmsVersion): Promise<Uint8Array> {
  const pdu: ScmsPdu = { version, content: { kind: 'ee-ra', value: { kind: 'eeRaCertRequest', value: content } } };
  return signRequest(pdu, by);
}

/** Encoded V2XSecData with the signed download request, before it is encrypted. */
export function signedDownload(
  by: Signer,
  filename: string,
  nowMillis: number,
  psid = ccsa.aid.management,
): Promise<Uint8Array> {
  const value = { generationTime: time32FromMillis(nowMillis), filename };
  const pdu: ScmsPdu = {
    version: ccsa.scmsVersion,
    content: { kind: 'ee-ra', value: { kind: 'eeRaDownloadRequest', value } },
  };
  return signData(encode(ScmsPdu, pdu), { psid }, by);
}

export const sealedTo = (plaintext: Uint8Array, recipient: Certificate): Uint8Array =>
  sealToCertificate(plaintext, recipient, context);

export const headerOf = (sealed: Uint8Array): string => Buffer.from(sealed).toString('base64');
