/** What a receiver of SPDUs remembers, all of it bounded: certificates that proved themselves, and messages just accepted. */
import type { Certificate } from '#wire/secured-data.js';
import { hashedId8, idKey } from './certificate-facts.js';
import type { ListedAuthority } from './trust-store.js';

/** A map that forgets what was asked for longest ago when it is full. */
export class BoundedMap<V> {
  private readonly entries = new Map<string, V>();

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    // Taken out and put back, so that the map's order is the order of last use.
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.capacity) return;
      this.entries.delete(oldest);
    }
  }
}

export interface KnownCertificate {
  readonly certificate: Certificate;
  /**
   * The issuer as the trust store listed it when the chain verified. The store makes new objects with every list it
   * takes, so the same object means the same lists: the verdict lives exactly as long as they do.
   */
  readonly issuer: ListedAuthority;
}

/** Certificates of accepted messages by HashedId8: for signers named by digest, and to verify each chain once (VM9). */
export class KnownCertificates {
  private readonly known: BoundedMap<KnownCertificate>;

  constructor(capacity: number) {
    this.known = new BoundedMap(capacity);
  }

  get size(): number {
    return this.known.size;
  }

  find(id8: Uint8Array): KnownCertificate | undefined {
    return this.known.get(idKey(id8));
  }

  learn(known: KnownCertificate): void {
    this.known.set(idKey(hashedId8(known.certificate)), known);
  }
}

/** Which (signer, application, generationTime) were accepted, until they are too old to come again (VM4). */
export class SeenMessages {
  private readonly seen = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  has(key: string): boolean {
    return this.seen.has(key);
  }

  /** Only accepted messages come in, so a flood of forgeries pushes nothing out. */
  add(key: string, forgetAtMillis: number, nowMillis: number): void {
    for (const [old, until] of this.seen) {
      if (until >= nowMillis && this.seen.size < this.capacity) break;
      this.seen.delete(old);
    }
    this.seen.set(key, forgetAtMillis);
  }
}
