/** Enrolment certificates that get nothing any more from this ARA. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('blacklist')
export class BlacklistEntity {
  /** SM3 of the enrolment certificate, 32 bytes. */
  @PrimaryColumn({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  /** When an operator or the PRA blocked it, Unix milliseconds. Kept until an operator takes it back: the ARA cannot know its end. */
  @Column({ name: 'since_millis', type: 'bigint' })
  sinceMillis!: string;
}
