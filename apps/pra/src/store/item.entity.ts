/** Single certificates on their way: pooled, batched, answered. Rows go with their request. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type ItemState = 'pooled' | 'batched' | 'answered';

@Entity('items')
@Index('items_key', ['i', 'keyHash'], { unique: true })
export class ItemEntity {
  @PrimaryColumn({ name: 'request_id', type: 'bytea' })
  requestId!: Buffer;

  @PrimaryColumn({ type: 'integer' })
  i!: number;

  @PrimaryColumn({ type: 'integer' })
  j!: number;

  @Column({ type: 'text' })
  state!: ItemState;

  /** SM3 of the cocoon key B: one key is asked for once in a period, whoever asks. */
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Buffer;

  /** Cocoon keys B and Q and the two sealed pre-linkage values: what the item is made of; erased with the answer. */
  @Column({ name: 'signing_key', type: 'bytea', nullable: true })
  signingKey!: Buffer | null;

  @Column({ name: 'encryption_key', type: 'bytea', nullable: true })
  encryptionKey!: Buffer | null;

  @Column({ type: 'bytea', nullable: true })
  plv1!: Buffer | null;

  @Column({ type: 'bytea', nullable: true })
  plv2!: Buffer | null;

  /** The batch it travels in and its place there; erased with the answer, so that nothing tells who travelled together. */
  @Column({ name: 'batch_id', type: 'bytea', nullable: true })
  batchId!: Buffer | null;

  @Column({ type: 'integer', nullable: true })
  place!: number | null;

  /** Encoded RaAcaCertRequest, the very bytes that are sent, also again; erased with the answer. */
  @Column({ type: 'bytea', nullable: true })
  item!: Buffer | null;

  /** SM3 of those bytes, 32: the handle by which an approved case finds the device. */
  @Column({ name: 'item_hash', type: 'bytea', nullable: true })
  itemHash!: Buffer | null;

  /** The PCA's answer, sealed to the device; erased when the period has passed. */
  @Column({ type: 'bytea', nullable: true })
  answer!: Buffer | null;

  /** Unix milliseconds; the newest of a bundle is the bundle's own time. */
  @Column({ name: 'answered_millis', type: 'bigint', nullable: true })
  answeredMillis!: string | null;
}

/** A batch that is owed to the PCA; the row is gone once it was answered. */
@Entity('batches')
export class BatchEntity {
  /** 16 random bytes. */
  @PrimaryColumn({ name: 'batch_id', type: 'bytea' })
  batchId!: Buffer;

  /** `sent`: the PCA may have it, so its items stay as they are. */
  @Column({ type: 'text' })
  state!: 'formed' | 'sent';

  /** Unix milliseconds: the generationTime of its items. */
  @Column({ name: 'formed_millis', type: 'bigint' })
  formedMillis!: string;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ name: 'due_millis', type: 'bigint' })
  dueMillis!: string;
}
