/** One case: one accused pseudonym certificate. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type CaseState =
  | 'INVESTIGATING'
  | 'FAULT_WARN'
  | 'DISMISSED'
  | 'PENDING_APPROVAL'
  | 'APPROVED'
  | 'RESOLVING'
  | 'REVOKED'
  | 'REFUSED'
  | 'APPEAL'
  | 'REINSTATED';

@Entity('misbehaviour_case')
export class MisbehaviourCaseEntity {
  /** 16 random bytes; stands in every approval of the case. */
  @PrimaryColumn({ type: 'bytea' })
  id!: Uint8Array;

  /** SM3 of the accused certificate: one case a certificate. Kept as the record that a case was held. */
  @Index('misbehaviour_case_certificate', { unique: true })
  @Column({ name: 'certificate_hash', type: 'bytea' })
  certificateHash!: Uint8Array;

  /** Period and linkage value of the accused certificate: what the PCA is asked by, and the witness against it. */
  @Column({ name: 'i_cert', type: 'integer' })
  iCert!: number;
  @Column({ name: 'linkage_value', type: 'bytea' })
  linkageValue!: Uint8Array;

  /** 16 random bytes; hides the certificate in the approvals' target. */
  @Column({ type: 'bytea' })
  salt!: Uint8Array;

  @Column({ type: 'text' })
  state!: CaseState;

  /** Why the state is what it is: a word of a closed set. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** Subjective level and number of reporters of the week that says most. */
  @Column({ type: 'double precision' })
  scl!: number;
  @Column({ type: 'integer' })
  reporters!: number;

  /** Reports against it that our detectors did not bear out. */
  @Column({ type: 'integer' })
  unconfirmed!: number;

  /** `agrees`, or `impossible` when the accused period was over; null before. */
  @Column({ type: 'text', nullable: true })
  witness!: string | null;

  /** Number of the list that names the device. */
  @Column({ name: 'crl_number', type: 'integer', nullable: true })
  crlNumber!: number | null;

  /** Unix milliseconds. */
  @Column({ name: 'opened_millis', type: 'bigint' })
  openedMillis!: string;
  @Column({ name: 'closed_millis', type: 'bigint', nullable: true })
  closedMillis!: string | null;

  /** Unix milliseconds; observations and evidence are erased after. Set when the case is opened, and anew with its end. */
  @Column({ name: 'erase_millis', type: 'bigint', nullable: true })
  eraseMillis!: string | null;
}
