/** Single items that wait for company, and which cocoon keys were ever among them. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What one request has waiting for one period; written when its items are made, gone when they are drawn. Not partitioned: the
 * table is short, as expansion stops while much waits (`owedItems`).
 */
@Entity('pool')
export class PoolEntity {
  @PrimaryColumn({ name: 'request_id', type: 'bytea' })
  requestId!: Buffer;

  @PrimaryColumn({ type: 'integer' })
  i!: number;

  /** Items are drawn together with others of the same public fields. */
  @Column({ name: 'class_key', type: 'bytea' })
  classKey!: Buffer;

  @Column({ name: 'item_count', type: 'integer' })
  itemCount!: number;

  /** `packPooled`: of each item j, the cocoon keys B and Q, and the two sealed pre-linkage values. */
  @Column({ type: 'bytea' })
  items!: Buffer;
}

/** Insert-only, a partition a period; dropped when the period has passed: no certificate is made for it then. */
@Entity('asked_keys')
export class AskedKeyEntity {
  @PrimaryColumn({ type: 'integer' })
  i!: number;

  /**
   * First 16 bytes of SM3 of the cocoon key B: one key is asked for once in a period, whoever asks. To be refused for
   * another's key takes a second preimage, 2^128; two that meet at 2^64 are both the asker's own.
   */
  @PrimaryColumn({ name: 'key_tag', type: 'bytea' })
  keyTag!: Buffer;
}
