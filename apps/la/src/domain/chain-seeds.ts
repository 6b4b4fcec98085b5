/**
 * Chains and their seeds. A chain is one random seed ls(i) of a period and moves forward only: the seed of a period that is
 * over exists nowhere (LK5). At rest a seed is sealed under a label of its period, which is destroyed with the period.
 */
import { advanceLinkageSeed } from '#crypto/linkage.js';
import type { Random } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';

export const CHAIN_ID_BYTES = 16;
const SEED_BYTES = 16;

/** A chain as it is kept. `sealedSeed` is ls(baseI); `iMax` is the last period that values were given for. */
export interface StoredChain {
  readonly chainId: Uint8Array;
  readonly baseI: number;
  readonly sealedSeed: Uint8Array;
  readonly iMax: number;
}

/** Protection at rest under a label; of the crypto device. */
export interface SeedVault {
  seal(label: string, plaintext: Uint8Array): Promise<Uint8Array>;
  open(label: string, sealed: Uint8Array): Promise<Uint8Array | undefined>;
}

const LABEL = /^seeds-(\d+)$/;
export const seedLabel = (i: number): string => `seeds-${i}`;
/** The period of a label made by `seedLabel`. */
export function labelPeriod(label: string): number | undefined {
  const match = LABEL.exec(label);
  return match === null ? undefined : Number(match[1]);
}

/** A chain and its ls(baseI), 16 bytes, which whoever is given it zeroes. */
export interface OpenChain {
  readonly chain: StoredChain;
  readonly seed: Uint8Array;
}

/** A fresh chain whose seed belongs to the current period. */
export async function newChain(
  at: { currentI: number; iMax: number },
  random: Random,
  vault: SeedVault,
): Promise<OpenChain> {
  const seed = random.bytes(SEED_BYTES);
  const sealedSeed = await vault.seal(seedLabel(at.currentI), seed);
  const chain = { chainId: random.bytes(CHAIN_ID_BYTES), baseI: at.currentI, sealedSeed, iMax: at.iMax };
  return { chain, seed };
}

/** ls(i) of a chain, 16 bytes; `i` not before the period it stands at. */
export async function seedAt(chain: StoredChain, i: number, laId: Uint8Array, vault: SeedVault): Promise<Uint8Array> {
  const seed = await vault.open(seedLabel(chain.baseI), chain.sealedSeed);
  if (seed === undefined) throw new Error('a stored seed does not open');
  const reached = advanceLinkageSeed(smSuite, laId, seed, i - chain.baseI);
  seed.fill(0);
  return reached;
}

/** The same chain standing at period `i`: what was before cannot be had from it any more. */
export async function advanceChain(
  chain: StoredChain,
  i: number,
  laId: Uint8Array,
  vault: SeedVault,
): Promise<StoredChain> {
  const seed = await seedAt(chain, i, laId, vault);
  const sealedSeed = await vault.seal(seedLabel(i), seed);
  seed.fill(0);
  return { ...chain, baseI: i, sealedSeed };
}
