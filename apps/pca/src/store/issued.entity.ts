/**
 * What this PCA issued, one row an item. No column for a device, an order or a batch: which rows belong together is not known
 * here. Times are kept nowhere, and the rows of a batch are written in the order of their hashes.
 */
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** The constraints by which repeats are refused; the store makes refusals of their names. */
export const ISSUED_KEY = 'issued_key_hash';
export const ISSUED_LINKAGE_VALUE = 'issued_i_lv';
export const ISSUED_FIRST_TAG = 'issued_first_tag';
export const ISSUED_SECOND_TAG = 'issued_second_tag';

@Entity('issued')
@Unique(ISSUED_KEY, ['keyHash'])
@Unique(ISSUED_LINKAGE_VALUE, ['iValue', 'lv'])
@Unique(ISSUED_FIRST_TAG, ['firstTag'])
@Unique(ISSUED_SECOND_TAG, ['secondTag'])
export class IssuedEntity {
  /** SM3 of the request, 32 bytes: the handle by which an approved case goes on at the PRA. Erased with the row. */
  @PrimaryColumn({ name: 'item_hash', type: 'bytea' })
  itemHash!: Uint8Array;

  /** The period of the certificate; the row is erased some periods after it is over, when no case can need it. */
  @Index('issued_i_value')
  @Column({ name: 'i_value', type: 'integer' })
  iValue!: number;

  /** Linkage value, 9 bytes: unique in its period (LK6). Erased with the row. */
  @Column({ name: 'lv', type: 'bytea' })
  lv!: Uint8Array;

  /** SM3 of the cocoon key: a key is certified once (PR5). Erased with the row. */
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Uint8Array;

  /** Keyed tag of the pre-linkage value of the lower LA: used once (LK1). The value itself is kept nowhere. */
  @Column({ name: 'first_tag', type: 'bytea' })
  firstTag!: Uint8Array;

  /** The same of the higher LA. */
  @Column({ name: 'second_tag', type: 'bytea' })
  secondTag!: Uint8Array;

  /** SM3 of what was about to be signed: written before the signature, for the audit of a crash in between. */
  @Column({ name: 'tbs_hash', type: 'bytea' })
  tbsHash!: Uint8Array;

  /** Host name of the PRA that asked; the MA is sent there in an approved case. */
  @Column({ name: 'pra', type: 'text' })
  pra!: string;

  /** SM3 of the certificate; null while only the intent stands. */
  @Column({ name: 'certificate_hash', type: 'bytea', nullable: true })
  certificateHash!: Uint8Array | null;

  /** The answer, encrypted to the device; erased when its period is over. */
  @Column({ name: 'response', type: 'bytea', nullable: true })
  response!: Uint8Array | null;
}
