/**
 * The arithmetic that a registration authority and a pseudonym CA do for hundreds of certificates at a time, and that needs
 * no key of theirs. In this thread (`arithmeticHere`) or in the workers of a pool (`pool-device.ts`); both pass
 * `batch-arithmetic.conformance.fixture.ts`. A batch gives its results in the order of its items and refuses as a whole:
 * wrong shapes with the RangeError or TypeError of the function that it does many times.
 */
import {
  blindCocoonKeys,
  expandCocoonPeriods,
  type CaterpillarKeys,
  type CocoonKeys,
  type KeyToBlind,
} from '#crypto/butterfly.js';
import {
  sm2VerifierFor,
  sm2WrapManyUnsafe,
  type Sm2KeyToWrap,
  type Sm2SignedMessage,
  type Sm2Verifier,
  type Sm2WrappedKey,
} from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { inTurns } from './in-turns.js';

export interface BatchArithmetic {
  /** `expandCocoonKeys` with SM2 for each i, one after the other: i₀'s keys of all j, then those of i₁. */
  expandBatch(caterpillar: CaterpillarKeys, periods: readonly number[], jCount: number): Promise<CocoonKeys[]>;

  /** `blindCocoonKey` with SM2 for many cocoon keys, each with its own c. */
  blindBatch(items: readonly KeyToBlind[]): Promise<Uint8Array[]>;

  /** `sm2Verify` for many messages, under one public key (33 bytes) and one ID. */
  verifyBatch(publicKey: Uint8Array, id: Uint8Array, signed: readonly Sm2SignedMessage[]): Promise<boolean[]>;

  /**
   * `sm2Wrap` for many, with the scalars handed in, so that a repeated batch gives the same bytes. They are of the caller's own
   * dice: one used twice uncovers both keys.
   */
  wrapBatch(items: readonly Sm2KeyToWrap[]): Promise<Sm2WrappedKey[]>;
}

/**
 * Between two turns other work of the thread is served: some twenty milliseconds in the engine, which does so many side by
 * side.
 */
const PERIODS_A_TURN = 16;
const ITEMS_A_TURN = 256;

/** Batches in this thread, in turns. */
export const arithmeticHere: BatchArithmetic = {
  expandBatch: async (caterpillar, periods, jCount) =>
    inTurns(periods, PERIODS_A_TURN, (some) => expandCocoonPeriods(smSuite, caterpillar, some, jCount)),
  blindBatch: async (items) => inTurns(items, ITEMS_A_TURN, (some) => blindCocoonKeys(smSuite, some)),
  verifyBatch: async (publicKey, id, signed) => {
    const verifier = verifierFor(publicKey);
    return inTurns(signed, ITEMS_A_TURN, (some) => verifier.all(id, some));
  },
  wrapBatch: async (items) => inTurns(items, ITEMS_A_TURN, (some) => sm2WrapManyUnsafe(some).map(wrapped)),
};

/** The verifier that was asked for last: a CA checks its own signatures, and making its tables takes as long as a hundred. */
let last: { readonly publicKey: Uint8Array; readonly verifier: Sm2Verifier } | undefined;

function verifierFor(publicKey: Uint8Array): Sm2Verifier {
  if (last === undefined || Buffer.compare(last.publicKey, publicKey) !== 0)
    last = { publicKey: publicKey.slice(), verifier: sm2VerifierFor(publicKey) };
  return last.verifier;
}

function wrapped(made: Sm2WrappedKey | undefined): Sm2WrappedKey {
  if (made === undefined) throw new RangeError('scalar: gives an all-zero mask');
  return made;
}
