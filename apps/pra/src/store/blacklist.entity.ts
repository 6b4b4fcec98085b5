/** Enrolment certificates that get nothing any more, who is to be told, and the approvals that said so. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('blacklist')
export class BlacklistEntity {
  /** SM3 of the enrolment certificate, 32 bytes. */
  @PrimaryColumn({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  /** The first case in which it was ordered: entries are as many as orders (RV5). */
  @Column({ name: 'case_id', type: 'bytea' })
  caseId!: Buffer;

  @Column({ name: 'since_millis', type: 'bigint' })
  sinceMillis!: string;

  /** End of the certificate; the row is erased after it, when the certificate is refused for its age. */
  @Column({ name: 'until_millis', type: 'bigint' })
  untilMillis!: string;
}

export const ADDRESSEES = ['eca', 'ara'] as const;
/** Who is told that a certificate is blocked. */
export type Addressee = (typeof ADDRESSEES)[number];

@Entity('stop_outbox')
export class StopOutboxEntity {
  /** SM3 of the blocked certificate, 32 bytes: all that is passed on. The row is erased when the addressee has it. */
  @PrimaryColumn({ name: 'ec_hash', type: 'bytea' })
  ecHash!: Buffer;

  @PrimaryColumn({ type: 'text' })
  addressee!: Addressee;

  @Column({ type: 'integer' })
  attempts!: number;

  @Column({ name: 'due_millis', type: 'bigint' })
  dueMillis!: string;
}

@Entity('used_approvals')
export class UsedApprovalEntity {
  /** SM3 over nonce and scope, 32 bytes: an approval counts once. */
  @PrimaryColumn({ name: 'nonce_hash', type: 'bytea' })
  nonceHash!: Buffer;

  /** The row is erased after this moment, when the approval has expired anyway. */
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}
