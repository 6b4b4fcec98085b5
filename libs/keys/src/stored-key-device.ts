/** The rules of a device in software, over any `RecordStore`: what is refused, what is derived, what is kept in memory. */
import { concat, uint32 } from '#crypto/bytes.js';
import { requireBytes } from '#crypto/argument.js';
import { cocoonPrivateKey, rebuildPrivateKey, type ExpansionPurpose } from '#crypto/butterfly.js';
import { openSm4Ccm, sealSm4Ccm } from '#crypto/ccm.js';
import { implicitCertificateDigest, reconstructionPrivateValue, reconstructionValue } from '#crypto/ecqv.js';
import { advanceLinkageSeed } from '#crypto/linkage.js';
import type { Random } from '#crypto/random.js';
import { isSm2Scalar, newSm2PrivateKey, sm2PublicKey, sm2SignerFor, sm2Unwrap } from '#crypto/sm2.js';
import type { Sm2Signer, Sm2WrappedKey } from '#crypto/sm2.js';
import { hmacSm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import type {
  CocoonExpansion,
  CocoonWrappedKey,
  CryptoDevice,
  ImplicitAnswer,
  ImplicitOrder,
  SeedStep,
} from './crypto-device.js';
import { deviceCapabilities, type DeviceCapability } from './device-capability.js';
import { DeviceRefusal } from './device-refusal.js';
import { inTurns } from './in-turns.js';
import type { RecordKind, RecordStore } from './record-store.js';

const ALL: ReadonlySet<DeviceCapability> = new Set(deviceCapabilities);
const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A batch gives way to other work after so many items: some ten milliseconds in the engine. */
const SIGNATURES_A_TURN = 256;
const UNWRAPPED_A_TURN = 64;
const DERIVED_A_TURN = 1024;
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

interface KeyPair {
  privateKey: Uint8Array;
  publicKey: Uint8Array;
  sign: Sm2Signer;
}

export class StoredKeyDevice implements CryptoDevice {
  readonly #store: RecordStore;
  readonly #random: Random;
  readonly #pairs = new Map<string, KeyPair>();
  readonly #secrets = new Map<string, Uint8Array>();
  /** The last change of each label; the next one waits for it. */
  readonly #changes = new Map<string, Promise<unknown>>();
  /** Labels this process destroyed; the store knows them all. */
  readonly #destroyed = new Set<string>();
  #isClosed = false;

  /** All of them. */
  get capabilities(): ReadonlySet<DeviceCapability> {
    return ALL;
  }

  constructor(store: RecordStore, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  createKey(label: string): Promise<Uint8Array> {
    return this.#change(label, async () => {
      const pair = keyPair(newSm2PrivateKey(this.#random));
      if (!(await this.#createPair(label, pair))) throw refusal('label-exists', label);
      return pair.publicKey.slice();
    });
  }

  async publicKey(label: string): Promise<Uint8Array | undefined> {
    this.#judge(label);
    const pair = await this.#findPair(label);
    this.#judgeOpen();
    return pair?.publicKey.slice();
  }

  async sign(label: string, id: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    return (await this.signBatch(label, id, [message]))[0] as Uint8Array;
  }

  async signBatch(label: string, id: Uint8Array, messages: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const { sign } = await this.#pair(label);
    return this.#inTurns(label, messages, SIGNATURES_A_TURN, (some) => sign.all(id, some));
  }

  async unwrap(label: string, wrapped: Sm2WrappedKey): Promise<Uint8Array | undefined> {
    return (await this.unwrapBatch(label, [wrapped]))[0];
  }

  async unwrapBatch(label: string, wrapped: readonly Sm2WrappedKey[]): Promise<(Uint8Array | undefined)[]> {
    const { privateKey } = await this.#pair(label);
    return this.#inTurns(label, wrapped, UNWRAPPED_A_TURN, (some) => some.map((one) => sm2Unwrap(privateKey, one)));
  }

  async derive(label: string, context: Uint8Array): Promise<Uint8Array> {
    return (await this.deriveBatch(label, [context]))[0] as Uint8Array;
  }

  async deriveBatch(label: string, contexts: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const secret = await this.#secret(label);
    this.#judgeStands(label);
    const key = hmacSm3(secret, ascii('derive'));
    try {
      return await this.#inTurns(label, contexts, DERIVED_A_TURN, (some) => some.map((one) => derivedScalar(key, one)));
    } finally {
      key.fill(0);
    }
  }

  async seal(label: string, plaintext: Uint8Array): Promise<Uint8Array> {
    const secret = await this.#secret(label);
    this.#judgeStands(label);
    const key = sealingKey(secret);
    const nonce = this.#random.bytes(NONCE_BYTES);
    return concat(nonce, sealSm4Ccm(key, nonce, plaintext));
  }

  async open(label: string, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    this.#judge(label);
    const secret = await this.#findSecret(label);
    if (secret === undefined) throw await this.#absence(label);
    this.#judgeStands(label);
    if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    return openSm4Ccm(sealingKey(secret), sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES));
  }

  async cocoonUnwrap(
    label: string,
    expansion: CocoonExpansion,
    wrapped: Sm2WrappedKey,
  ): Promise<Uint8Array | undefined> {
    return (await this.cocoonUnwrapBatch(label, [{ expansion, wrapped }]))[0];
  }

  async cocoonUnwrapBatch(label: string, items: readonly CocoonWrappedKey[]): Promise<(Uint8Array | undefined)[]> {
    const pair = await this.#pair(label);
    return this.#inTurns(label, items, UNWRAPPED_A_TURN, (some) => some.map((item) => unwrappedByCocoon(pair, item)));
  }

  async rebuild(label: string, expansion: CocoonExpansion, c: Uint8Array, into: string): Promise<Uint8Array> {
    const pair = await this.#pair(label);
    this.#judgeStands(label);
    const cocoon = cocoonOf(pair, expansion, 'signing');
    let privateKey: Uint8Array | undefined;
    try {
      const rebuilt = (privateKey = rebuildPrivateKey(smSuite, cocoon, c));
      return await this.#change(into, () => this.#placePair(into, keyPair(rebuilt.slice())));
    } finally {
      cocoon.fill(0);
      privateKey?.fill(0);
    }
  }

  async issueImplicit(label: string, order: ImplicitOrder): Promise<ImplicitAnswer> {
    const { privateKey } = await this.#pair(label);
    this.#judgeStands(label);
    const k = newSm2PrivateKey(this.#random);
    try {
      const value = reconstructionValue(smSuite, order.requestKey, k);
      const e = implicitCertificateDigest(smSuite, tbsWith(order, value), order.issuerCertificateHash);
      return { reconstructionValue: value, privateValue: reconstructionPrivateValue(smSuite, e, k, privateKey) };
    } finally {
      k.fill(0);
    }
  }

  async evolveSeed(label: string, sealed: Uint8Array, { laId, steps }: SeedStep): Promise<Uint8Array | undefined> {
    const seed = await this.open(label, sealed);
    if (seed === undefined) return undefined;
    let evolved: Uint8Array | undefined;
    try {
      evolved = advanceLinkageSeed(smSuite, laId, seed, steps);
      return await this.seal(label, evolved);
    } finally {
      seed.fill(0);
      evolved?.fill(0);
    }
  }

  async destroy(label: string): Promise<void> {
    this.#judge(label);
    await this.#inTurn(label, async () => {
      if (await this.#store.isDestroyed(label)) return;
      const holdsAny = (await this.#findPair(label)) ?? (await this.#findSecret(label));
      this.#judgeOpen();
      if (holdsAny === undefined) throw refusal('unknown-label', label);
      this.#destroyed.add(label);
      try {
        await this.#store.destroy(label);
      } catch (error) {
        // Whether it is destroyed, its marker says: when that was not written, the label stands.
        this.#destroyed.delete(label);
        throw error;
      }
      this.#forget(label);
    });
  }

  /** Drops a label from memory that another device on the same records has destroyed. Waits for nothing. */
  dropDestroyed(label: string): void {
    this.#destroyed.add(label);
    this.#forget(label);
  }

  async labels(): Promise<string[]> {
    this.#judgeOpen();
    const labels: string[] = [];
    // A crash while destroying may have left records behind the marker, which decides.
    for (const label of await this.#store.labels()) if (!(await this.#store.isDestroyed(label))) labels.push(label);
    return labels.sort();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled(this.#changes.values());
    for (const label of [...this.#pairs.keys(), ...this.#secrets.keys()]) this.#forget(label);
    await this.#store.close();
  }

  #judgeOpen(): void {
    if (this.#isClosed) throw new DeviceRefusal('device-closed', 'the crypto device is closed');
  }

  /** Refuses when the label was destroyed, or the device closed, while its use waited: its bytes are zeros then. */
  #judgeStands(label: string): void {
    this.#judgeOpen();
    if (this.#destroyed.has(label)) throw refusal('label-destroyed', label);
  }

  #judge(label: string): void {
    this.#judgeOpen();
    if (typeof label !== 'string' || !/^[\x20-\x7e]{1,200}$/.test(label)) {
      throw new DeviceRefusal('bad-label', 'label: 1 … 200 printable ASCII characters expected');
    }
  }

  /** A change of one label that is open and not destroyed, after the changes of that label before it. */
  async #change<T>(label: string, work: () => Promise<T>): Promise<T> {
    this.#judge(label);
    return this.#inTurn(label, async () => {
      if (await this.#store.isDestroyed(label)) throw refusal('label-destroyed', label);
      return work();
    });
  }

  async #inTurn<T>(label: string, work: () => Promise<T>): Promise<T> {
    const before = this.#changes.get(label);
    const turn = (async () => {
      // The one before has told its own caller when it failed; this one only waits for its end.
      if (before !== undefined) await Promise.allSettled([before]);
      return work();
    })();
    this.#changes.set(label, turn);
    try {
      return await turn;
    } finally {
      if (this.#changes.get(label) === turn) this.#changes.delete(label);
    }
  }

  /** A batch in turns, judged anew at each. */
  #inTurns<Item, Result>(
    label: string,
    items: readonly Item[],
    aTurn: number,
    work: (some: readonly Item[]) => Result[],
  ): Promise<Result[]> {
    return inTurns(items, aTurn, (some) => {
      this.#judgeStands(label);
      return work(some);
    });
  }

  async #pair(label: string): Promise<KeyPair> {
    this.#judge(label);
    const pair = await this.#findPair(label);
    if (pair === undefined) throw await this.#absence(label);
    return pair;
  }

  /** Why a label holds nothing. */
  async #absence(label: string): Promise<DeviceRefusal> {
    const isDestroyed = this.#destroyed.has(label) || (await this.#store.isDestroyed(label));
    this.#judgeOpen();
    return refusal(isDestroyed ? 'label-destroyed' : 'unknown-label', label);
  }

  async #findPair(label: string): Promise<KeyPair | undefined> {
    const cached = this.#pairs.get(label);
    if (cached !== undefined) return cached;
    const payload = await this.#read(label, 'key');
    if (payload === undefined) return undefined;
    const pair = keyPair(payload.slice(0, 32), payload.slice(32, 65));
    payload.fill(0);
    return this.#keep(this.#pairs, label, pair);
  }

  async #findSecret(label: string): Promise<Uint8Array | undefined> {
    const cached = this.#secrets.get(label);
    if (cached !== undefined) return cached;
    const payload = await this.#read(label, 'secret');
    return payload === undefined ? undefined : this.#keep(this.#secrets, label, payload);
  }

  /**
   * Two readers of one label end with the same object, so that destroying zeroes the only copy. What was read before the
   * label was destroyed or the device closed does not come back into memory: then undefined.
   */
  #keep<T extends KeyPair | Uint8Array>(kept: Map<string, T>, label: string, value: T): T | undefined {
    const isLate = this.#isClosed || this.#destroyed.has(label);
    const first = isLate ? undefined : kept.get(label);
    if (isLate || first !== undefined) {
      wipe(value);
      return first;
    }
    kept.set(label, value);
    return value;
  }

  async #read(label: string, kind: RecordKind): Promise<Uint8Array | undefined> {
    // A crash between marking and removing leaves records of a destroyed label: the marker decides. It is looked for last,
    // because a label destroyed while we read must not come back into memory.
    const payload = await this.#store.read(label, kind);
    if (payload === undefined || !(await this.#store.isDestroyed(label))) return payload;
    payload.fill(0);
    return undefined;
  }

  /** The secret of a label, made on first use. */
  async #secret(label: string): Promise<Uint8Array> {
    this.#judge(label);
    const found = await this.#findSecret(label);
    if (found !== undefined) return found;
    return this.#change(label, async () => {
      const payload = this.#random.bytes(SECRET_BYTES);
      await this.#store.create({ label, kind: 'secret', payload });
      payload.fill(0);
      const created = await this.#findSecret(label);
      if (created === undefined) throw await this.#absence(label);
      return created;
    });
  }

  /** Stores a new pair; false, and the pair is wiped, when the label has one. */
  async #createPair(label: string, pair: KeyPair): Promise<boolean> {
    const payload = concat(pair.privateKey, pair.publicKey);
    const isNew = await this.#store.create({ label, kind: 'key', payload });
    payload.fill(0);
    if (isNew) this.#keep(this.#pairs, label, pair);
    else wipe(pair);
    return isNew;
  }

  /** The public key of a pair that is stored, or was before; refuses a label with another pair. */
  async #placePair(label: string, pair: KeyPair): Promise<Uint8Array> {
    const { publicKey } = pair;
    const present = await this.#findPair(label);
    if (present !== undefined) wipe(pair);
    else if (await this.#createPair(label, pair)) return publicKey.slice();
    const stored = present ?? (await this.#pair(label));
    if (Buffer.compare(stored.publicKey, publicKey) !== 0) throw refusal('label-exists', label);
    return publicKey;
  }

  #forget(label: string): void {
    for (const kept of [this.#pairs, this.#secrets]) {
      const held = kept.get(label);
      if (held !== undefined) wipe(held);
      kept.delete(label);
    }
  }
}

