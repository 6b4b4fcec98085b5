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

/** lv = plv1 ⊕ plv2, 9 bytes. */
export function linkageValue(plv1: Uint8Array, plv2: Uint8Array): Uint8Array {
  requireBytes('plv1', plv1, LINKAGE_VALUE_BYTES);
  requireBytes('plv2', plv2, LINKAGE_VALUE_BYTES);
  return xor(plv1, plv2);
}

/** One revoked chain as lists have it: the ids (2 bytes) and seeds (16 bytes) of both LAs. */
export interface LinkageChain {
  readonly la1Id: Uint8Array;
  readonly seed1: Uint8Array;
  readonly la2Id: Uint8Array;
  readonly seed2: Uint8Array;
}

function judgeChain(chain: LinkageChain): void {
  requireBytes('la1Id', chain.la1Id, LA_ID_BYTES);
  requireBytes('seed1', chain.seed1, SEED_BYTES);
  requireBytes('la2Id', chain.la2Id, LA_ID_BYTES);
  requireBytes('seed2', chain.seed2, SEED_BYTES);
}

/**
 * The linkage values of many chains, `steps` (0 … 4096) periods after their seeds: for each chain those of
 * j = 0 … jCount−1 (jCount at most 256), 9 bytes each, one after the other without gaps.
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
  return suite === smSuite ? smLinkageValues(chains, steps, jCount) : linkageValuesBy(suite, chains, steps, jCount);
}

/** As `linkageValues`, of one value after the other; shapes have been judged. */
export function linkageValuesBy(
  suite: Suite,
  chains: readonly LinkageChain[],
  steps: number,
  jCount: number,
): Uint8Array {
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
