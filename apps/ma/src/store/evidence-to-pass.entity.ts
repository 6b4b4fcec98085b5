/** Evidence owed to the MA of another domain, without its reporter. The row is erased when that MA has it. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('evidence_to_pass')
export class EvidenceToPassEntity {
  /** SM3 of the PassedEvidence. */
  @PrimaryColumn({ type: 'bytea' })
  hash!: Uint8Array;

  /** Where that MA answers, and its name on the lists. */
  @Column({ type: 'text' })
  address!: string;
  @Column({ type: 'text' })
  hostname!: string;

  /** The encoded PassedEvidence, sealed by our crypto device. */
  @Column({ type: 'bytea' })
  sealed!: Uint8Array;

  /** Unix milliseconds; not sent before. */
  @Column({ name: 'retry_millis', type: 'bigint' })
  retryMillis!: string;
}
