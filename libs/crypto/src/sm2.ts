/** SM2 of GB/T 32918-2016 by the implementation that ENGINE chooses. What each function promises is said in sm2-face.ts. */
import { requireBytes } from './argument.js';
import { bytes32, concat } from './bytes.js';
import { constantTimeEqual } from './equal.js';
import { chooseEngine } from './engine.config.js';
import * as engine from './engine/sm2.js';
import type { Random } from './random.js';
import * as reference from './reference/sm2.js';
import type { Sm2, Sm2WrappedKey } from './sm2-face.js';
import { identityHash } from './sm2-identity.js';
import { sm3 } from './sm3.js';

export type { Sm2KeyToWrap, Sm2SignedMessage, Sm2Signer, Sm2Verifier, Sm2WrappedKey } from './sm2-face.js';

export const {
  isSm2PublicKey,
  isSm2Scalar,
  sm2AddBaseEach,
  sm2AddBaseMany,
  sm2AddPoints,
  sm2AddScalars,
  sm2CocoonKeys,
  sm2CompressPoint,
  sm2DecompressPoint,
  sm2Decrypt,
  sm2EncryptUnsafe,
  sm2Expansion,
  sm2Multiply,
  sm2MultiplyAddScalars,
  sm2PublicKey,
  sm2PublicKeys,
  sm2SignDigestUnsafe,
  sm2SignerFor,
  sm2VerifierFor,
  sm2Verify,
  sm2VerifyDigest,
  sm2WrapManyUnsafe,
} = chooseEngine<Sm2>(engine, reference);

/** n, the number of points. */
export const SM2_ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

/** The ID of self-signed objects, ASCII "1234567812345678" (GM/T 0009-2012 10; YD/T 3957-2021 Annex D.2). */
export const DEFAULT_SM2_ID: Uint8Array = new TextEncoder().encode('1234567812345678');

const LARGEST_SCALAR = bytes32(SM2_ORDER - 1n);

/** A fresh scalar in [1, n−1], by rejection: 32 bytes a draw. */
function newScalar(random: Random, isWanted: (scalar: Uint8Array) => boolean): Uint8Array {
  // A draw is refused about once in 2^32; a source that is stuck must end in an error, not in a loop.
  for (let draws = 0; draws < 16; draws++) {
    const scalar = random.bytes(32);
    if (isSm2Scalar(scalar) && isWanted(scalar)) return scalar;
  }
  throw new Error('random: 16 draws in a row were no scalar of the curve, the source is broken');
}

/** A fresh private key in [1, n−2] (GB/T 32918.1-2016 6.1): n−1 cannot sign, because 1 + d has no inverse. */
export function newSm2PrivateKey(random: Random): Uint8Array {
  return newScalar(random, (scalar) => !constantTimeEqual(scalar, LARGEST_SCALAR));
}

/** P + k·G; refuses a sum at infinity. */
export function sm2AddBase(point: Uint8Array, scalar: Uint8Array): Uint8Array {
  return sm2AddBaseMany(point, [scalar])[0] as Uint8Array;
}

/**
 * e = SM3(Z ‖ message), 32 bytes. `id` is at most 8191 bytes. YD/T 3957-2021 D.2: the ID of an object signed with a
 * certificate is SM3 of that whole certificate, and the default ID when it is self-signed.
 */
export function sm2Digest(publicKey: Uint8Array, id: Uint8Array, message: Uint8Array): Uint8Array {
  requireBytes('publicKey', publicKey, 33);
  if (!isSm2PublicKey(publicKey)) throw new RangeError('publicKey: not a point of the curve');
  requireBytes('message', message);
  const { x, y } = sm2DecompressPoint(publicKey);
  return sm3(identityHash(sm3, concat(x, y), id), message);
}

/** The signature of a message, 64 bytes r ‖ s, by a private key in [1, n−2]: the same input gives the same bytes. */
export function sm2Sign(privateKey: Uint8Array, id: Uint8Array, message: Uint8Array): Uint8Array {
  const signer = sm2SignerFor(privateKey);
  const signature = signer(id, message);
  signer.wipe();
  return signature;
}

/** Wraps a 16-byte key for the holder of a public key. */
export function sm2Wrap(publicKey: Uint8Array, key16: Uint8Array, random: Random): Sm2WrappedKey {
  requireBytes('key16', key16, 16);
  for (let draws = 0; draws < 16; draws++) {
    const wrapped = sm2EncryptUnsafe(
      publicKey,
      key16,
      newScalar(random, () => true),
    );
    if (wrapped !== undefined) return wrapped;
  }
  throw new Error('random: 16 draws in a row gave an all-zero mask, the source is broken');
}

/** As `sm2Decrypt` for a wrapped key of 16 bytes. */
export function sm2Unwrap(privateKey: Uint8Array, wrapped: Sm2WrappedKey): Uint8Array | undefined {
  requireBytes('wrapped.c', wrapped.c, 16);
  return sm2Decrypt(privateKey, wrapped);
}
