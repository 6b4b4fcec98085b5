/**
 * What differs between the standards' families, in one object: identifiers, versions, orders of fields, the calendar.
 * No other file asks which profile it is in.
 */
import { concat } from '#crypto/bytes.js';

export interface Profile {
  readonly name: 'ccsa' | 'ieee';
  /** `version` of ScmsPdu and of everything in it. */
  readonly scmsVersion: number;
  readonly aid: {
    readonly management: number;
    readonly crl: number;
    readonly misbehaviour: number;
    readonly bsm: number;
  };
  /** First moment of period 0, Unix milliseconds. */
  readonly epochMillis: number;
  /** The two encrypted fields behind the point of EcencP256EncryptedKey. */
  joinEncryptedKey(c: Uint8Array, t: Uint8Array): Uint8Array;
  splitEncryptedKey(cAndT: Uint8Array): { c: Uint8Array; t: Uint8Array };
}

/** YD/T 3957-2021. The AID for misbehaviour reports is our proposal (docs/choices.md). */
export const ccsa: Profile = {
  name: 'ccsa',
  scmsVersion: 1,
  aid: { management: 3627, crl: 3628, misbehaviour: 3629, bsm: 111 },
  epochMillis: Date.UTC(2020, 0, 6, 20),
  joinEncryptedKey: (c, t) => concat(t, c),
  splitEncryptedKey: (cAndT) => ({ t: cAndT.subarray(0, 32), c: cAndT.subarray(32) }),
};

/** IEEE 1609.2-2022 and 1609.2.1-2022 with SM2 keys; period 0 starts 2015-01-06T09:00:00Z. */
export const ieee: Profile = {
  name: 'ieee',
  scmsVersion: 2,
  aid: { management: 35, crl: 256, misbehaviour: 38, bsm: 32 },
  epochMillis: Date.UTC(2015, 0, 6, 9),
  joinEncryptedKey: (c, t) => concat(c, t),
  splitEncryptedKey: (cAndT) => ({ c: cAndT.subarray(0, 16), t: cAndT.subarray(16) }),
};
