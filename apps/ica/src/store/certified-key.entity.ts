/** Every key this ICA certified, or meant to. Kept as long as the ICA lives: a CA never forgets what it issued. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('certified_key')
export class CertifiedKeyEntity {
  /** 33 bytes; the primary key, so that no key is certified twice. */
  @PrimaryColumn({ name: 'verification_key', type: 'bytea' })
  verificationKey!: Uint8Array;

  /** SM3 of the order but for its moment: tells a repeated order from another one. */
  @Column({ name: 'order_hash', type: 'bytea' })
  orderHash!: Uint8Array;

  /** What is signed, written before the key is used: names what may exist even if we stop in between. */
  @Column({ name: 'to_be_signed', type: 'bytea' })
  toBeSigned!: Uint8Array;

  /** The certificate; null until it was signed and compared. */
  @Column({ name: 'certificate', type: 'bytea', nullable: true })
  certificate!: Uint8Array | null;

  /** SM3 of the certificate, 32 bytes, unique: its identifier everywhere else. Null as long as there is none. */
  @Column({ name: 'certificate_id', type: 'bytea', nullable: true, unique: true })
  certificateId!: Uint8Array | null;
}
