/**
 * The pre-linkage values of a chain, each sealed for the PCA alone: equal in size, a fresh nonce each, and with LA, period
 * and PCA inside, so that a value moved elsewhere is noticed (LK1, LK2).
 */
import { encode, type Infer } from '#coer/codec.js';
import { nextLinkageSeed, preLinkageValues } from '#crypto/linkage.js';
import type { Random } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';
import { sealShared } from '#credentials/sealing.js';
import { SealedPreLinkageValue } from '#edges/la-pca/shared-key.js';
import type { EncryptedIndividualLV } from '#wire/scms-pdu.js';

const VERSION = 1;
type SealedValue = Infer<typeof EncryptedIndividualLV>;

export interface ValueSpan {
  readonly iMin: number;
  readonly iMax: number;
  readonly jMax: number;
}

export interface SealingFor {
  readonly laId: Uint8Array;
  /** HashedId8 of the PCA's certificate. */
  readonly pcaId: Uint8Array;
  /** The 16-byte key shared with that PCA for a period. */
  readonly periodKey: (i: number) => Uint8Array;
  readonly random: Random;
}

/** values[i − iMin][j], from ls(iMin). Gives way to other work after each period. */
export async function sealValues(seed: Uint8Array, span: ValueSpan, to: SealingFor): Promise<SealedValue[][]> {
  const indices = Array.from({ length: span.jMax }, (_, j) => j);
  const rows: SealedValue[][] = [];
  let current: Uint8Array = seed.slice();
  for (let i = span.iMin; i <= span.iMax; i++) {
    rows.push(preLinkageValues(smSuite, to.laId, current, indices).map((value) => sealValue(value, i, to)));
    const next = nextLinkageSeed(smSuite, to.laId, current);
    current.fill(0);
    current = next;
    await new Promise((resolve) => setImmediate(resolve));
  }
  current.fill(0);
  return rows;
}

function sealValue(value: Uint8Array, iValue: number, to: SealingFor): SealedValue {
  const plaintext = encode(SealedPreLinkageValue, { laId: to.laId, iValue, pcaId: to.pcaId, value });
  return { version: VERSION, laId: to.laId, 'enc-lv': sealShared(plaintext, to.periodKey(iValue), to.random) };
}
