/** What devices asked for, until their certificate has ended. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** `accepted` is owed to the ACA, `answered` may be fetched; the others ended without a certificate. */
export type RequestState = 'accepted' | 'answered' | 'blocked' | 'refused' | 'expired';

@Entity('requests')
export class RequestEntity {
  /** 16 random bytes: the name of the row in our own queue. */
  @PrimaryColumn({ name: 'request_id', type: 'bytea' })
  requestId!: Buffer;

  /** SM3 of the request as it came, 32 bytes: one request has one answer (PR4). */
  @Index('requests_request_hash', { unique: true })
  @Column({ name: 'request_hash', type: 'bytea' })
  requestHash!: Buffer;

  /** SM3 of the enrolment certificate, 32 bytes: whose request this is; for downloads, limits and the blacklist. */
  @Index('requests_ec')
  @Column({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  /** End of that certificate, Unix milliseconds: nothing is certified for it after that. */
  @Column({ name: 'ec_expires_millis', type: 'bigint' })
  ecExpiresMillis!: string;

  /** SM3 of the key to be certified. Unique: no key is asked for twice, whatever became of the first time. */
  @Index('requests_key_hash', { unique: true })
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Buffer;

  /** Which permissions, SM3 of their bytes: so many certificates of one device with these are valid at once. */
  @Column({ name: 'aid_set', type: 'bytea' })
  aidSet!: Buffer;

  /** Encoded Wanted: what the item is made of; erased when the request has ended. */
  @Column({ type: 'bytea', nullable: true })
  wanted!: Buffer | null;

  /** 64 bytes: the signature by the key to be certified, for the ACA to see; erased when the request has ended. */
  @Column({ type: 'bytea', nullable: true })
  possession!: Buffer | null;

  /** The signed RaEeCertAck, for a repeat of the request. */
  @Column({ type: 'bytea' })
  acknowledgement!: Buffer;

  @Column({ type: 'text' })
  state!: RequestState;

  /** The item as it was first sent, so that a retry is the same bytes; erased when the request has ended. */
  @Column({ type: 'bytea', nullable: true })
  item!: Buffer | null;

  /** Signed and sealed to the device by the ACA, for the download; erased with the row. */
  @Column({ type: 'bytea', nullable: true })
  answer!: Buffer | null;

  /** Tries that failed. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** Not before this moment, Unix milliseconds. */
  @Column({ name: 'due_millis', type: 'bigint' })
  dueMillis!: string;

  /** Latest end of the certificate, Unix milliseconds; the row is erased after it. */
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}
