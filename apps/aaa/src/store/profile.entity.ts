/** Profiles of device classes. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('profile')
export class ProfileEntity {
  /** As operators call the class. Kept until an operator changes it; devices keep what they were registered with. */
  @PrimaryColumn({ type: 'text' })
  name!: string;

  /** The AIDs that an enrolment certificate may request. */
  @Column({ name: 'allowed_aids', type: 'integer', array: true })
  allowedAids!: number[];

  /** ISO 3166-1 numeric. */
  @Column({ type: 'integer' })
  country!: number;

  /** Encoded Rights; null for a class without special rights. */
  @Column({ type: 'bytea', nullable: true })
  rights!: Uint8Array | null;
}
