/**
 * What is published of one series, in memory and ready to be sent: for each of our certificates the last full list, and for who
 * holds an earlier one of the period what he lacks. Nothing is computed for a question that somebody asked before.
 */
import { gzipSync } from 'node:zlib';
import { decode, encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { idKey } from '#credentials/certificate-facts.js';
import { CompositeCrl } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import type { ListPlace } from '../domain/next-list.js';
import type { IssuedCrl, ListKind } from '../store/crl.store.js';

/** Bytes as they are sent. */
export interface Body {
  readonly bytes: Buffer;
  /** ETag (RFC 9110 8.8.3), strong. */
  readonly tag: string;
  /** Compressed, where that saves a part worth the trouble: seeds and hashes are random, the rest is not. */
  readonly gzip: Buffer | undefined;
  readonly gzipTag: string;
}

/** A thirty-second part. */
const SAVING = 32;

function bodyOf(bytes: Uint8Array): Body {
  const hash = hex(sm3(bytes));
  const gzip = gzipSync(bytes, { level: 1 });
  const isWorthwhile = gzip.length + bytes.length / SAVING < bytes.length;
  return {
    bytes: Buffer.from(bytes),
    tag: `"${hash}"`,
    gzip: isWorthwhile ? gzip : undefined,
    gzipTag: `"${hash}-gzip"`,
  };
}

interface Part extends ListPlace {
  readonly kind: ListKind;
  readonly bytes: Uint8Array;
}

/** Answers that are kept, of those to who holds an earlier list. */
const UPDATES_KEPT = 32;

/** The lists under one certificate: the last full one, and the deltas of its period and later. */
export class Chain {
  private full: { part: Part; body: Body } | undefined;
  private deltas: Part[] = [];
  /** By the number of the list that is held, 0 for none of ours. */
  private readonly updates = new Map<number, Body>();

  add(part: Part): void {
    this.updates.clear();
    if (part.kind === 'delta') this.deltas.push(part);
    else {
      // One without a delta of the same number follows nothing: a period began, or a certificate of ours came.
      if (this.deltas.at(-1)?.number !== part.number) this.deltas = [];
      this.full = { part, body: bodyOf(part.bytes) };
    }
  }

  get fullBody(): Body | undefined {
    return this.full?.body;
  }

  /**
   * CompositeCrl of the signed lists, in their order, for who holds the list of this number: the deltas after it, or the full
   * one and the deltas after that, whichever is shorter. Empty for who holds the newest.
   */
  since(number: number): Body | undefined {
    if (this.full === undefined) return undefined;
    const key = this.isHeld(number) ? number : 0;
    const known = this.updates.get(key);
    if (known !== undefined) return known;
    const crl = this.following(key).map((bytes) => decode(V2XSecData, bytes));
    const body = bodyOf(encode(CompositeCrl, { crl }));
    const [oldest] = this.updates.keys();
    if (this.updates.size >= UPDATES_KEPT && oldest !== undefined) this.updates.delete(oldest);
    this.updates.set(key, body);
    return body;
  }

  /** The signed lists that bring the holder of the list of this number to the newest; all for who holds none of ours. */
  following(number: number): Uint8Array[] {
    if (this.full === undefined) return [];
    const { part: full } = this.full;
    const after = (n: number): Uint8Array[] => this.deltas.filter((one) => one.number > n).map(({ bytes }) => bytes);
    const anew = [full.bytes, ...after(full.number)];
    if (!this.isHeld(number)) return anew;
    const onwards = after(number);
    return lengthOf(onwards) <= lengthOf(anew) ? onwards : anew;
  }

  /** Whether what follows the list of this number are deltas that we have: it is of this period, and none is missing. */
  private isHeld(number: number): boolean {
    const first = this.deltas[0]?.number ?? Infinity;
    return number === this.full?.part.number || (number >= first - 1 && number <= (this.deltas.at(-1)?.number ?? -1));
  }

  /** Number of the list of this place in the period; 0 when it is no place of ours. */
  numberAt(iRev: number, indexWithinI: number): number {
    const parts = [...this.deltas, ...(this.full ? [this.full.part] : [])];
    const at = parts.find((part) => part.iRev === iRev && part.indexWithinI === indexWithinI);
    const next = this.deltas.find((part) => part.iRev === iRev && part.indexWithinI === indexWithinI + 1);
    return at?.number ?? (next === undefined ? 0 : next.number - 1);
  }
}

const lengthOf = (lists: readonly Uint8Array[]): number => lists.reduce((sum, { length }) => sum + length, 0);

export class Publication {
  private chains = new Map<string, Chain>();
  private newest: IssuedCrl | undefined;
  /** Another whenever something was published. */
  version = 0;

  /** The newest list; its copies under each certificate. */
  get last(): IssuedCrl | undefined {
    return this.newest;
  }

  /** HashedId8, hex, of the certificates that have a copy of it. */
  get cracas(): readonly string[] {
    return this.newest?.copies.map(({ craca }) => idKey(craca)) ?? [];
  }

  /** All lists of the store, in the order of their numbers. */
  replace(lists: readonly IssuedCrl[]): void {
    this.chains = new Map();
    this.add(lists);
  }

  /** Those that were issued now; what they are follows what is here. */
  add(lists: readonly IssuedCrl[]): void {
    this.version++;
    for (const { copies, ...list } of lists) {
      for (const { craca, bytes } of copies) {
        const key = idKey(craca);
        const chain = this.chains.get(key) ?? new Chain();
        chain.add({ ...list, bytes });
        this.chains.set(key, chain);
      }
    }
    // Of a delta and a full list of one number the full one is shown.
    this.newest = lists.at(-1) ?? this.newest;
    // A certificate of ours that has ended gets no copy any more, and what it had is not served.
    const current = new Set(this.cracas);
    for (const craca of this.chains.keys()) if (!current.has(craca)) this.chains.delete(craca);
  }

  /** By HashedId8 in hex. */
  of(craca: string): Chain | undefined {
    return this.chains.get(craca);
  }

  /** As `following` of the chain under the certificate that counts first: what all others say too. */
  following(number: number): Uint8Array[] {
    const [craca] = this.cracas;
    return (craca === undefined ? undefined : this.chains.get(craca))?.following(number) ?? [];
  }
}
