/** What is written down beside the tables while a batch is issued: enough to explain after a crash what may have been signed. */
import { compareBytes, hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import type { Intent, Result, VoidIntent } from './issued-store.js';

export interface BatchLine {
  /** The random reference in the tables. */
  readonly batch: string;
  readonly items: number;
  /** SM3 over the hashes of the batch in ascending order: of what is to be signed, or of the certificates. */
  readonly digest: string;
}

export interface IssueAudit {
  /** The intents stand; the key is used next. */
  intended(line: BatchLine): void;
  /** All is signed and compared; it is stored next. */
  signed(line: BatchLine): void;
  /** Signed, and not stored: when the items come again they get the same bytes, or these intents are void. */
  unstored(batch: string, error: unknown): void;
  /** An intent without result gave way to one that says other bytes (BI7). */
  voided(intent: { item: string; tbs: string }): void;
}

const digestOf = (hashes: readonly Uint8Array[]): string => hex(sm3(...[...hashes].sort(compareBytes)));

export function intendedLine(batch: string, intents: readonly Intent[]): BatchLine {
  return { batch, items: intents.length, digest: digestOf(intents.map(({ tbsHash }) => tbsHash)) };
}

export function signedLine(batch: string, results: readonly Result[]): BatchLine {
  return { batch, items: results.length, digest: digestOf(results.map(({ certificateHash }) => certificateHash)) };
}

export const voidLine = ({ itemHash, tbsHash }: VoidIntent): { item: string; tbs: string } => ({
  item: hex(itemHash),
  tbs: hex(tbsHash),
});
