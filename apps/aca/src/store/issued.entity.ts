/** Every certificate this ACA issued or meant to issue. The row is kept for ever: no key is certified twice (BI6). */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ApplicationKind } from '../domain/application-kind.js';

@Entity('issued')
export class IssuedEntity {
  /** SM3 of the ARA's item: one item has one row, and one answer. */
  @PrimaryColumn({ name: 'item_hash', type: 'bytea' })
  itemHash!: Uint8Array;

  /** SM3 of the certified key. Unique. */
  @Index('issued_key_hash', { unique: true })
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Uint8Array;

  /** SM3 of the device's request. Unique: one request has one certificate, however often the ARA asks. */
  @Index('issued_request_hash', { unique: true })
  @Column({ name: 'request_hash', type: 'bytea' })
  requestHash!: Uint8Array;

  /** `application` or `identity`. */
  @Column({ type: 'text' })
  kind!: ApplicationKind;

  /** The intent: an encoded ToBeSignedCertificate, stored before it is signed. */
  @Column({ type: 'bytea' })
  tbs!: Uint8Array;

  /** The certificate; null between intent and signature. */
  @Column({ type: 'bytea', nullable: true })
  certificate!: Uint8Array | null;

  /** SM3 of the certificate. Unique: identifiers never collide. */
  @Index('issued_certificate_hash', { unique: true })
  @Column({ name: 'certificate_hash', type: 'bytea', nullable: true })
  certificateHash!: Uint8Array | null;

  /** The answer, sealed to the device, for an ARA that asks again; erased when the certificate has ended. */
  @Column({ type: 'bytea', nullable: true })
  response!: Uint8Array | null;

  /** Unix milliseconds of the intent. */
  @Column({ name: 'created_millis', type: 'bigint' })
  createdMillis!: string;

  /** Unix milliseconds: the end of its validity. */
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}
