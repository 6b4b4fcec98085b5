/** What the MA ordered: that an approval was used, and which list answers it. Nothing of the case. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('revocation_order')
export class RevocationOrderEntity {
  /** SM3 of the order as it came: the same order again gets the same answer. Erased with the row. */
  @PrimaryColumn({ name: 'request_hash', type: 'bytea' })
  requestHash!: Uint8Array;

  /** SM3 over nonce and scope of its approval; unique, so that an approval counts once. */
  @Index('revocation_order_approval', { unique: true })
  @Column({ name: 'approval_hash', type: 'bytea' })
  approvalHash!: Uint8Array;

  /** Series of the list that answers: 1 for chains, 2 for certificates. */
  @Column({ type: 'integer' })
  series!: number;

  /** Number of the first list with what was ordered, issued or the next to come; null before a list was thought of. */
  @Column({ name: 'crl_number', type: 'integer', nullable: true })
  crlNumber!: number | null;

  /** Unix milliseconds; the row is erased after this moment, when the approval has expired by itself. */
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}
