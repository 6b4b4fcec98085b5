/** A device's request for tests: right unless told otherwise, and signed after the change. */
import { decode, encode } from '#coer/codec.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { ccsa } from '#credentials/profile.js';
import { sealToCertificate, type Unwrap } from '#credentials/sealing.js';
import { signRequest } from '#credentials/signed-data.js';
import { hmacSm3 } from '#crypto/sm3.js';
import { systemRandom } from '#crypto/random.js';
import { EnrolmentRequest, proofInput, type BirthProof } from '#edges/ee-eca/enrolment.js';
import { memoryDevice } from '#keys/software-device.js';
import type { EeEcaCertRequest, ScmsPdu } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { endEntityPermissions } from './judge-request.js';

export interface TestDevice {
  readonly verificationKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  readonly sign: (id: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;
  readonly unwrap: Unwrap;
}

export async function testDevice(): Promise<TestDevice> {
  const device = memoryDevice(systemRandom);
  return {
    verificationKey: await device.createKey('verification'),
    encryptionKey: await device.createKey('encryption'),
    sign: (id, message) => device.sign('verification', id, message),
    unwrap: (wrapped) => device.unwrap('encryption', wrapped),
  };
}

export const groupOf = (
  aids: readonly number[],
): NonNullable<ToBeSignedCertificate['certRequestPermissions']>[number] => ({
  subjectPermissions: { kind: 'explicit', value: aids.map((psid) => ({ psid })) },
  minChainLength: 1,
  chainLengthRange: 0,
  eeType: new Set(['app'] as const),
});

export interface RequestParts {
  readonly tbs?: Partial<ToBeSignedCertificate>;
  readonly request?: Partial<EeEcaCertRequest>;
  readonly pdu?: Partial<ScmsPdu>;
  readonly signer?: { certificate: Certificate | 'self'; sign: TestDevice['sign'] };
}

/** Encoded V2XSecData. */
export function testRequest(device: TestDevice, nowMillis: number, parts: RequestParts = {}): Promise<Uint8Array> {
  const tbsCert: ToBeSignedCertificate = {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: { start: time32FromMillis(nowMillis), duration: { kind: 'years', value: 60 } },
    appPermissions: endEntityPermissions(ccsa),
    certRequestPermissions: [groupOf([111, 3629])],
    encryptionKey: sm2EncryptionKey(device.encryptionKey),
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(device.verificationKey) },
    ...parts.tbs,
  };
  const value: EeEcaCertRequest = {
    version: ccsa.scmsVersion,
    generationTime: time32FromMillis(nowMillis),
    type: 'explicit',
    tbsCert,
    ...parts.request,
  };
  const content = { kind: 'eca-ee', value: { kind: 'eeEcaCertRequest', value } } as const;
  return signRequest(
    { version: ccsa.scmsVersion, content, ...parts.pdu },
    parts.signer ?? { certificate: 'self', sign: device.sign },
  );
}

/** A request for a successor, encoded: `inner` is the request of a first enrolment, signed by `by`, the present certificate. */
export function testSuccessor(
  inner: Uint8Array,
  by: { certificate: Certificate | 'self'; sign: TestDevice['sign'] },
  pdu: Partial<ScmsPdu> = {},
): Promise<Uint8Array> {
  const value = decode(V2XSecData, inner);
  const content = { kind: 'ee-ra', value: { kind: 'eeRaSuccessorEnrollmentCertRequest', value } } as const;
  return signRequest({ version: ccsa.scmsVersion, content, ...pdu }, by);
}

export const serialBirth = (serial: string, secret: Uint8Array, request: Uint8Array): BirthProof => ({
  kind: 'serial',
  value: { serial, mac: hmacSm3(secret, proofInput(request)) },
});

/** What goes over the line: the envelope, sealed to an ECA. */
export function sealedBody(eca: Certificate, request: Uint8Array, proof: BirthProof, version = 1): Uint8Array {
  const envelope = encode(EnrolmentRequest, { version, request, proof });
  return sealToCertificate(envelope, eca, { profile: ccsa, random: systemRandom });
}
