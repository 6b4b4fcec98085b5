/** An item as an ARA would send it for a roadside unit in Beijing: right in everything that a test does not change. */
import { encode } from '#coer/codec.js';
import { DEFAULT_SM2_ID, newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { ccsa } from '#credentials/profile.js';
import { possessionInputOfHash, type IssueApplication } from '#edges/aca-ara/issue-application.js';
import { memoryDevice } from '#keys/software-device.js';
import type { GeographicRegion } from '#wire/base-types.js';
import { RaAcaCertRequest } from '#wire/scms-pdu.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';

export const circleIn = (latitude: number, radius = 500): GeographicRegion => ({
  kind: 'circularRegion',
  value: { center: { latitude, longitude: 1_164_000_000 }, radius },
});
export const BEIJING = circleIn(399_000_000);

/** The keys of one device: to be certified, and for the answer. */
export async function testKeys() {
  const privateKey = newSm2PrivateKey(systemRandom);
  const device = memoryDevice(systemRandom);
  const sign = sm2SignerFor(privateKey);
  return {
    publicKey: sm2PublicKey(privateKey),
    answerKey: await device.createKey('answer'),
    sign: (message: Uint8Array) => sign(DEFAULT_SM2_ID, message),
    unwrap: (wrapped: Parameters<typeof device.unwrap>[1]) => device.unwrap('answer', wrapped),
  };
}
export type TestKeys = Awaited<ReturnType<typeof testKeys>>;

export interface ItemChange {
  readonly tbs?: Partial<ToBeSignedCertificate>;
  readonly item?: Partial<RaAcaCertRequest>;
  /** Signs in the place of the key to be certified. */
  readonly possession?: (message: Uint8Array) => Uint8Array;
  readonly requestHash?: Uint8Array;
}

export function testItem(keys: TestKeys, nowMillis: number, change: ItemChange = {}): IssueApplication {
  const tbsCert: ToBeSignedCertificate = {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: { start: time32FromMillis(nowMillis), duration: { kind: 'hours', value: 24 } },
    region: BEIJING,
    appPermissions: [{ psid: 113 }, { psid: 3620 }],
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(keys.publicKey) },
    ...change.tbs,
  };
  const item = encode(RaAcaCertRequest, {
    version: ccsa.scmsVersion,
    generationTime: time32FromMillis(nowMillis),
    flags: new Set<never>(),
    linkageInfo: undefined,
    certEncKey: sm2EncryptionKey(keys.answerKey),
    tbsCert,
    ...change.item,
  });
  const requestHash = change.requestHash ?? sm3(systemRandom.bytes(16));
  const possession = (change.possession ?? keys.sign)(possessionInputOfHash(requestHash));
  return { item, requestHash, possession };
}
