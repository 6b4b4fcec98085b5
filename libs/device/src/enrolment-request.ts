/** What a device asks of its ECA: EeEcaCertRequest, signed by the key to be certified (YD/T 3957-2021 7.1). */
import { encode } from '#coer/codec.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { signRequest } from '#credentials/signed-data.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { DeviceContext } from './device-context.js';

/** Labels of the two enrolment key pairs in the crypto device. */
export const EC_VERIFICATION_KEY = 'ec-verification';
export const EC_ENCRYPTION_KEY = 'ec-encryption';

const SSP_VERSION = 1;
/** What is wished; the ECA decides. */
const WISHED_YEARS = 3;

export interface EnrolmentKeys {
  /** 33 bytes each. */
  readonly verificationKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
}

/** The enrolment keys, made inside the crypto device on first call. */
export async function enrolmentKeys({ keys }: DeviceContext): Promise<EnrolmentKeys> {
  const of = async (label: string): Promise<Uint8Array> =>
    (await keys.publicKey(label)) ?? (await keys.createKey(label));
  return { verificationKey: await of(EC_VERIFICATION_KEY), encryptionKey: await of(EC_ENCRYPTION_KEY) };
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

/** Encoded V2XSecData with the self-signed request. */
export function signEnrolmentRequest(
  context: DeviceContext,
  tbsCert: ToBeSignedCertificate,
  nowMillis: number,
): Promise<Uint8Array> {
  const version = context.profile.scmsVersion;
  const value = { version, generationTime: time32FromMillis(nowMillis), type: 'explicit', tbsCert } as const;
  return signRequest(
    { version, content: { kind: 'eca-ee', value: { kind: 'eeEcaCertRequest', value } } },
    { certificate: 'self', sign: (id, message) => context.keys.sign(EC_VERIFICATION_KEY, id, message) },
  );
}
