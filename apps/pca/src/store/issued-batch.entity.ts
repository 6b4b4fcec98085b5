/**
 * What came of the intents of a batch, a row for all of one period, in two tables: the answers live as long as their period,
 * the certificates as long as the rows of `issued`. Both are partitioned by `i`. Written in one transaction, when all is signed
 * and compared: a batch without these rows was not issued.
 */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('issued_certificates')
export class IssuedCertificatesEntity {
  /** The period of the certificates; the row is erased with the rows of `issued`. */
  @PrimaryColumn({ name: 'i', type: 'integer' })
  i!: number;

  /** The random reference in the rows of `issued`. */
  @PrimaryColumn({ name: 'batch', type: 'uuid' })
  batch!: string;

  /** The certificates one after the other, in the order of their places: what was issued, for `check-certificates`. */
  @Column({ name: 'certificates', type: 'bytea' })
  certificates!: Uint8Array;

  /** Where each begins, and behind the last where it ends. */
  @Column({ name: 'starts', type: 'integer', array: true })
  starts!: number[];

  /** SM3 of each certificate, 32 bytes each: an approved case names a certificate by it. */
  @Column({ name: 'certificate_hashes', type: 'bytea' })
  certificateHashes!: Uint8Array;
}

@Entity('issued_answers')
export class IssuedAnswersEntity {
  /** The period; the row is erased when it is over. */
  @PrimaryColumn({ name: 'i', type: 'integer' })
  i!: number;

  /** The random reference in the rows of `issued`. */
  @PrimaryColumn({ name: 'batch', type: 'uuid' })
  batch!: string;

  /** The answers as they left, each encrypted to its device, in the order of their places: a repeated item gets its first. */
  @Column({ name: 'responses', type: 'bytea' })
  responses!: Uint8Array;

  /** Where each begins, and behind the last where it ends. */
  @Column({ name: 'starts', type: 'integer', array: true })
  starts!: number[];
}
