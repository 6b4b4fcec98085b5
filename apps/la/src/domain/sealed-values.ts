/**
 * The pre-linkage values of chains, each sealed for the PCA alone: equal in size, a fresh nonce each, and with LA, period
 * and PCA inside, so that a value moved elsewhere is noticed (LK1, LK2).
 */
import { encode, type Infer } from '#coer/codec.js';
import { nextLinkageSeed, preLinkageValuesOfMany } from '#crypto/linkage.js';
import type { Random } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';
import { sealSharedMany } from '#credentials/sealing.js';
import { SealedPreLinkageValue } from '#edges/la-pca/shared-key.js';
import type { EncryptedIndividualLV } from '#wire/scms-pdu.js';

const VERSION = 1;
const VALUE_BYTES = 9;
/** Between two turns other work is served: some three milliseconds with twenty values a chain. */
const CHAINS_A_TURN = 64;
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

/** values[chain][i − iMin][j], from each chain's ls(iMin), which is not changed. */
export async function sealValues(
  seeds: readonly Uint8Array[],
  span: ValueSpan,
  to: SealingFor,
): Promise<SealedValue[][][]> {
  const values: SealedValue[][][] = [];
  for (let at = 0; at < seeds.length; at += CHAINS_A_TURN) {
    values.push(...(await sealTurn(seeds.slice(at, at + CHAINS_A_TURN), span, to)));
  }
  return values;
}

/** A chain on its way through the periods. */
interface Walk {
  seed: Uint8Array;
  readonly rows: SealedValue[][];
}

async function sealTurn(
  seeds: readonly Uint8Array[],
  { iMin, iMax, jMax }: ValueSpan,
  to: SealingFor,
): Promise<SealedValue[][][]> {
  const chains = seeds.map((seed): Walk => ({ seed: seed.slice(), rows: [] }));
  for (let i = iMin; i <= iMax; i++) {
    const current = chains.map(({ seed }) => seed);
    const sealed = sealPeriod(current, { i, jMax }, to);
    chains.forEach((chain, n) => {
      chain.rows.push(sealed.slice(n * jMax, (n + 1) * jMax));
      const next = nextLinkageSeed(smSuite, to.laId, chain.seed);
      chain.seed.fill(0);
      chain.seed = next;
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { seed } of chains) seed.fill(0);
  return chains.map(({ rows }) => rows);
}

/** The values of one period, chain after chain. */
function sealPeriod(
  seeds: readonly Uint8Array[],
  { i, jMax }: { i: number; jMax: number },
  { laId, pcaId, periodKey, random }: SealingFor,
): SealedValue[] {
  const values = preLinkageValuesOfMany(smSuite, laId, seeds, jMax);
  const plaintexts = laidOut(values, { laId, iValue: i, pcaId });
  const sealed = sealSharedMany(plaintexts, seeds.length * jMax, periodKey(i), random);
  values.fill(0);
  plaintexts.fill(0);
  return sealed.map((one) => ({ version: VERSION, laId, 'enc-lv': one }));
}

/** The encoded SealedPreLinkageValue of each value, one after the other: all are alike but for the value at the end. */
function laidOut(values: Uint8Array, around: Omit<SealedPreLinkageValue, 'value'>): Uint8Array {
  const alike = encode(SealedPreLinkageValue, { ...around, value: new Uint8Array(VALUE_BYTES) });
  const laid = new Uint8Array((values.length / VALUE_BYTES) * alike.length);
  for (let from = 0, to = 0; from < values.length; from += VALUE_BYTES, to += alike.length) {
    laid.set(alike, to);
    laid.set(values.subarray(from, from + VALUE_BYTES), to + alike.length - VALUE_BYTES);
  }
  return laid;
}
