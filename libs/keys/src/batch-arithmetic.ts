/**
 * The arithmetic that a registration authority and a pseudonym CA do for hundreds of certificates at a time, and that needs
 * no key of theirs. In this thread (`arithmeticHere`) or in the workers of a pool (`pool-device.ts`); both pass
 * `batch-arithmetic.conformance.fixture.ts`. A batch gives its results in the order of its items and refuses as a whole:
 * wrong shapes with the RangeError or TypeError of the function that it does many times.
 */
import { requireBytes } from '#crypto/argument.js';
import { blindCocoonKey, expandCocoonKeys, type CaterpillarKeys, type CocoonKeys } from '#crypto/butterfly.js';
import { sm2EncryptUnsafe, sm2VerifierFor, type Sm2WrappedKey } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { inTurns } from './in-turns.js';

export interface SignedMessage {
  message: Uint8Array;
  /** 64 bytes. */
  signature: Uint8Array;
}

export interface KeyToWrap {
  /** For whom, 33 bytes. */
  publicKey: Uint8Array;
  /** What is wrapped, 16 bytes. */
  key: Uint8Array;
  /** The ephemeral scalar, 32 bytes in [1, n−1], of the caller's own dice: used twice it uncovers both keys. */
  scalar: Uint8Array;
}

export interface KeyToBlind {
  /** B, 33 bytes. */
  cocoonKey: Uint8Array;
  /** 32 bytes in [1, n−1]. */
  c: Uint8Array;
}

export interface BatchArithmetic {
  /** `expandCocoonKeys` with SM2 for each i, one after the other: i₀'s keys of all j, then those of i₁. */
  expandBatch(caterpillar: CaterpillarKeys, periods: readonly number[], jCount: number): Promise<CocoonKeys[]>;

  /** `blindCocoonKey` with SM2 for many cocoon keys, each with its own c. */
  blindBatch(items: readonly KeyToBlind[]): Promise<Uint8Array[]>;

  /** `sm2Verify` for many messages, under one public key (33 bytes) and one ID. */
  verifyBatch(publicKey: Uint8Array, id: Uint8Array, signed: readonly SignedMessage[]): Promise<boolean[]>;

  /** `sm2Wrap` for many, with the scalars handed in, so that a repeated batch gives the same bytes. */
  wrapBatch(items: readonly KeyToWrap[]): Promise<Sm2WrappedKey[]>;
}

/** Between two turns other work of the thread is served: some ten milliseconds in the engine. */
const PERIODS_A_TURN = 16;
const ITEMS_A_TURN = 64;

/** Batches in this thread, in turns. */
export const arithmeticHere: BatchArithmetic = {
  expandBatch: async (caterpillar, periods, jCount) => {
    const expanded = await inTurns(periods, PERIODS_A_TURN, (some) =>
      some.map((i) => expandCocoonKeys(smSuite, caterpillar, i, jCount)),
    );
    return expanded.flat();
  },
  blindBatch: async (items) =>
    inTurns(items, ITEMS_A_TURN, (some) => some.map(({ cocoonKey, c }) => blindCocoonKey(smSuite, cocoonKey, c))),
  verifyBatch: async (publicKey, id, signed) => {
    const isGood = sm2VerifierFor(publicKey);
    return inTurns(signed, ITEMS_A_TURN, (some) =>
      some.map(({ message, signature }) => isGood(id, message, signature)),
    );
  },
  wrapBatch: async (items) => inTurns(items, ITEMS_A_TURN, (some) => some.map(wrapped)),
};

function wrapped({ publicKey, key, scalar }: KeyToWrap): Sm2WrappedKey {
  requireBytes('key', key, 16);
  const made = sm2EncryptUnsafe(publicKey, key, scalar);
  if (made === undefined) throw new RangeError('scalar: gives an all-zero mask');
  return made;
}
