/**
 * A vehicle of a measured fleet: everything it needs to ask once, and later to open what comes, in one line of a file. Its
 * private keys stand there in the clear: for measuring, never for a car.
 */
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { CHINA } from '#credentials/authority-certificate.js';
import { certificateFromBytes, certificateToBytes } from '#credentials/certificate-facts.js';
import { issueCertificate } from '#credentials/issue-certificate.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { signRequest } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { GeographicRegion, PsidSsp } from '#wire/base-types.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';

/** 20 a week (YD/T 3957-2021 7.3). */
export const KEYS_A_WEEK = 20;
const HOURS_A_WEEK = 168;
const HOUR_MILLIS = 3_600_000;
const ENROLLED_HOURS = 2 * 365 * 24;

/** What all vehicles of the fleet ask for. */
export interface FleetWish {
  /** First period. */
  readonly iMin: number;
  readonly weeks: number;
  readonly aids: readonly number[];
}

export const permissionsOf = ({ aids }: FleetWish): PsidSsp[] => aids.map((psid) => ({ psid }));
export const FLEET_REGION: GeographicRegion = {
  kind: 'identifiedRegion',
  value: [{ kind: 'countryOnly', value: CHINA }],
};

/** Private keys are 32 bytes, expansion keys 16. */
export interface BulkVehicle {
  readonly enrolment: Certificate;
  readonly enrolmentKey: Uint8Array;
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  readonly signingExpansion: Uint8Array;
  readonly encryptionExpansion: Uint8Array;
}

/** A vehicle that has asked. */
export interface AskedVehicle extends BulkVehicle {
  /** SM3 of the request as it was signed. */
  readonly requestHash: Uint8Array;
}

/** A new vehicle, enrolled straight by the ECA's key. */
export async function newBulkVehicle(eca: Signer, wish: FleetWish, nowMillis: number): Promise<BulkVehicle> {
  const enrolmentKey = newSm2PrivateKey(systemRandom);
  return {
    enrolment: await issueCertificate(enrolmentTbs(sm2PublicKey(enrolmentKey), wish, nowMillis), eca),
    enrolmentKey,
    signingKey: newSm2PrivateKey(systemRandom),
    encryptionKey: newSm2PrivateKey(systemRandom),
    signingExpansion: systemRandom.bytes(16),
    encryptionExpansion: systemRandom.bytes(16),
  };
}

/** Signs with the vehicle's enrolment certificate. */
export function enrolmentSignerOf({
  enrolment,
  enrolmentKey,
}: Pick<BulkVehicle, 'enrolment' | 'enrolmentKey'>): Signer {
  const sign = sm2SignerFor(enrolmentKey);
  return { certificate: enrolment, sign: async (id, message) => sign(id, message) };
}

function enrolmentTbs(publicKey: Uint8Array, { aids }: FleetWish, nowMillis: number): ToBeSignedCertificate {
  return {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: {
      start: time32FromMillis(nowMillis - HOUR_MILLIS),
      duration: { kind: 'hours', value: ENROLLED_HOURS },
    },
    region: FLEET_REGION,
    appPermissions: [
      {
        psid: ccsa.aid.management,
        ssp: { kind: 'opaque', value: encode(ScmsSsp, { kind: 'ee', value: { version: 1 } }) },
      },
    ],
    certRequestPermissions: [
      {
        subjectPermissions: { kind: 'explicit', value: aids.map((psid) => ({ psid })) },
        minChainLength: 1,
        chainLengthRange: 0,
        eeType: new Set(['app'] as const),
      },
    ],
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(publicKey) },
  };
}

/** The request of a vehicle, signed now and before it is encrypted. The PRA takes it for five minutes. */
export function signedRequestOf(vehicle: BulkVehicle, wish: FleetWish, nowMillis: number): Promise<Uint8Array> {
  const content = {
    version: ccsa.scmsVersion,
    generationTime: time32FromMillis(nowMillis),
    type: 'explicit',
    tbsCert: {
      id: { kind: 'none', value: null },
      cracaId: new Uint8Array(3),
      crlSeries: 0,
      validityPeriod: {
        start: time32FromMillis(periodStartMillis(ccsa.epochMillis, wish.iMin)),
        duration: { kind: 'hours', value: HOURS_A_WEEK * wish.weeks },
      },
      region: FLEET_REGION,
      appPermissions: permissionsOf(wish),
      verifyKeyIndicator: {
        kind: 'verificationKey',
        value: sm2VerificationKey(sm2PublicKey(vehicle.signingKey)),
      },
    },
    additionalParams: {
      kind: 'original',
      value: {
        signingExpansion: { kind: 'sm4', value: vehicle.signingExpansion },
        encryptionKey: sm2EncryptionKey(sm2PublicKey(vehicle.encryptionKey)),
        encryptionExpansion: { kind: 'sm4', value: vehicle.encryptionExpansion },
      },
    },
  } as const;
  return signRequest(
    {
      version: ccsa.scmsVersion,
      content: { kind: 'ee-ra', value: { kind: 'eeRaCertRequest', value: content } },
    },
    enrolmentSignerOf(vehicle),
  );
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64'));

/** The vehicle as a line of text, without its end. */
export const vehicleLine = (vehicle: AskedVehicle): string =>
  [
    certificateToBytes(vehicle.enrolment),
    vehicle.enrolmentKey,
    vehicle.signingKey,
    vehicle.encryptionKey,
    vehicle.signingExpansion,
    vehicle.encryptionExpansion,
    vehicle.requestHash,
  ]
    .map(base64)
    .join(' ');

/** What `vehicleLine` wrote. */
export function vehicleFromLine(line: string): AskedVehicle {
  const [enrolment, ...parts] = line.split(' ').map(bytesOf);
  const [enrolmentKey, signingKey, encryptionKey, signingExpansion, encryptionExpansion, requestHash] = parts;
  return {
    enrolment: certificateFromBytes(enrolment ?? new Uint8Array()),
    ...({ enrolmentKey, signingKey, encryptionKey, signingExpansion, encryptionExpansion, requestHash } as Omit<
      AskedVehicle,
      'enrolment'
    >),
  };
}
