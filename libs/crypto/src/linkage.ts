/**
 * Linkage values (IEEE 1609.2.1-2022 9.3.7 seedEvoFn1, lvGenFn1; YD/T 3957-2021 Annex I): what lets receivers recognise a
 * revoked device from a published seed on, and nothing before it. Seeds go forward only; there is no function for the way back.
 */
import { requireBytes, requireInteger } from './argument.js';
import { concat, uint32, xor } from './bytes.js';
import { chooseEngine } from './engine.config.js';
import * as engine from './engine/linkage.js';
import { smSuite, type Suite } from './suite.js';

const SEED_BYTES = 16;
const LA_ID_BYTES = 2;
const LINKAGE_VALUE_BYTES = 9;
const NOTHING = new Uint8Array();
/** A walk longer than this is a mistake or an attack: 4096 weeks are 78 years. */
const MOST_STEPS = 4096;
/** More values a period than any profile asks for (jMax is one byte in IEEE 1609.2.1 CRL entries). */
const MOST_VALUES_A_PERIOD = 256;

function judge(laId: Uint8Array, seed: Uint8Array): void {
  requireBytes('laId', laId, LA_ID_BYTES);
  requireBytes('seed', seed, SEED_BYTES);
}

/** ls(i) = first 16 bytes of H(la_id ‖ ls(i−1) ‖ 0^112). Group seeds step the same way. */
export function nextLinkageSeed(suite: Suite, laId: Uint8Array, seed: Uint8Array): Uint8Array {
  judge(laId, seed);
  return suite.hash(laId, seed, new Uint8Array(14)).slice(0, SEED_BYTES);
}

/** The seed `steps` periods later; 0 … 4096 steps. */
export function advanceLinkageSeed(suite: Suite, laId: Uint8Array, seed: Uint8Array, steps: number): Uint8Array {
  judge(laId, seed);
  requireInteger('steps', steps, 0, MOST_STEPS);
  let current: Uint8Array = seed.slice();
  for (let step = 0; step < steps; step++) current = nextLinkageSeed(suite, laId, current);
  return current;
}

/** plv(i, j) = first 9 bytes of E_ls(i)(x) ⊕ x, with x = la_id ‖ j ‖ 0^80. */
export function preLinkageValue(suite: Suite, laId: Uint8Array, seed: Uint8Array, j: number): Uint8Array {
  return preLinkageValues(suite, laId, seed, [j])[0] as Uint8Array;
}

/** As `preLinkageValue` for several j, in their order: the seed is expanded as a cipher key once. */
export function preLinkageValues(suite: Suite, laId: Uint8Array, seed: Uint8Array, js: number[]): Uint8Array[] {
  judge(laId, seed);
  const encrypt = suite.blockCipher(seed);
  return js.map((j) => {
    requireInteger('j', j, 0, 0xffffffff);
    const x = concat(laId, uint32(j), new Uint8Array(10));
    return xor(encrypt(x), x).slice(0, LINKAGE_VALUE_BYTES);
  });
}

/**
 * The pre-linkage values of many seeds of one LA: for each seed those of j = 0 … jCount−1 (jCount at most 256), 9 bytes each,
 * one after the other without gaps.
 */
export function preLinkageValuesOfMany(
  suite: Suite,
  laId: Uint8Array,
  seeds: readonly Uint8Array[],
  jCount: number,
): Uint8Array {
  requireBytes('laId', laId, LA_ID_BYTES);
  for (const seed of seeds) requireBytes('seed', seed, SEED_BYTES);
  requireInteger('jCount', jCount, 0, MOST_VALUES_A_PERIOD);
  if (suite === smSuite) return smPreLinkageValuesOfMany(laId, seeds, jCount);
  return preLinkageValuesOfManyBy(suite, laId, seeds, jCount);
}

/** As `preLinkageValuesOfMany`, of one seed after the other; shapes have been judged. */
export function preLinkageValuesOfManyBy(
  suite: Suite,
  laId: Uint8Array,
  seeds: readonly Uint8Array[],
  jCount: number,
): Uint8Array {
  const js = Array.from({ length: jCount }, (_, j) => j);
  return concat(...seeds.flatMap((seed) => preLinkageValues(suite, laId, seed, js)));
}

const smPreLinkageValuesOfMany = chooseEngine(
  engine.preLinkageValuesOfMany,
  preLinkageValuesOfManyBy.bind(undefined, smSuite),
);

/** lv = plv1 ⊕ plv2, 9 bytes. Where a domain has one LA (YD/T 3957-2021), lv is its pre-linkage value, and nothing is combined. */
export function linkageValue(plv1: Uint8Array, plv2: Uint8Array): Uint8Array {
  requireBytes('plv1', plv1, LINKAGE_VALUE_BYTES);
  requireBytes('plv2', plv2, LINKAGE_VALUE_BYTES);
  return xor(plv1, plv2);
}

/** One revoked chain as lists have it: id (2 bytes) and seed (16 bytes) of each LA; the second's are absent where there is one. */
export interface LinkageChain {
  readonly la1Id: Uint8Array;
  readonly seed1: Uint8Array;
  readonly la2Id?: Uint8Array | undefined;
  readonly seed2?: Uint8Array | undefined;
}

