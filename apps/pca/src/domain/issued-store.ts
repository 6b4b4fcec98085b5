/** What the PCA remembers of what it issued: a port; `store/issued.store.ts` keeps it in PostgreSQL. */
import type { Refused } from '#credentials/refusal.js';
import type { ItemRefusal } from './refusal.js';

/** Which item: its hash, 32 bytes, in its period. */
export interface ItemHandle {
  readonly itemHash: Uint8Array;
  readonly i: number;
}

/** Written before anything is signed: what is about to be certified. */
export interface Intent extends ItemHandle {
  /** 9 bytes. */
  readonly lv: Uint8Array;
  /** SM3 of the cocoon key, 32 bytes. */
  readonly keyHash: Uint8Array;
  /** Tags of the pre-linkage values, 16 bytes each; one where there is one LA. */
  readonly linkageTags: readonly [Uint8Array, Uint8Array?];
  /** SM3 of the bytes to be signed, 32 bytes. */
  readonly tbsHash: Uint8Array;
}

/** Written before anything leaves. */
export interface Result extends ItemHandle {
  /** SM3 of the bytes that were signed, 32 bytes. */
  readonly tbsHash: Uint8Array;
  readonly certificate: Uint8Array;
  /** SM3 of the certificate, 32 bytes. */
  readonly certificateHash: Uint8Array;
  /** Encoded AcaRaCertResponse, encrypted to the device. */
  readonly response: Uint8Array;
}

export interface KnownItem {
  readonly itemHash: Uint8Array;
  /** Whether a certificate was made for it; else only the intent stands. */
  readonly isIssued: boolean;
  /** The answer as it left; erased when its period is over. */
  readonly response: Uint8Array | undefined;
}

/** An intent that was replaced: its bytes may have been signed, its certificate never left. */
export interface VoidIntent {
  readonly itemHash: Uint8Array;
  /** SM3 of the bytes that were to be signed then, 32 bytes. */
  readonly tbsHash: Uint8Array;
}

export interface Begun {
  readonly kind: 'begun';
  /** Under what the results are to be kept; random. */
  readonly batch: string;
  readonly voided: readonly VoidIntent[];
}

export interface IssuedItem {
  readonly itemHash: Uint8Array;
  readonly pra: string;
}

export type RepeatRefusal = Extract<
  ItemRefusal,
  'item-key-certified-before' | 'item-linkage-used-before' | 'item-linkage-value-repeated'
>;

export interface IssuedStore {
  /** The known ones among these items. */
  find(items: readonly ItemHandle[]): Promise<KnownItem[]>;
  /**
   * Notes all intents or none. Refuses a cocoon key, a pre-linkage value or a linkage value that stands with another item of
   * that period. An item that is known already is no repeat; while it has no result, an intent to sign other bytes takes the
   * place of the one that stands, which is kept as void. `pra` is the host name of the PRA that asks.
   */
  begin(intents: readonly Intent[], pra: string): Promise<Begun | Refused<RepeatRefusal>>;
  /**
   * Keeps all results of a begun batch in one transaction; of an item that has one the first stays. Answers what stands, in
   * their order. Throws when an intent was replaced meanwhile: then nothing is kept, and another one is at it.
   */
  complete(batch: string, results: readonly Result[]): Promise<Uint8Array[]>;
  /** The item for which this very certificate was made. */
  findCertificate(i: number, lv: Uint8Array, certificateHash: Uint8Array): Promise<IssuedItem | undefined>;
  /** Erases the answers of periods before `i`, and everything of periods before `keepFromI`. */
  erase(i: number, keepFromI: number): Promise<void>;
}
