/** Batches that are owed to the PCA, and what came of them. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row a batch, gone when it was answered: nothing tells afterwards who travelled together. */
@Entity('batches')
export class BatchEntity {
  /** 16 random bytes. */
  @PrimaryColumn({ name: 'batch_id', type: 'bytea' })
  batchId!: Buffer;

  @Column({ type: 'integer' })
  i!: number;

  @Column({ name: 'class_key', type: 'bytea' })
  classKey!: Buffer;

  /** `sent`: the PCA may have it, so its items stay as they are. */
  @Column({ type: 'text' })
  state!: 'formed' | 'sent';

  /** Unix milliseconds: the generationTime of its items. */
  @Column({ name: 'formed_millis', type: 'bigint' })
  formedMillis!: string;

  /** Tries that failed. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** Nobody else takes it before this moment, Unix milliseconds. */
  @Column({ name: 'due_millis', type: 'bigint' })
  dueMillis!: string;

  @Column({ name: 'item_count', type: 'integer' })
  itemCount!: number;

  /** `packKeys`: request and j of each item, in their order. */
  @Column({ type: 'bytea' })
  keys!: Buffer;

  /** `packBytes`: encoded RaAcaCertRequests, the very bytes that are sent, also again; a batch can be dissolved from them. */
  @Column({ type: 'bytea' })
  items!: Buffer;
}

/** Insert-only, a partition a period; dropped when the period has passed. */
@Entity('answers')
export class AnswerEntity {
  @PrimaryColumn({ type: 'integer' })
  i!: number;

  @PrimaryColumn({ name: 'request_id', type: 'bytea' })
  requestId!: Buffer;

  @PrimaryColumn({ type: 'integer' })
  j!: number;

  /** Unix milliseconds; the newest of a bundle is the bundle's own time. */
  @Column({ name: 'answered_millis', type: 'bigint' })
  answeredMillis!: string;

  /** The PCA's answer, sealed to the device. */
  @Column({ type: 'bytea' })
  answer!: Buffer;
}

/**
 * By which an approved case finds the device. Insert-only, a partition a period; dropped eight periods after its own, as the
 * PCA can trace a certificate no longer, and before that when no request reaches back to the period.
 */
@Entity('handles')
export class HandleEntity {
  @PrimaryColumn({ type: 'integer' })
  i!: number;

  /** SM3 of the single item that was sent, 32 bytes. */
  @PrimaryColumn({ name: 'item_hash', type: 'bytea' })
  itemHash!: Buffer;

  @Column({ name: 'request_id', type: 'bytea' })
  requestId!: Buffer;
}
