/** Devices that were stopped and that the AAA has not suspended yet. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('suspension_outbox')
export class SuspensionEntity {
  /** SM3 of the key of the certificate that was named: what the AAA knows the device by. The row is erased when it has been told. */
  @PrimaryColumn({ name: 'key_hash', type: 'bytea' })
  keyHash!: Buffer;

  /** Which device, as in `enrolment`: while it is here, the device gets nothing. */
  @Index('suspension_device')
  @Column({ name: 'device_index', type: 'bytea' })
  deviceIndex!: Buffer;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ name: 'due_millis', type: 'bigint' })
  dueMillis!: string;
}
