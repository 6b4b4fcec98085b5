/** Manufacturers' CAs whose device certificates count as a proof of birth. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('x509_issuer')
export class X509IssuerEntity {
  /** SM3 of the DER bytes. Kept until an operator stops to trust it. */
  @PrimaryColumn({ name: 'issuer_id', type: 'bytea' })
  issuerId!: Uint8Array;

  /** The self-signed certificate, DER; public. */
  @Column({ type: 'bytea' })
  der!: Uint8Array;

  /** The AIDs that its devices' enrolment certificates may request. */
  @Column({ name: 'allowed_aids', type: 'integer', array: true })
  allowedAids!: number[];

  /** ISO 3166-1 numeric, for the region of its devices' certificates. */
  @Column({ type: 'integer' })
  country!: number;

  /** Where the status of its certificates is asked (OCSP); null where its CRLs are all there is. */
  @Column({ name: 'ocsp_url', type: 'text', nullable: true })
  ocspUrl!: string | null;
}
