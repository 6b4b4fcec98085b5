/** Items as an honest PRA makes them, LAs as honest LAs seal, and a PCA around them; tests bend one thing at a time. */
import { encode, type Infer } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey } from '#crypto/sm2.js';
import { hashedId3, hashedId8 } from '#credentials/certificate-facts.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { periodAt, periodValidity } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { sealShared } from '#credentials/sealing.js';
import { SealedPreLinkageValue } from '#edges/la-pca/shared-key.js';
import { arithmeticHere } from '#keys/batch-arithmetic.js';
import { VERIFICATION_KEY } from '#service/identity.js';
import { RaAcaCertRequest } from '#wire/scms-pdu.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { memoryIssuedStore, type MemoryIssuedStore } from '../store/issued.memory.fixture.js';
import type { PeriodKeyOf } from './combine-linkage.js';
import type { IssueAudit } from './issue-audit.js';
import type { IssueNeeds } from './issue-batch.js';
import { issuerOf } from './issuer.js';
import type { SealedLinkage } from './item.js';

export const twoLas = { profile: ccsa, linkageAuthorities: 2 } as const;
export const oneLa = { profile: ccsa, linkageAuthorities: 1 } as const;
export const LA1 = Uint8Array.of(0, 1);
export const LA2 = Uint8Array.of(0, 2);
export type Request = RaAcaCertRequest;
type Inside = Infer<typeof SealedPreLinkageValue>;

export interface ItemBench {
  readonly bench: Bench;
  readonly currentI: number;
  readonly pcaId: Uint8Array;
  readonly issued: MemoryIssuedStore;
  readonly needs: IssueNeeds;
  readonly keyOf: PeriodKeyOf;
  /** As an LA seals; `inside` bends what stands in it. */
  seal(laId: Uint8Array, i: number, inside?: Partial<Inside>, key?: Uint8Array): SealedLinkage;
  /** A good request for a fresh key; `change` bends it. */
  request(change?: (request: Request) => Request): Request;
  item(change?: (request: Request) => Request): Uint8Array;
}

export const silentAudit: IssueAudit = {
  intended: () => undefined,
  signed: () => undefined,
  unstored: () => undefined,
  voided: () => undefined,
};

export const freshKey = (): Uint8Array => sm2PublicKey(newSm2PrivateKey(systemRandom));
/** The same key for the same LA and period. */
const periodKey = (laId: Uint8Array, i: number): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, n) => (laId[1] as number) * 16 + i + n);

export async function itemBench(): Promise<ItemBench> {
  const bench = await authorityBench();
  const pca = bench.member('a-pca');
  const pcaId = hashedId8(pca.certificate);
  const currentI = periodAt(ccsa.epochMillis, bench.clock.nowMillis());
  const issued = memoryIssuedStore();
  const keyOf: PeriodKeyOf = (laId, i) => (i === currentI + 9 ? undefined : periodKey(laId, i));
  const seal: ItemBench['seal'] = (laId, i, inside = {}, key = periodKey(laId, i)) => {
    const plaintext = encode(SealedPreLinkageValue, {
      laId,
      iValue: i,
      pcaId,
      value: systemRandom.bytes(9),
      ...inside,
    });
    return { version: 1, laId, 'enc-lv': sealShared(plaintext, key, systemRandom) };
  };
  const generationTime = time32FromMillis(bench.clock.nowMillis());
  const request: ItemBench['request'] = (change = (same) => same) =>
    change({
      version: 1,
      generationTime,
      flags: new Set(['butterflyExplicit'] as const),
      linkageInfo: seal(LA1, currentI),
      secondLinkageInfo: seal(LA2, currentI),
      certEncKey: sm2EncryptionKey(freshKey()),
      tbsCert: {
        id: { kind: 'linkageData', value: { iCert: currentI, 'linkage-value': new Uint8Array(9) } },
        cracaId: new Uint8Array(3),
        crlSeries: 0,
        validityPeriod: periodValidity(ccsa.epochMillis, currentI),
        region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] },
        appPermissions: [{ psid: 111 }, { psid: 3629 }],
        verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(freshKey()) },
      },
    });
  return {
    bench,
    currentI,
    pcaId,
    issued,
    keyOf,
    seal,
    request,
    item: (change) => encode(RaAcaCertRequest, request(change)),
    needs: {
      ...twoLas,
      clock: bench.clock,
      issuer: issuerOf(pca.certificate, { device: pca.device, signingLabel: VERIFICATION_KEY }),
      arithmetic: arithmeticHere,
      issued,
      audit: silentAudit,
      periodKeys: async () => keyOf,
      crlPlace: () => ({ cracaId: hashedId3(bench.member('a-cra').certificate), crlSeries: 1 }),
    },
  };
}
