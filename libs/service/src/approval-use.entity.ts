/** Approvals that were used, so that none counts twice. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('approval_use')
export class ApprovalUseEntity {
  /** SM3 over nonce and scope of the approval: nothing of the case can be read from it. */
  @PrimaryColumn({ name: 'nonce_hash', type: 'bytea' })
  nonceHash!: Uint8Array;

  /** Unix milliseconds; the row is erased after this moment, when the approval has expired by itself. */
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}
