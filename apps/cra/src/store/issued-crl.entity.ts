/** Every list ever issued, a copy for each certificate of ours that was valid then. Kept for good: what was published can be compared with what was ordered. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('issued_crl')
export class IssuedCrlEntity {
  /** CRL series. */
  @PrimaryColumn({ type: 'integer' })
  series!: number;

  /** Counts from 1 within the series; the primary key lets no number be used twice under one certificate. */
  @PrimaryColumn({ type: 'integer' })
  number!: number;

  /** HashedId8 of our certificate that this copy of the list names and is signed under; empty in rows of before there were copies. */
  @PrimaryColumn({ type: 'bytea' })
  craca!: Uint8Array;

  /** `full`, or `delta`: what came since the list before. Of one number there may be both. */
  @PrimaryColumn({ type: 'text' })
  kind!: 'full' | 'delta';

  /** The period of its seeds; of a list by hash the one it was issued in. */
  @Column({ name: 'i_rev', type: 'integer' })
  iRev!: number;

  @Column({ name: 'index_within_i', type: 'integer' })
  indexWithinI!: number;

  /** Unix milliseconds, whole seconds. */
  @Column({ name: 'issue_millis', type: 'bigint' })
  issueMillis!: string;

  @Column({ name: 'next_millis', type: 'bigint' })
  nextMillis!: string;

  /** How many chains or certificates are revoked with it and those it follows. */
  @Column({ type: 'integer' })
  entries!: number;

  /** The SecuredCrl as it is served. */
  @Column({ type: 'bytea' })
  bytes!: Uint8Array;
}
