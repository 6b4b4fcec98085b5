/** One step of a case: what the operators are asked to sign, what they signed, and what the authority answered. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('case_step')
export class CaseStepEntity {
  @PrimaryColumn({ name: 'case_id', type: 'bytea' })
  caseId!: Uint8Array;

  /** `identify`, `blacklist`, `reveal-<chain>-<la>`, `revoke`; `verdict-<verdict>` for what the operators decide by themselves. */
  @PrimaryColumn({ type: 'text' })
  step!: string;

  /** The Approval: unsigned as prepared, then as signed by two operators. Kept as the record of who decided. */
  @Column({ type: 'bytea', nullable: true })
  approval!: Uint8Array | null;

  @Column({ name: 'is_signed', type: 'boolean' })
  isSigned!: boolean;

  /** Unix milliseconds; an approval is worth nothing after. */
  @Column({ name: 'expires_millis', type: 'bigint', nullable: true })
  expiresMillis!: string | null;

  /** How often the authority was asked with this approval: an answer may be lost on its way. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** The authority's encoded answer, sealed by our crypto device; seeds are among them. Erased when the case ends. */
  @Column({ type: 'bytea', nullable: true })
  answer!: Uint8Array | null;
}
