/** The certificates on the list by hash. What they are and whose, the hash does not say. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('revoked_certificate')
export class RevokedCertificateEntity {
  /** HashedId10: public with the list. */
  @PrimaryColumn({ type: 'bytea' })
  id!: Uint8Array;

  /** When the certificate ends, Unix milliseconds; the row is erased by the first full list after. */
  @Column({ name: 'ends_millis', type: 'bigint' })
  endsMillis!: string;

  /** Number of the first list it stands on; null while that list is owed. */
  @Column({ name: 'first_crl', type: 'integer', nullable: true })
  firstCrl!: number | null;
}