function keyPair(privateKey: Uint8Array, publicKey = sm2PublicKey(privateKey)): KeyPair {
  return { privateKey, publicKey, sign: sm2SignerFor(privateKey, publicKey) };
}

function wipe(held: KeyPair | Uint8Array): void {
  if (held instanceof Uint8Array) {
    held.fill(0);
    return;
  }
  held.privateKey.fill(0);
  held.sign.wipe();
}

/** A scalar in [1, n−1] for a context. */
function derivedScalar(key: Uint8Array, context: Uint8Array): Uint8Array {
  // Rejection keeps the scalar uniform; the second attempt is needed once in 2^32.
  for (let attempt = 0; ; attempt++) {
    const candidate = hmacSm3(key, uint32(attempt), context);
    if (isSm2Scalar(candidate)) return candidate;
  }
}

function unwrappedByCocoon(pair: KeyPair, { expansion, wrapped }: CocoonWrappedKey): Uint8Array | undefined {
  const cocoon = cocoonOf(pair, expansion, 'encryption');
  try {
    return sm2Unwrap(cocoon, wrapped);
  } finally {
    cocoon.fill(0);
  }
}

function cocoonOf(pair: KeyPair, { key, i, j }: CocoonExpansion, purpose: ExpansionPurpose): Uint8Array {
  return cocoonPrivateKey(smSuite, pair.privateKey, key, purpose, i, j);
}

/** The ToBeSignedCertificate with its reconstruction value, whose first byte is 0x02 or 0x03, as an EccP256CurvePoint. */
function tbsWith({ before, after }: ImplicitOrder, value: Uint8Array): Uint8Array {
  requireBytes('before', before);
  requireBytes('after', after);
  return concat(before, Uint8Array.of(0x80 | (value[0] as number)), value.subarray(1), after);
}

function sealingKey(secret: Uint8Array): Uint8Array {
  return hmacSm3(secret, ascii('seal')).slice(0, 16);
}

const sentences = {
  'unknown-label': 'holds no key',
  'label-exists': 'is taken by another key',
  'label-destroyed': 'was destroyed and is not used again',
} as const;

function refusal(reason: keyof typeof sentences, label: string): DeviceRefusal {
  return new DeviceRefusal(reason, `the label ${JSON.stringify(label)} ${sentences[reason]}`);
}
