/** Misbehaviour reports on their way to the MA. The PRA cannot open them; who sent one is not in its row. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('report_outbox')
export class ReportOutboxEntity {
  /** 16 random bytes, and the order of forwarding: no other order is kept. The row is erased when the MA has it. */
  @PrimaryColumn({ name: 'report_id', type: 'bytea' })
  reportId!: Buffer;

  /** The reporter's handle of the week, 16 bytes. */
  @Column({ type: 'bytea' })
  handle!: Buffer;

  @Column({ type: 'integer' })
  week!: number;

  /** Reputation bucket. */
  @Column({ type: 'text' })
  bucket!: 'low' | 'medium' | 'high' | 'rsu';

  /** Sealed to the MA. */
  @Column({ type: 'bytea' })
  report!: Buffer;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ name: 'due_millis', type: 'bigint' })
  dueMillis!: string;
}

@Entity('report_receipts')
export class ReportReceiptEntity {
  /** SM3 of the sealed header's ciphertext, 32 bytes: it introduces one report. */
  @PrimaryColumn({ name: 'header_hash', type: 'bytea' })
  headerHash!: Buffer;

  /** SM3 of the report it introduced: the same again is the same upload, repeated. */
  @Column({ name: 'body_hash', type: 'bytea' })
  bodyHash!: Buffer;

  /** Erased after this moment, when the header is too old anyway. */
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}

/** How many reports a device may still send; erased when the bucket is full again. */
@Entity('report_allowances')
export class ReportAllowanceEntity {
  @PrimaryColumn({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  @Column({ type: 'double precision' })
  tokens!: number;

  @Column({ name: 'updated_millis', type: 'bigint' })
  updatedMillis!: string;
}