/** A chain of two LAs. */
export type ChainPair = { readonly [K in keyof LinkageChain]-?: Uint8Array };
const isPair = (chain: LinkageChain): chain is ChainPair => chain.la2Id !== undefined;

function judgeChain(chain: LinkageChain): void {
  requireBytes('la1Id', chain.la1Id, LA_ID_BYTES);
  requireBytes('seed1', chain.seed1, SEED_BYTES);
  // Half of a second LA would make values of the first alone out of a pair.
  if (chain.la2Id === undefined && chain.seed2 === undefined) return;
  requireBytes('la2Id', chain.la2Id ?? NOTHING, LA_ID_BYTES);
  requireBytes('seed2', chain.seed2 ?? NOTHING, SEED_BYTES);
}

/**
 * The linkage values of many chains, of one LA or of two, `steps` (0 … 4096) periods after their seeds: for each chain
 * those of j = 0 … jCount−1 (jCount at most 256), 9 bytes each, one after the other without gaps.
 */
export function linkageValues(
  suite: Suite,
  chains: readonly LinkageChain[],
  steps: number,
  jCount: number,
): Uint8Array {
  requireInteger('steps', steps, 0, MOST_STEPS);
  requireInteger('jCount', jCount, 0, MOST_VALUES_A_PERIOD);
  chains.forEach(judgeChain);
  const ofPairs = (pairs: readonly ChainPair[]): Uint8Array =>
    suite === smSuite ? smLinkageValues(pairs, steps, jCount) : linkageValuesBy(suite, pairs, steps, jCount);
  if (chains.every(isPair)) return ofPairs(chains);
  const bytesOfEach = jCount * LINKAGE_VALUE_BYTES;
  const values = new Uint8Array(chains.length * bytesOfEach);
  for (const places of placesByLa(chains)) {
    const some = places.map((place) => chains[place] as LinkageChain);
    const part = some.every(isPair) ? ofPairs(some) : valuesOfOneLa(suite, some, steps, jCount);
    places.forEach((place, n) =>
      values.set(part.subarray(n * bytesOfEach, (n + 1) * bytesOfEach), place * bytesOfEach),
    );
  }
  return values;
}

/** Where the pairs stand, and where the chains of each LA that is alone. */
function placesByLa(chains: readonly LinkageChain[]): number[][] {
  const places = new Map<number | 'pairs', number[]>();
  for (const [place, chain] of chains.entries()) {
    const [high, low] = chain.la1Id as unknown as [number, number];
    const kind = isPair(chain) ? 'pairs' : (high << 8) | low;
    const those = places.get(kind);
    if (those === undefined) places.set(kind, [place]);
    else those.push(place);
  }
  return [...places.values()];
}

/** The linkage value is the pre-linkage value of the one LA. */
function valuesOfOneLa(suite: Suite, chains: readonly LinkageChain[], steps: number, jCount: number): Uint8Array {
  const { la1Id } = chains[0] as LinkageChain;
  const seeds = chains.map(({ seed1 }) => advanceLinkageSeed(suite, la1Id, seed1, steps));
  return preLinkageValuesOfMany(suite, la1Id, seeds, jCount);
}

/** As `linkageValues` for chains of two LAs, of one value after the other; shapes have been judged. */
export function linkageValuesBy(suite: Suite, chains: readonly ChainPair[], steps: number, jCount: number): Uint8Array {
  const js = Array.from({ length: jCount }, (_, j) => j);
  const side = (laId: Uint8Array, seed: Uint8Array): Uint8Array =>
    concat(...preLinkageValues(suite, laId, advanceLinkageSeed(suite, laId, seed, steps), js));
  const values = new Uint8Array(chains.length * jCount * LINKAGE_VALUE_BYTES);
  chains.forEach(({ la1Id, seed1, la2Id, seed2 }, n) => {
    values.set(xor(side(la1Id, seed1), side(la2Id, seed2)), n * jCount * LINKAGE_VALUE_BYTES);
  });
  return values;
}

const smLinkageValues = chooseEngine(engine.linkageValues, linkageValuesBy.bind(undefined, smSuite));

/** gplv(i, j): the pre-linkage value of a group seed, with a 32-bit j drawn for the device (CAMP glv.txt). */
export function groupPreLinkageValue(suite: Suite, laId: Uint8Array, groupSeed: Uint8Array, j: number): Uint8Array {
  return preLinkageValue(suite, laId, groupSeed, j);
}

/**
 * ei(j, k) = E_ik(x) ⊕ x with x = k ‖ j ‖ 0^64, 16 bytes: a group member's j, hidden under the key the two LAs share.
 * The label in CAMP glv.txt says j ‖ k, its bytes have k first.
 */
export function encryptedGroupIndex(suite: Suite, indexKey: Uint8Array, k: number, j: number): Uint8Array {
  requireBytes('indexKey', indexKey, 16);
  const x = concat(uint32(k), uint32(j), new Uint8Array(8));
  return xor(suite.encryptBlock(indexKey, x), x);
}
