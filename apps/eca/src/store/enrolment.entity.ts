/** Every enrolment certificate this ECA issued or meant to issue; kept for ever (EN13). */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('enrolment')
@Index('enrolment_active', ['deviceIndex'], { unique: true, where: 'is_active' })
export class EnrolmentEntity {
  /** SM3 of the device's request: one request has one row, and one answer. */
  @PrimaryColumn({ name: 'request_hash', type: 'bytea' })
  requestHash!: Uint8Array;

  /** SM3 of the certified key. Unique: no key is certified twice. */
  @Index('enrolment_key_hash', { unique: true })
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Uint8Array;

  /** Which device, as an HMAC of the AAA's record under a secret of the crypto device: needed to retire the certificate before. */
  @Column({ name: 'device_index', type: 'bytea' })
  deviceIndex!: Uint8Array;

  /** The intent: an encoded ToBeSignedCertificate, stored before it is signed. */
  @Column({ type: 'bytea' })
  tbs!: Uint8Array;

  /** The certificate; null between intent and signature. */
  @Column({ type: 'bytea', nullable: true })
  certificate!: Uint8Array | null;

  /** SM3 of the certificate. Unique: identifiers never collide. */
  @Index('enrolment_certificate_hash', { unique: true })
  @Column({ name: 'certificate_hash', type: 'bytea', nullable: true })
  certificateHash!: Uint8Array | null;

  /** The answer as it was sealed to the device, for a device that asks again. */
  @Column({ type: 'bytea', nullable: true })
  answer!: Uint8Array | null;

  /** The one certificate of this device that counts. */
  @Column({ name: 'is_active', type: 'boolean' })
  isActive!: boolean;

  /** When its device was stopped, Unix milliseconds; null for a device in good standing. Later: when the AAA had been told. */
  @Column({ name: 'stopped_millis', type: 'bigint', nullable: true })
  stoppedMillis!: string | null;

  /** Unix milliseconds, from before the AAA was asked. */
  @Column({ name: 'created_millis', type: 'bigint' })
  createdMillis!: string;

  /** Unix milliseconds: the end of its validity. */
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}
