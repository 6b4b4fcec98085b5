/**
 * What this PCA meant to certify: one row an item, written once, before anything is signed. No column for a device, an order or
 * a time; the rows of a batch are written in the order of their hashes. Partitioned by `i`: a partition is dropped whole.
 */
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** The constraints by which repeats are refused; the store makes refusals of their names. */
export const ISSUED_ITEM = 'issued_item';
export const ISSUED_KEY = 'issued_key_hash';
export const ISSUED_LINKAGE_VALUE = 'issued_lv';
export const ISSUED_FIRST_TAG = 'issued_first_tag';
export const ISSUED_SECOND_TAG = 'issued_second_tag';

@Entity('issued')
@Unique(ISSUED_KEY, ['i', 'keyHash'])
@Unique(ISSUED_LINKAGE_VALUE, ['i', 'lv'])
@Unique(ISSUED_FIRST_TAG, ['i', 'firstTag'])
@Unique(ISSUED_SECOND_TAG, ['i', 'secondTag'])
export class IssuedEntity {
  /** The period of the certificate; the row is erased some periods after it is over, when no case can need it. */
  @PrimaryColumn({ name: 'i', type: 'integer' })
  i!: number;

  /** SM3 of the request, 32 bytes: the handle by which an approved case goes on at the PRA. Erased with the row. */
  @PrimaryColumn({ name: 'item_hash', type: 'bytea' })
  itemHash!: Uint8Array;

  /** Linkage value, 9 bytes: unique in its period (LK6). Erased with the row. */
  @Column({ name: 'lv', type: 'bytea' })
  lv!: Uint8Array;

  /** SM3 of the cocoon key: a key is certified once in its period (PR5). Erased with the row. */
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Uint8Array;

  /**
   * Keyed tag of the pre-linkage value of the lower LA: used once (LK1). Of two LAs no value itself is kept. 16 bytes: without
   * the key nobody can look for two values of one tag, by chance 10^10 of them meet with 10^-19, and then a batch is refused.
   */
  @Column({ name: 'first_tag', type: 'bytea' })
  firstTag!: Uint8Array;

  /** The same of the higher LA; null where there is one. */
  @Column({ name: 'second_tag', type: 'bytea', nullable: true })
  secondTag!: Uint8Array | null;

  /** SM3 of what was about to be signed: written before the signature, for the audit of a crash in between. */
  @Column({ name: 'tbs_hash', type: 'bytea' })
  tbsHash!: Uint8Array;

  /** Host name of the PRA that asked; the MA is sent there in an approved case. */
  @Column({ name: 'pra', type: 'text' })
  pra!: string;

  /** Where the result stands when there is one: a random reference, the same for what came in one request. Erased with the row. */
  @Column({ name: 'batch', type: 'uuid' })
  batch!: string;

  /** Which one of the batch, in the order of the hashes. */
  @Column({ name: 'place', type: 'smallint' })
  place!: number;
}
