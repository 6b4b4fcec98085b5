/** A roadside unit for the specs of the ARA: an enrolment certificate of the bench's ECA, and the messages it sends. */
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { DEFAULT_SM2_ID, newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { issueUnlinted } from '#credentials/chain.fixture.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { ccsa } from '#credentials/profile.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { signData, signRequest } from '#credentials/signed-data.js';
import { emergencyRange, plainRange } from '#credentials/special-vehicle.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { ApplicationRequest, possessionInput } from '#edges/ee-ara/application.js';
import { memoryDevice } from '#keys/software-device.js';
import type { GeographicRegion, PsidSspRange } from '#wire/base-types.js';
import { ScmsPdu, type EeRaCertRequest } from '#wire/scms-pdu.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { Certificate, PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { Bench } from '../../../test/support/authority-bench.js';

const HOUR_MILLIS = 3_600_000;
const context = { profile: ccsa, random: systemRandom };

export const circle = (radius: number, latitude = 399_000_000): GeographicRegion => ({
  kind: 'circularRegion',
  value: { center: { latitude, longitude: 1_164_000_000 }, radius },
});

const group = (...ranges: PsidSspRange[]): PsidGroupPermissions => ({
  subjectPermissions: { kind: 'explicit', value: ranges },
  minChainLength: 1,
  chainLengthRange: 0,
  eeType: new Set(['app'] as const),
});

export interface TestUnit {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** An enrolled unit that may ask for AIDs 111 (with the emergency bit), 113 and 3620 within a kilometre, for three years. */
export async function newUnit(
  bench: Bench,
  changes: { issuer?: Signer; tbs?: Partial<ToBeSignedCertificate> } = {},
): Promise<TestUnit> {
  const privateKey = newSm2PrivateKey(systemRandom);
  const ssp = encode(ScmsSsp, { kind: 'ee', value: { version: 1 } });
  const tbs: ToBeSignedCertificate = {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: {
      start: time32FromMillis(bench.clock.nowMillis() - HOUR_MILLIS),
      duration: { kind: 'years', value: 3 },
    },
    region: circle(1000),
    appPermissions: [{ psid: ccsa.aid.management, ssp: { kind: 'opaque', value: ssp } }],
    certRequestPermissions: [group(plainRange(111), plainRange(113), plainRange(3620)), group(emergencyRange(111))],
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(sm2PublicKey(privateKey)) },
    ...changes.tbs,
  };
  const certificate = await issueUnlinted(tbs, changes.issuer ?? bench.member('a-eca').signer);
  const sign = sm2SignerFor(privateKey);
  return { certificate, signer: { certificate, sign: async (id, message) => sign(id, message) } };
}

/** Keys for one request: to be certified, and for the answer. */
export async function newKeys() {
  const privateKey = newSm2PrivateKey(systemRandom);
  const sign = sm2SignerFor(privateKey);
  const device = memoryDevice(systemRandom);
  return {
    publicKey: sm2PublicKey(privateKey),
    answerKey: await device.createKey('answer'),
    sign: (message: Uint8Array) => sign(DEFAULT_SM2_ID, message),
    unwrap: (wrapped: Parameters<typeof device.unwrap>[1]) => device.unwrap('answer', wrapped),
  };
}
export type TestKeys = Awaited<ReturnType<typeof newKeys>>;

export interface RequestChange {
  readonly tbs?: Partial<ToBeSignedCertificate>;
  readonly content?: Partial<EeRaCertRequest>;
  readonly pdu?: Partial<ScmsPdu>;
  readonly envelope?: Partial<ApplicationRequest>;
  /** Signs the request in the unit's place. */
  readonly signer?: Signer;
  /** Signs in the place of the key to be certified. */
  readonly possession?: (message: Uint8Array) => Uint8Array;
}

/** An encoded ApplicationRequest, before it is encrypted, and the hash of the request in it. */
export async function applicationRequest(
  unit: TestUnit,
  keys: TestKeys,
  nowMillis: number,
  change: RequestChange = {},
): Promise<{ envelope: Uint8Array; requestHash: Uint8Array }> {
  const value: EeRaCertRequest = {
    version: ccsa.scmsVersion,
    generationTime: time32FromMillis(nowMillis),
    type: 'explicit',
    tbsCert: {
      id: { kind: 'none', value: null },
      cracaId: new Uint8Array(3),
      crlSeries: 0,
      validityPeriod: { start: time32FromMillis(nowMillis), duration: { kind: 'hours', value: 100 } },
      region: circle(500),
      appPermissions: [{ psid: 3620 }, { psid: 113 }],
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(keys.publicKey) },
      ...change.tbs,
    },
    additionalParams: { kind: 'encryptionKey', value: sm2EncryptionKey(keys.answerKey) },
    ...change.content,
  };
  const content = { kind: 'ee-ra', value: { kind: 'eeRaCertRequest', value } } as const;
  const request = await signRequest(
    { version: ccsa.scmsVersion, content, ...change.pdu },
    change.signer ?? unit.signer,
  );
  const possession = (change.possession ?? keys.sign)(possessionInput(request));
  const envelope = encode(ApplicationRequest, { version: 1, request, possession, ...change.envelope });
  return { envelope, requestHash: sm3(request) };
}

/** The value of the header that asks for a file. */
export async function downloadHeader(
  unit: TestUnit,
  filename: string,
  ara: Certificate,
  nowMillis: number,
  psid = ccsa.aid.management,
): Promise<string> {
  const value = { generationTime: time32FromMillis(nowMillis), filename };
  const content = { kind: 'ee-ra', value: { kind: 'eeRaDownloadRequest', value } } as const;
  const pdu = encode(ScmsPdu, { version: ccsa.scmsVersion, content });
  const signed = await signData(pdu, { psid }, unit.signer);
  return Buffer.from(sealedTo(signed, ara)).toString('base64');
}

export const sealedTo = (plaintext: Uint8Array, recipient: Certificate): Uint8Array =>
  sealToCertificate(plaintext, recipient, context);
