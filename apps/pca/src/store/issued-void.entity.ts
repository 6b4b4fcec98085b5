/**
 * Intents that were replaced before there was a result: the process ended in between, and what is to be signed has changed
 * since (our certificate or the CRL's place). A certificate may have been signed over the old bytes; it never left.
 */
import { Entity, PrimaryColumn } from 'typeorm';

@Entity('issued_void')
export class IssuedVoidEntity {
  /** The period; the row is erased with those of `issued`. */
  @PrimaryColumn({ name: 'i', type: 'integer' })
  i!: number;

  /** SM3 of the request, 32 bytes. */
  @PrimaryColumn({ name: 'item_hash', type: 'bytea' })
  itemHash!: Uint8Array;

  /** SM3 of what was about to be signed then, 32 bytes. */
  @PrimaryColumn({ name: 'tbs_hash', type: 'bytea' })
  tbsHash!: Uint8Array;
}
