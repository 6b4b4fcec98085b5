/**
 * A roadside unit or special vehicle asks for a certificate of a key it made itself: EeRaCertRequest without butterfly, signed
 * with the enrolment certificate, and a signature by the new key beside it (YD/T 3957-2021 7.4).
 */
import { encode } from '#coer/codec.js';
import { DEFAULT_SM2_ID } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { signRequest } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { ApplicationRequest, possessionInput } from '#edges/ee-ara/application.js';
import type { GeographicRegion, PsidSsp } from '#wire/base-types.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { applicationLabels, type ApplicationRecord } from './application-record.js';
import type { DeviceContext } from './device-context.js';

const ENVELOPE_VERSION = 1;

/** What a device wants to be certified for. */
export interface ApplicationWish {
  /** AIDs, each at most once, with their SSPs. */
  readonly permissions: readonly PsidSsp[];
  readonly region: GeographicRegion;
  /** 1 … 65535; the ARA may give fewer. */
  readonly hours: number;
}

/** Makes both keys of the n-th request and signs it with the enrolment certificate and with the key to be certified. */
export async function newApplicationRequest(
  { keys, clock, profile }: DeviceContext,
  enrolment: Signer,
  { n, wish }: { n: number; wish: ApplicationWish },
): Promise<ApplicationRecord> {
  const labels = applicationLabels(n);
  const keyOf = async (label: string): Promise<Uint8Array> =>
    (await keys.publicKey(label)) ?? (await keys.createKey(label));
  const signingKey = await keyOf(labels.signing);
  const answerKey = await keyOf(labels.answer);
  const version = profile.scmsVersion;
  const generationTime = time32FromMillis(clock.nowMillis());
  const tbsCert: ToBeSignedCertificate = {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: { start: generationTime, duration: { kind: 'hours', value: wish.hours } },
    region: wish.region,
    appPermissions: [...wish.permissions],
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(signingKey) },
  };
  const additionalParams = { kind: 'encryptionKey', value: sm2EncryptionKey(answerKey) } as const;
  const value = { version, generationTime, type: 'explicit', tbsCert, additionalParams } as const;
  const content = { kind: 'ee-ra', value: { kind: 'eeRaCertRequest', value } } as const;
  const request = await signRequest({ version, content }, enrolment);
  const possession = await keys.sign(labels.signing, DEFAULT_SM2_ID, possessionInput(request));
  return { requestHash: sm3(request), request, possession, appPermissions: [...wish.permissions], region: wish.region };
}

/** What is sealed to the ARA. */
export const applicationEnvelope = ({ request, possession }: ApplicationRecord): Uint8Array =>
  encode(ApplicationRequest, { version: ENVELOPE_VERSION, request, possession });
