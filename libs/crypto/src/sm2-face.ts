/**
 * What both implementations of SM2 offer (GB/T 32918-2016, the curve of part 5 of 2017). Private keys and other scalars are
 * 32 bytes big-endian in [1, n−1], public keys and other points 33 bytes compressed, signatures 64 bytes r ‖ s.
 * Wrong shapes throw, naming the argument; a signature or a wrapped key that is not good is a value.
 */

/** A short text, mostly a 16-byte key, under an SM2 public key: C1, C2, C3 of GB/T 32918.4-2016. Their order on the wire is the profile's. */
export interface Sm2WrappedKey {
  /** C1, the ephemeral point, 33 bytes compressed. */
  readonly v: Uint8Array;
  /** C2, the masked key, 16 bytes. */
  readonly c: Uint8Array;
  /** C3 = SM3(x2 ‖ key ‖ y2), 32 bytes. */
  readonly t: Uint8Array;
}

/** Signs by one key many times. */
export interface Sm2Signer {
  /** 64 bytes r ‖ s. Refuses once the private key's array is zeroed, or after `wipe`. */
  (id: Uint8Array, message: Uint8Array): Uint8Array;
  /** A signature for each message, all under one ID: the same bytes, made together. */
  all(id: Uint8Array, messages: readonly Uint8Array[]): Uint8Array[];
  /** Zeroes what the signer keeps; afterwards it refuses. */
  wipe(): void;
}

/** P and k, of any curve. */
export interface PointAndScalar {
  /** 33 bytes. */
  readonly point: Uint8Array;
  /** 32 bytes in [1, n−1]. */
  readonly scalar: Uint8Array;
}

/** A key of 16 bytes, for whom, and the ephemeral scalar it is wrapped with. */
export interface Sm2KeyToWrap {
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** 32 bytes in [1, n−1]. */
  readonly scalar: Uint8Array;
}

export interface Sm2SignedMessage {
  readonly message: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** Verifies by one key many times; as `sm2Verify`. */
export interface Sm2Verifier {
  (id: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** The verdict on each, all under one ID: from 32 on they are verified side by side, by 148 KiB more of multiples. */
  all(id: Uint8Array, signed: readonly Sm2SignedMessage[]): boolean[];
}

export interface Sm2 {
  // ---- scalars
  /** Whether these are the 32 bytes of a number in [1, n−1]. */
  isSm2Scalar(bytes: Uint8Array): boolean;
  /** a + b mod n, 32 bytes; refuses a sum of zero. */
  sm2AddScalars(a: Uint8Array, b: Uint8Array): Uint8Array;
  /** a·b + c mod n, 32 bytes, which may be zero. */
  sm2MultiplyAddScalars(a: Uint8Array, b: Uint8Array, c: Uint8Array): Uint8Array;

  // ---- points
  /** d·G for d in [1, n−1]. */
  sm2PublicKey(privateKey: Uint8Array): Uint8Array;
  /** As `sm2PublicKey` for many keys, in their order: from 32 on they are made side by side. */
  sm2PublicKeys(privateKeys: readonly Uint8Array[]): Uint8Array[];
  /** Whether these are the 33 bytes of a compressed point of the curve. Infinity has no such bytes. */
  isSm2PublicKey(bytes: Uint8Array): boolean;
  /** The two 32-byte coordinates of a compressed point; refuses what is no point. */
  sm2DecompressPoint(compressed: Uint8Array): { x: Uint8Array; y: Uint8Array };
  /** The 33 bytes of a point given by its 32-byte coordinates; refuses what is off the curve. */
  sm2CompressPoint(x: Uint8Array, y: Uint8Array): Uint8Array;
  /** P + k·G for many k, in their order, with one inversion; refuses a sum at infinity. */
  sm2AddBaseMany(point: Uint8Array, scalars: readonly Uint8Array[]): Uint8Array[];
  /** P + k·G for many pairs of P and k, in their order; refuses a sum at infinity. */
  sm2AddBaseEach(items: readonly PointAndScalar[]): Uint8Array[];
  /** k·P. */
  sm2Multiply(point: Uint8Array, scalar: Uint8Array): Uint8Array;
  /** P + Q; refuses a sum at infinity. */
  sm2AddPoints(a: Uint8Array, b: Uint8Array): Uint8Array;

  // ---- butterfly expansion with SM4, see ../butterfly.ts
  /** f(i, j) for j = first … first + count − 1 (at most 256), 32 bytes each; `mark` is 0 for signing, 2^32 − 1 for encryption. */
  sm2Expansion(key16: Uint8Array, mark: number, i: number, first: number, count: number): Uint8Array[];
  /** P + f(i, j)·G for each i, one after the other, and j = 0 … count − 1 (at most 256). */
  sm2CocoonKeys(
    point: Uint8Array,
    key16: Uint8Array,
    mark: number,
    periods: readonly number[],
    count: number,
  ): Uint8Array[];

  // ---- signature (part 2)
  /**
   * A signature over an e, with a nonce of the caller's choice: for published vectors. Undefined when the standard asks for
   * another nonce (r = 0, r + k = n, s = 0). Whoever repeats a nonce gives the key away.
   */
  sm2SignDigestUnsafe(privateKey: Uint8Array, digest: Uint8Array, nonce: Uint8Array): Uint8Array | undefined;
  /**
   * A signer that keeps what a key needs for every signature: a signature is one k·G instead of two. A private key in [1, n−2].
   * Hand in the public key where it is known (a wrong one gives signatures that do not verify, and no more).
   * The private key is kept by reference: whoever zeroes the array ends the signer, which then refuses.
   */
  sm2SignerFor(privateKey: Uint8Array, publicKey?: Uint8Array): Sm2Signer;
  /**
   * Whether the signature is good. False for r or s outside [1, n−1], for r + s = n and for every mismatch; throws only on
   * wrong shapes (a public key that is no point, a signature that is not 64 bytes).
   */
  sm2Verify(publicKey: Uint8Array, id: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** As `sm2Verify`, for an e of 32 bytes that the caller computed with `sm2Digest`. */
  sm2VerifyDigest(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean;
  /** A verifier that keeps multiples of its key (8 KiB in the engine) as long as it lives: whoever keeps many bounds them. */
  sm2VerifierFor(publicKey: Uint8Array): Sm2Verifier;

  // ---- encryption (part 4)
  /**
   * Encrypts 1 … 65536 bytes with an ephemeral scalar of the caller's choice: for published vectors and `sm2Wrap`. Undefined
   * when the mask is all zero and the standard asks for another scalar. A scalar used twice uncovers both texts.
   */
  sm2EncryptUnsafe(publicKey: Uint8Array, plaintext: Uint8Array, nonce: Uint8Array): Sm2WrappedKey | undefined;
  /**
   * As `sm2EncryptUnsafe` for many keys of 16 bytes, each with a public key and a scalar of its own, in their order: from 48 on
   * they are made side by side.
   */
  sm2WrapManyUnsafe(items: readonly Sm2KeyToWrap[]): (Sm2WrappedKey | undefined)[];
  /**
   * The plaintext, or undefined when it was not encrypted for this private key: C1 is no point of the curve, the mask is all
   * zero, or C3 does not match (compared in constant time). All look alike to the sender. Throws on wrong lengths alone.
   */
  sm2Decrypt(privateKey: Uint8Array, encrypted: Sm2WrappedKey): Uint8Array | undefined;
}
