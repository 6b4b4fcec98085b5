/** A device asks its PRA for weeks of pseudonym certificates: EeRaCertRequest with butterfly parameters (YD/T 3957-2021 7.3). */
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodStartMillis } from '#credentials/period.js';
import { signRequest } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { sm3 } from '#crypto/sm3.js';
import type { GeographicRegion, PsidSsp } from '#wire/base-types.js';
import type { EeRaCertRequest } from '#wire/scms-pdu.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { DeviceContext } from './device-context.js';
import type { ProvisioningRecord } from './records.js';

/** 20 a week (YD/T 3957-2021 7.3). */
export const CERTIFICATES_A_PERIOD = 20;
const HOURS_A_PERIOD = 168;

/** Labels of the caterpillar key pairs of the n-th request, counted from 0. */
export const caterpillarLabels = (n: number): { signing: string; encryption: string } => ({
  signing: `caterpillar-signing-${String(n)}`,
  encryption: `caterpillar-encryption-${String(n)}`,
});

/** Makes keys and expansion keys for the n-th request, of `weeks` periods from `iMin` on, and signs it with the EC. */
export async function newProvisioningRequest(
  context: DeviceContext,
  enrolment: Signer,
  asked: { n: number; iMin: number; weeks: number },
): Promise<ProvisioningRecord> {
  const { random, keys, clock, profile, home } = context;
  const labels = caterpillarLabels(asked.n);
  const keyOf = async (label: string): Promise<Uint8Array> =>
    (await keys.publicKey(label)) ?? (await keys.createKey(label));
  const region: GeographicRegion = {
    kind: 'identifiedRegion',
    value: [{ kind: 'countryOnly', value: home.country }],
  };
  const record = {
    iMin: asked.iMin,
    iMax: asked.iMin + asked.weeks - 1,
    jMax: CERTIFICATES_A_PERIOD,
    signingExpansion: random.bytes(16),
    encryptionExpansion: random.bytes(16),
    appPermissions: home.aids.map((psid): PsidSsp => ({ psid })),
    region,
    generationTime: time32FromMillis(clock.nowMillis()),
  };
  const content: EeRaCertRequest = {
    version: profile.scmsVersion,
    generationTime: record.generationTime,
    type: 'explicit',
    tbsCert: askedTbs(record, await keyOf(labels.signing), asked.weeks, profile.epochMillis),
    additionalParams: {
      kind: 'original',
      value: {
        signingExpansion: { kind: 'sm4', value: record.signingExpansion },
        encryptionKey: sm2EncryptionKey(await keyOf(labels.encryption)),
        encryptionExpansion: { kind: 'sm4', value: record.encryptionExpansion },
      },
    },
  };
  const request = await signRequest(
    { version: profile.scmsVersion, content: { kind: 'ee-ra', value: { kind: 'eeRaCertRequest', value: content } } },
    enrolment,
  );
  return { ...record, request, requestHash: sm3(request) };
}

function askedTbs(
  record: { iMin: number; appPermissions: PsidSsp[]; region: GeographicRegion },
  signingKey: Uint8Array,
  weeks: number,
  epochMillis: number,
): ToBeSignedCertificate {
  return {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: {
      start: time32FromMillis(periodStartMillis(epochMillis, record.iMin)),
      duration: { kind: 'hours', value: HOURS_A_PERIOD * weeks },
    },
    region: record.region,
    appPermissions: record.appPermissions,
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(signingKey) },
  };
}
