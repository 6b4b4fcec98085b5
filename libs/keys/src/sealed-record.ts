/**
 * A record as it lies on disk: version (1 byte, 0x01) ‖ nonce (12) ‖ SM4-CCM of kind (1) ‖ label length (1) ‖ label ‖ payload.
 * Kind and label are inside, so that a file put in another's place is noticed.
 */
import { concat } from '#crypto/bytes.js';
import { openSm4Ccm, sealSm4Ccm } from '#crypto/ccm.js';
import type { Random } from '#crypto/random.js';
import type { DeviceRecord, RecordKind } from './record-store.js';

const VERSION = 1;
const NONCE_BYTES = 12;
/** A destroyed label's marker is a record too, without payload. */
export type StoredKind = RecordKind | 'destroyed';
const kinds: readonly StoredKind[] = ['key', 'secret', 'destroyed'];
const payloadBytes: Record<StoredKind, number> = { key: 65, secret: 32, destroyed: 0 };

export interface StoredRecord extends Omit<DeviceRecord, 'kind'> {
  kind: StoredKind;
}

/** Seals a record under the 16-byte record key, with a fresh nonce. */
export function sealRecord(recordKey: Uint8Array, record: StoredRecord, random: Random): Uint8Array {
  const label = new TextEncoder().encode(record.label);
  const plaintext = concat(Uint8Array.of(kinds.indexOf(record.kind), label.length), label, record.payload);
  const nonce = random.bytes(NONCE_BYTES);
  const sealed = concat(Uint8Array.of(VERSION), nonce, sealSm4Ccm(recordKey, nonce, plaintext));
  plaintext.fill(0);
  return sealed;
}

/** The record, or undefined when the bytes are not one sealed under this key. */
export function openRecord(recordKey: Uint8Array, bytes: Uint8Array): StoredRecord | undefined {
  if (bytes.length < 1 + NONCE_BYTES || bytes[0] !== VERSION) return undefined;
  const plaintext = openSm4Ccm(recordKey, bytes.subarray(1, 1 + NONCE_BYTES), bytes.subarray(1 + NONCE_BYTES));
  if (plaintext === undefined || plaintext.length < 2) return undefined;
  const kind = kinds[plaintext[0] as number];
  const end = 2 + (plaintext[1] as number);
  if (kind === undefined || plaintext.length - end !== payloadBytes[kind]) return undefined;
  const label = new TextDecoder().decode(plaintext.subarray(2, end));
  const payload = plaintext.slice(end);
  plaintext.fill(0);
  return { kind, label, payload };
}
