/** Device certificates and CAs that a manufacturer's CRL names. */
import { Entity, PrimaryColumn } from 'typeorm';

@Entity('x509_revoked')
export class X509RevokedEntity {
  /** SM3 over the issuing key and the serial number, as on the public CRL. Kept for ever: nothing takes it back. */
  @PrimaryColumn({ name: 'leaf_id', type: 'bytea' })
  leafId!: Uint8Array;
}
