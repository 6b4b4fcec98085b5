/** The rules of a device in software, over any `RecordStore`: what is refused, what is derived, what is kept in memory. */
import { bytes32, concat, integerOf, uint32 } from '#crypto/bytes.js';
import { cocoonPrivateKey, rebuildPrivateKey, type ExpansionPurpose } from '#crypto/butterfly.js';
import { openSm4Ccm, sealSm4Ccm } from '#crypto/ccm.js';
import { constantTimeEqual } from '#crypto/equal.js';
import type { Random } from '#crypto/random.js';
import { newSm2PrivateKey, SM2_ORDER, sm2PublicKey, sm2SignerFor, sm2Unwrap, type Sm2Signer } from '#crypto/sm2.js';
import type { Sm2WrappedKey } from '#crypto/sm2.js';
import { hmacSm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import type { CocoonExpansion, CryptoDevice } from './crypto-device.js';
import { DeviceRefusal } from './device-refusal.js';
import type { RecordKind, RecordStore } from './record-store.js';

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A batch gives way to other work after so many signatures, some ten milliseconds. */
const SIGNATURES_A_TURN = 32;
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

  constructor(store: RecordStore, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  createKey(label: string): Promise<Uint8Array> {
    return this.#change(label, async () => {
      const privateKey = newSm2PrivateKey(this.#random);
      const pair = keyPair(privateKey, sm2PublicKey(privateKey));
      if (!(await this.#createPair(label, pair))) throw refusal('label-exists', label);
      return pair.publicKey.slice();
    });
  }

  async publicKey(label: string): Promise<Uint8Array | undefined> {
    this.#judge(label);
    const pair = await this.#findPair(label);
    return pair?.publicKey.slice();
  }

  async sign(label: string, id: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    return (await this.#pair(label)).sign(id, message);
  }

  async signBatch(label: string, id: Uint8Array, messages: Uint8Array[]): Promise<Uint8Array[]> {
    const pair = await this.#pair(label);
    const signatures: Uint8Array[] = [];
    for (const message of messages) {
      signatures.push(pair.sign(id, message));
      if (signatures.length % SIGNATURES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return signatures;
  }

  async unwrap(label: string, wrapped: Sm2WrappedKey): Promise<Uint8Array | undefined> {
    return sm2Unwrap((await this.#pair(label)).privateKey, wrapped);
  }

  async derive(label: string, context: Uint8Array): Promise<Uint8Array> {
    const key = hmacSm3(await this.#secret(label), ascii('derive'));
    // Rejection keeps the scalar uniform; the second attempt is needed once in 2^32.
    for (let attempt = 0; ; attempt++) {
      const candidate = hmacSm3(key, uint32(attempt), context);
      const value = integerOf(candidate);
      if (value >= 1n && value < SM2_ORDER) return bytes32(value);
    }
  }

  async seal(label: string, plaintext: Uint8Array): Promise<Uint8Array> {
    const key = sealingKey(await this.#secret(label));
    const nonce = this.#random.bytes(NONCE_BYTES);
    return concat(nonce, sealSm4Ccm(key, nonce, plaintext));
  }

  async open(label: string, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    this.#judge(label);
    const secret = await this.#findSecret(label);
    if (secret === undefined) throw await this.#absence(label);
    if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    return openSm4Ccm(sealingKey(secret), sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES));
  }

  async cocoonUnwrap(
    label: string,
    expansion: CocoonExpansion,
    wrapped: Sm2WrappedKey,
  ): Promise<Uint8Array | undefined> {
    const cocoon = cocoonOf(await this.#pair(label), expansion, 'encryption');
    const key = sm2Unwrap(cocoon, wrapped);
    cocoon.fill(0);
    return key;
  }

  async rebuild(label: string, expansion: CocoonExpansion, c: Uint8Array, into: string): Promise<Uint8Array> {
    const cocoon = cocoonOf(await this.#pair(label), expansion, 'signing');
    const privateKey = rebuildPrivateKey(smSuite, cocoon, c);
    cocoon.fill(0);
    return this.#change(into, async () => {
      const present = await this.#findPair(into);
      if (present === undefined) {
        const pair = keyPair(privateKey, sm2PublicKey(privateKey));
        if (await this.#createPair(into, pair)) return pair.publicKey.slice();
      }
      const stored = present ?? (await this.#pair(into));
      const isSame = constantTimeEqual(stored.privateKey, privateKey);
      privateKey.fill(0);
      if (!isSame) throw refusal('label-exists', into);
      return stored.publicKey.slice();
    });
  }

  async destroy(label: string): Promise<void> {
    this.#judge(label);
    await this.#inTurn(label, async () => {
      if (await this.#store.isDestroyed(label)) return;
      const holdsAny = (await this.#findPair(label)) ?? (await this.#findSecret(label));
      if (holdsAny === undefined) throw refusal('unknown-label', label);
      this.#destroyed.add(label);
      await this.#store.destroy(label);
      this.#forget(label);
    });
  }

  async labels(): Promise<string[]> {
    this.#judgeOpen();
    return (await this.#store.labels()).sort();
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

  async #pair(label: string): Promise<KeyPair> {
    this.#judge(label);
    const pair = await this.#findPair(label);
    if (pair === undefined) throw await this.#absence(label);
    return pair;
  }

  /** Why a label holds nothing. */
  async #absence(label: string): Promise<DeviceRefusal> {
    return refusal((await this.#store.isDestroyed(label)) ? 'label-destroyed' : 'unknown-label', label);
  }

  async #findPair(label: string): Promise<KeyPair | undefined> {
    const cached = this.#pairs.get(label);
    if (cached !== undefined) return cached;
    const payload = await this.#read(label, 'key');
    if (payload === undefined) return undefined;
    const pair = keyPair(payload.slice(0, 32), payload.slice(32));
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
   * label was destroyed or the device closed serves the call that read it and does not come back into memory.
   */
  #keep<T>(kept: Map<string, T>, label: string, value: T): T {
    if (this.#isClosed || this.#destroyed.has(label)) return value;
    const first = kept.get(label);
    if (first !== undefined) return first;
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
      await this.#store.create({ label, kind: 'secret', payload: this.#random.bytes(SECRET_BYTES) });
      const created = await this.#findSecret(label);
      if (created === undefined) throw await this.#absence(label);
      return created;
    });
  }

  async #createPair(label: string, pair: KeyPair): Promise<boolean> {
    const payload = concat(pair.privateKey, pair.publicKey);
    const isNew = await this.#store.create({ label, kind: 'key', payload });
    payload.fill(0);
    if (isNew) this.#keep(this.#pairs, label, pair);
    return isNew;
  }

  #forget(label: string): void {
    this.#pairs.get(label)?.privateKey.fill(0);
    this.#secrets.get(label)?.fill(0);
    this.#pairs.delete(label);
    this.#secrets.delete(label);
  }
}

function keyPair(privateKey: Uint8Array, publicKey: Uint8Array): KeyPair {
  return { privateKey, publicKey, sign: sm2SignerFor(privateKey, publicKey) };
}

function cocoonOf(pair: KeyPair, { key, i, j }: CocoonExpansion, purpose: ExpansionPurpose): Uint8Array {
  return cocoonPrivateKey(smSuite, pair.privateKey, key, purpose, i, j);
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
