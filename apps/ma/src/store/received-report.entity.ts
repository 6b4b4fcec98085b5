/** What came in and is to be looked at. Of the reporter only a handle of the week and a bucket, and those only until then. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('received_report')
@Index('received_report_owed', ['state', 'retryMillis'])
export class ReceivedReportEntity {
  /** SM3 of what came over the line: the receipt. The row is erased when the report window is over. */
  @PrimaryColumn({ type: 'bytea' })
  receipt!: Uint8Array;

  /** `own`: sealed by a device of this domain. `passed`: from another MA, without its reporter. */
  @Column({ type: 'text' })
  origin!: 'own' | 'passed';

  /** The reporter's handle, made by the PRA or the passing MA; erased when the report was looked at. */
  @Column({ type: 'bytea', nullable: true })
  handle!: Uint8Array | null;

  /** Period of the handle. */
  @Column({ type: 'integer' })
  week!: number;

  /** Reputation bucket; erased with the handle. */
  @Column({ type: 'text', nullable: true })
  bucket!: string | null;

  /** As the device sealed it, or sealed by our crypto device when it was passed on; erased when it was looked at. */
  @Column({ type: 'bytea', nullable: true })
  sealed!: Uint8Array | null;

  /** `owed`, then how it ended. */
  @Column({ type: 'text' })
  state!: 'owed' | 'counted' | 'unconfirmed' | 'passed-on' | 'refused' | 'failed';

  /** Why it was refused: a word of a closed set. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** Unix milliseconds; not looked at before. */
  @Column({ name: 'retry_millis', type: 'bigint' })
  retryMillis!: string;

  /** How often looking at it ended in a failure of ours. */
  @Column({ type: 'integer' })
  failures!: number;

  /** Unix milliseconds of arrival; for erasing. */
  @Index('received_report_received')
  @Column({ name: 'received_millis', type: 'bigint' })
  receivedMillis!: string;
}
