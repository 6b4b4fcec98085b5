/**
 * The crypto-device port: the one way to use a private key. Private keys are made inside and never come out; a device may be
 * a file (`software-device.ts`), a pool of workers (`pool-device.ts`) or hardware behind GM/T 0018. All pass `crypto-device.conformance.fixture.ts`.
 *
 * A label is 1 … 200 printable ASCII characters. It stands for one key pair and, apart from it, for one secret of `derive`
 * and `seal`. It lives once: after `destroy` every use of it refuses for ever, making it anew too.
 * Refusals are thrown as `DeviceRefusal`; wrong shapes as RangeError or TypeError that name the argument.
 */
import type { Sm2WrappedKey } from '#crypto/sm2.js';
import type { DeviceCapability } from './device-capability.js';

/** Which cocoon key: the 16-byte expansion key and its i and j (IEEE 1609.2.1-2022 9.3). */
export interface CocoonExpansion {
  key: Uint8Array;
  i: number;
  j: number;
}

/** What `cocoonUnwrap` takes. */
export interface CocoonWrappedKey {
  expansion: CocoonExpansion;
  wrapped: Sm2WrappedKey;
}

/**
 * An implicit certificate to be issued. Its reconstruction value stands between `before` and `after` as an EccP256CurvePoint is
 * encoded: 0x82 or 0x83, and 32 bytes (IEEE 1609.2-2022 6.3.23).
 */
export interface ImplicitOrder {
  /** B, the public key of the request, 33 bytes. */
  requestKey: Uint8Array;
  /** The ToBeSignedCertificate up to the reconstruction value. */
  before: Uint8Array;
  /** The rest of it. */
  after: Uint8Array;
  /** 32 bytes. */
  issuerCertificateHash: Uint8Array;
}

/** P_U, 33 bytes, and r, 32 bytes (IEEE 1609.2-2022 6.4.3). */
export interface ImplicitAnswer {
  reconstructionValue: Uint8Array;
  privateValue: Uint8Array;
}

/** How far a linkage seed goes: of the LA with this 2-byte id, 0 … 4096 periods. */
export interface SeedStep {
  laId: Uint8Array;
  steps: number;
}

/** A batch gives for each item, in their order, what the single form gives; it refuses as a whole, an empty one too. */
export interface CryptoDevice {
  /** What it can do inside itself; it refuses the rest as `not-declared`, whatever the label. */
  readonly capabilities: ReadonlySet<DeviceCapability>;

  /** Makes an SM2 key pair inside the device; its public key, 33 bytes. Refuses an existing label. */
  createKey(label: string): Promise<Uint8Array>;

  /** The public key, 33 bytes; undefined for a label without key pair, also for a destroyed one. */
  publicKey(label: string): Promise<Uint8Array | undefined>;

  /** SM2 signature, 64 bytes r ‖ s. */
  sign(label: string, id: Uint8Array, message: Uint8Array): Promise<Uint8Array>;

  /** `sign` for many messages, all with one ID. */
  signBatch(label: string, id: Uint8Array, messages: readonly Uint8Array[]): Promise<Uint8Array[]>;

  /** The wrapped 16-byte key; undefined when it was not wrapped for this key pair. */
  unwrap(label: string, wrapped: Sm2WrappedKey): Promise<Uint8Array | undefined>;

  /** `unwrap` for many. */
  unwrapBatch(label: string, wrapped: readonly Sm2WrappedKey[]): Promise<(Uint8Array | undefined)[]>;

  /**
   * A 32-byte scalar in [1, n−1]: HMAC-SM3 of a secret of this label (created on first use) over the context.
   * The same context gives the same bytes for ever.
   */
  derive(label: string, context: Uint8Array): Promise<Uint8Array>;

  /** `derive` for many contexts. */
  deriveBatch(label: string, contexts: readonly Uint8Array[]): Promise<Uint8Array[]>;

  /**
   * Protection at rest: nonce (12) ‖ ciphertext ‖ tag (16), SM4-CCM under a secret of this label (created on first use).
   * Nonces are drawn at random: fewer than 2^32 texts a label.
   */
  seal(label: string, plaintext: Uint8Array): Promise<Uint8Array>;

  /** What `seal` took; undefined when these bytes were not sealed under this label. Refuses a label that never sealed. */
  open(label: string, sealed: Uint8Array): Promise<Uint8Array | undefined>;

  /**
   * `unwrap` with the cocoon key q = p + f_E(i, j) of the caterpillar key of this label, which never leaves the device.
   * The expansion is that of encryption.
   */
  cocoonUnwrap(label: string, expansion: CocoonExpansion, wrapped: Sm2WrappedKey): Promise<Uint8Array | undefined>;

  /** `cocoonUnwrap` for many. */
  cocoonUnwrapBatch(label: string, items: readonly CocoonWrappedKey[]): Promise<(Uint8Array | undefined)[]>;

  /**
   * Rebuilds the private key of a certificate, s = a + f_S(i, j) + c mod n, stores it as key pair `into`, and gives s·G for the
   * caller to compare with the certificate. Idempotent: refuses `into` when it holds another key. `c` is 32 bytes in [1, n−1].
   */
  rebuild(label: string, expansion: CocoonExpansion, c: Uint8Array, into: string): Promise<Uint8Array>;

  /**
   * Issues an implicit certificate with the key pair of this label. The ephemeral scalar is drawn for this call and never comes
   * out: used for two certificates it would uncover the private key.
   */
  issueImplicit(label: string, order: ImplicitOrder): Promise<ImplicitAnswer>;

  /**
   * A 16-byte linkage seed that `seal` sealed under this label, so many periods later and sealed anew; undefined for what was
   * not sealed under this label. The seed itself stays inside.
   */
  evolveSeed(label: string, sealed: Uint8Array, step: SeedStep): Promise<Uint8Array | undefined>;

  /** Destroys key pair and secret of the label. Refuses a label that never was; repeating it is no error. */
  destroy(label: string): Promise<void>;

  /** The labels that hold a key pair or a secret, sorted. */
  labels(): Promise<string[]>;

  /** Ends the device and zeroes what it holds in memory; afterwards every use refuses. Repeating it is no error. */
  close(): Promise<void>;
}
