/** What a device asks of its ECA: EeEcaCertRequest, signed by the key to be certified (YD/T 3957-2021 7.1). */
import { encode } from '#coer/codec.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { asSignedRequest, decodeSecured, signRequest } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import { V2XSecData, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { DeviceContext } from './device-context.js';

/** Labels of the two enrolment key pairs of a generation, counted from 1: each certificate has keys of its own. */
export const enrolmentLabels = (generation: number): { verification: string; encryption: string } => {
  const suffix = generation === 1 ? '' : `-${String(generation)}`;
  return { verification: `ec-verification${suffix}`, encryption: `ec-encryption${suffix}` };
};

const SSP_VERSION = 1;
/** What is wished; the ECA decides. */
const WISHED_YEARS = 3;

export interface EnrolmentKeys {
  /** 33 bytes each. */
  readonly verificationKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
}

/** The enrolment keys of a generation, made inside the crypto device on first call. */
export async function enrolmentKeys({ keys }: DeviceContext, generation = 1): Promise<EnrolmentKeys> {
  const of = async (label: string): Promise<Uint8Array> =>
    (await keys.publicKey(label)) ?? (await keys.createKey(label));
  const { verification, encryption } = enrolmentLabels(generation);
  return { verificationKey: await of(verification), encryptionKey: await of(encryption) };
}

/** The to-be-signed part as asked for: no name, the role of an end entity, and the AIDs it will ask pseudonyms for. */
export function askedEnrolment(context: DeviceContext, keys: EnrolmentKeys, nowMillis: number): ToBeSignedCertificate {
  const { profile, home } = context;
  const ssp = encode(ScmsSsp, { kind: 'ee', value: { version: SSP_VERSION } });
  return {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: { start: time32FromMillis(nowMillis), duration: { kind: 'years', value: WISHED_YEARS } },
    region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: home.country }] },
    appPermissions: [{ psid: profile.aid.management, ssp: { kind: 'opaque', value: ssp } }],
    certRequestPermissions: [
      {
        subjectPermissions: { kind: 'explicit', value: home.aids.map((psid) => ({ psid })) },
        minChainLength: 1,
        chainLengthRange: 0,
        eeType: new Set(['app'] as const),
      },
    ],
    encryptionKey: sm2EncryptionKey(keys.encryptionKey),
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(keys.verificationKey) },
  };
}

/** Encoded V2XSecData with the request that the key to be certified signs. */
export function signEnrolmentRequest(
  context: DeviceContext,
  tbsCert: ToBeSignedCertificate,
  nowMillis: number,
  generation: number,
): Promise<Uint8Array> {
  const version = context.profile.scmsVersion;
  const { verification } = enrolmentLabels(generation);
  const value = { version, generationTime: time32FromMillis(nowMillis), type: 'explicit', tbsCert } as const;
  return signRequest(
    { version, content: { kind: 'eca-ee', value: { kind: 'eeEcaCertRequest', value } } },
    { certificate: 'self', sign: (id, message) => context.keys.sign(verification, id, message) },
  );
}

/** The same request inside one that the present certificate signs: what a successor is asked with (YD/T 3957-2021 7.2). */
export function signSuccessorRequest(
  context: DeviceContext,
  request: Uint8Array,
  present: Signer,
): Promise<Uint8Array> {
  const value = decodeSecured(request);
  const content = { kind: 'ee-ra', value: { kind: 'eeRaSuccessorEnrollmentCertRequest', value } } as const;
  return signRequest({ version: context.profile.scmsVersion, content }, present);
}

/** What was asked for, in either of the two; `undefined` in anything else. */
export function requestedTbs(bytes: Uint8Array): ToBeSignedCertificate | undefined {
  const content = asSignedRequest(bytes)?.tbsRequest.value.content;
  if (content?.kind === 'ee-ra' && content.value.kind === 'eeRaSuccessorEnrollmentCertRequest')
    return requestedTbs(encode(V2XSecData, content.value.value));
  if (content?.kind !== 'eca-ee' || content.value.kind !== 'eeEcaCertRequest') return undefined;
  return content.value.value.tbsCert;
}
