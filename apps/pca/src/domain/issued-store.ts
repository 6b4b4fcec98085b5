/** What the PCA remembers of what it issued: a port; `store/issued.store.ts` keeps it in PostgreSQL. */
import type { Refused } from '#credentials/refusal.js';
import type { ItemRefusal } from './refusal.js';

/** Written before anything is signed: what is about to be certified. */
export interface Intent {
  /** 32 bytes. */
  readonly itemHash: Uint8Array;
  readonly i: number;
  /** 9 bytes. */
  readonly lv: Uint8Array;
  /** SM3 of the cocoon key, 32 bytes. */
  readonly keyHash: Uint8Array;
  /** Tags of the two pre-linkage values, 32 bytes each. */
  readonly linkageTags: readonly [Uint8Array, Uint8Array];
  /** SM3 of the bytes to be signed, 32 bytes. */
  readonly tbsHash: Uint8Array;
  /** Host name of the PRA that asked. */
  readonly pra: string;
}

/** Written before anything leaves. */
export interface Result {
  readonly itemHash: Uint8Array;
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
  find(itemHashes: readonly Uint8Array[]): Promise<KnownItem[]>;
  /**
   * Notes all intents or none. Refuses a cocoon key, a pre-linkage value or a linkage value (of that period) that stands with
   * another item. An item that is known already is no repeat: its intent is renewed unless it was issued.
   */
  begin(intents: readonly Intent[]): Promise<Refused<RepeatRefusal> | undefined>;
  /** Keeps all results in one transaction; of an item that has one the first stays. Answers what stands, in their order. */
  complete(results: readonly Result[]): Promise<Uint8Array[]>;
  /** The item for which this very certificate was made. */
  findCertificate(i: number, lv: Uint8Array, certificateHash: Uint8Array): Promise<IssuedItem | undefined>;
  /** Erases the answers of periods before `i` and the rows of periods before `keepFromI`. */
  erase(i: number, keepFromI: number): Promise<void>;
}
