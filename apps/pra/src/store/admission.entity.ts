/** What the door remembers of a device's pace; in tables, so that a restart or a second process forgets nothing. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many requests a device may still make. */
@Entity('request_allowances')
export class RequestAllowanceEntity {
  /** SM3 of the enrolment certificate, 32 bytes. */
  @PrimaryColumn({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  /** When the allowance is whole again, Unix milliseconds; the row says nothing after that and is erased. */
  @Column({ name: 'whole_millis', type: 'bigint' })
  wholeMillis!: string;
}

/** Which bundles a device was given, and when last: the same file is not given again and again. Erased with its period. */
@Entity('fetched_bundles')
export class FetchedBundleEntity {
  @PrimaryColumn({ type: 'integer' })
  i!: number;

  @PrimaryColumn({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  /** The last copy from the first byte on, Unix milliseconds. */
  @Column({ name: 'whole_millis', type: 'bigint' })
  wholeMillis!: string;

  /** Ranges given since. */
  @Column({ type: 'integer' })
  ranges!: number;
}
