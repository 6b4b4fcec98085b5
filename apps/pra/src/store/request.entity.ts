/** What devices asked for, until the last period asked for has passed. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** `accepted` has weeks still to be made; of `expanded` all are; the others ended without (more) certificates. */
export type RequestState = 'accepted' | 'expanded' | 'blocked' | 'refused' | 'expired';

@Entity('requests')
export class RequestEntity {
  /** 16 random bytes: the name of the row in our own queue. */
  @PrimaryColumn({ name: 'request_id', type: 'bytea' })
  requestId!: Buffer;

  /** SM3 of the request as it came, 32 bytes: one request has one answer (PR4). */
  @Index('requests_request_hash', { unique: true })
  @Column({ name: 'request_hash', type: 'bytea' })
  requestHash!: Buffer;

  /** SM3 of the enrolment certificate, 32 bytes: whose request this is; for downloads and for the blacklist. */
  @Index('requests_ec')
  @Column({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  /** End of that certificate, Unix milliseconds: a blacklist entry need not outlive it. */
  @Column({ name: 'ec_expires_millis', type: 'bigint' })
  ecExpiresMillis!: string;

  /** Which public fields the certificates will have. */
  @Column({ name: 'class_key', type: 'bytea' })
  classKey!: Buffer;

  @Column({ name: 'i_min', type: 'integer' })
  iMin!: number;

  @Column({ name: 'i_max', type: 'integer' })
  iMax!: number;

  @Column({ name: 'j_max', type: 'integer' })
  jMax!: number;

  /** The first week that was not made yet; up to i_max they are owed. */
  @Column({ name: 'next_i', type: 'integer' })
  nextI!: number;

  /** Caterpillar and expansion keys, 98 bytes, sealed by the crypto device; erased when the last week is made. */
  @Column({ name: 'sealed_caterpillar', type: 'bytea', nullable: true })
  sealedCaterpillar!: Buffer | null;

  /** The signed RaEeCertAck, for a repeat of the request. */
  @Column({ type: 'bytea' })
  acknowledgement!: Buffer;

  @Column({ type: 'text' })
  state!: RequestState;

  /** Tries that failed. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** Not before this moment, Unix milliseconds: the next try, or the next top-up. */
  @Column({ name: 'due_millis', type: 'bigint' })
  dueMillis!: string;
}

/**
 * Which chains of the LAs the certificates of some weeks belong to: mostly one row a request, whose last week moves on with
 * each top-up; another one when the chains could not go on. For top-ups, and for an approved investigation. Erased when
 * the last of its weeks has passed.
 */
@Entity('request_chains')
@Index('request_chains_end', ['iTo'])
export class RequestChainsEntity {
  @PrimaryColumn({ name: 'request_id', type: 'bytea' })
  requestId!: Buffer;

  @PrimaryColumn({ name: 'i_from', type: 'integer' })
  iFrom!: number;

  /** The last week made of these chains. */
  @Column({ name: 'i_to', type: 'integer' })
  iTo!: number;

  /** Identifier of la1, and its handle of the chain, which la1 alone can open. */
  @Column({ name: 'la1_id', type: 'integer' })
  la1Id!: number;

  @Index('request_chains_la1_chain', { unique: true })
  @Column({ name: 'la1_chain', type: 'bytea' })
  la1Chain!: Buffer;

  /** The same of la2; null, both of them, where there is one LA. */
  @Column({ name: 'la2_id', type: 'integer', nullable: true })
  la2Id!: number | null;

  @Index('request_chains_la2_chain', { unique: true })
  @Column({ name: 'la2_chain', type: 'bytea', nullable: true })
  la2Chain!: Buffer | null;
}

/** The common fields of a class of certificates; no device in it. */
@Entity('item_classes')
export class ItemClassEntity {
  /** SM3 of the fields, 32 bytes. */
  @PrimaryColumn({ name: 'class_key', type: 'bytea' })
  classKey!: Buffer;

  /** Encoded PublicFields. */
  @Column({ type: 'bytea' })
  fields!: Buffer;
}

/** Which periods a device was granted: the key decides which of two overlapping requests came first. Goes with its request. */
@Entity('granted_periods')
export class GrantedPeriodEntity {
  @PrimaryColumn({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  @PrimaryColumn({ type: 'integer' })
  i!: number;

  @Column({ name: 'request_id', type: 'bytea' })
  requestId!: Buffer;
}
