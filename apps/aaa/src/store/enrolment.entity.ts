/** Enrolments that were allowed: one a release, one a request, one a key, one ECA. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('enrolment')
export class EnrolmentEntity {
  /** The device's record, in `device` or `x509_subject`. */
  @PrimaryColumn({ name: 'device_id', type: 'bytea' })
  deviceId!: Uint8Array;

  /** Which release it used: with device and renewal the key of this table, so one release serves one request. */
  @PrimaryColumn({ type: 'integer' })
  release!: number;

  /** How often that enrolment was renewed; 0 is the enrolment itself. */
  @PrimaryColumn({ type: 'integer' })
  renewal!: number;

  /** Whether the device was stopped with it: it opens nothing any more. */
  @Column({ name: 'is_stopped', type: 'boolean' })
  isStopped!: boolean;

  /** SM3 of the device's request, so that a repeat gets the same answer. Unique. */
  @Index('enrolment_request_hash', { unique: true })
  @Column({ name: 'request_hash', type: 'bytea' })
  requestHash!: Uint8Array;

  /** SM3 of the key to be certified. Unique: no key is certified for two devices, whichever ECA asks. Kept for ever. */
  @Index('enrolment_key_hash', { unique: true })
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Uint8Array;

  /** HashedId8 of the ECA that asked: one release serves one ECA. Kept as long as the row. */
  @Column({ name: 'eca_id', type: 'bytea' })
  ecaId!: Uint8Array;

  /** What was allowed, an encoded EnrolmentAllowed. */
  @Column({ type: 'bytea' })
  allowed!: Uint8Array;

  /** Unix milliseconds of the permission, for the operator. */
  @Column({ name: 'allowed_millis', type: 'bigint' })
  allowedMillis!: string;
}
