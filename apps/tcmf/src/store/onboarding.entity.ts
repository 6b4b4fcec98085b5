/** Who applied to join, and what became of it. Companies, and people who speak for them; nothing of a device. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OnboardingState } from '../domain/onboarding/moves.js';
import type { Step } from '../domain/onboarding/onboarding.js';

@Entity('onboarding')
export class OnboardingEntity {
  /** 16 random bytes, hex. */
  @PrimaryColumn({ name: 'application_id', type: 'text' })
  applicationId!: string;

  /** Public key of the account that applied, hex. */
  @Column({ name: 'applicant', type: 'text' })
  applicant!: string;

  /** What was asked for, as JSON: the reviewers sign it, so it never changes. Kept for good: it is why somebody is listed. */
  @Column({ name: 'application', type: 'text' })
  application!: string;

  /** SM3 of the request in hex: the same request is not handed in twice. */
  @Column({ name: 'request_hash', type: 'text' })
  requestHash!: string;

  /** Names, mail addresses and telephone numbers, as JSON; erased when the application is refused, withdrawn or removed. */
  @Column({ name: 'contacts', type: 'text', nullable: true })
  contacts!: string | null;

  @Column({ name: 'state', type: 'text' })
  state!: OnboardingState;

  /** What came back from the ceremony; public. */
  @Column({ name: 'certificate', type: 'bytea', nullable: true })
  certificate!: Uint8Array | null;

  /** Unix milliseconds of the last step, for the order of a list. */
  @Column({ name: 'changed_millis', type: 'bigint' })
  changedMillis!: string;
}

/** The audit: a row for each act, never changed, kept as long as the application. */
@Entity('onboarding_step')
export class OnboardingStepEntity {
  @PrimaryColumn({ name: 'application_id', type: 'text' })
  applicationId!: string;

  @PrimaryColumn({ name: 'number', type: 'int' })
  number!: number;

  @Column({ name: 'at_millis', type: 'bigint' })
  atMillis!: string;

  /** Public key of the account that acted, hex. */
  @Column({ name: 'account', type: 'text' })
  account!: string;

  @Column({ name: 'act', type: 'text' })
  act!: Step['act'];

  /** Where the application stood then. */
  @Column({ name: 'state', type: 'text' })
  state!: OnboardingState;

  /** In the words of the operator. */
  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  /** Of an approval, hex: it leaves with the application. */
  @Column({ name: 'signature', type: 'text', nullable: true })
  signature!: string | null;
}
