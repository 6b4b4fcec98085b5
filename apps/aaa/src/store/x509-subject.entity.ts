/** Devices that proved themselves by an X.509 certificate. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DeviceState } from '../domain/device-state.js';

@Entity('x509_subject')
export class X509SubjectEntity {
  /** 16 random bytes: the name of this record, also towards the ECA. Kept as long as the record. */
  @PrimaryColumn({ name: 'device_id', type: 'bytea' })
  deviceId!: Uint8Array;

  /** HMAC over issuing key and serial number of the certificate: finds the record without telling whose it is. Unique. */
  @Column({ name: 'subject_index', type: 'bytea', unique: true })
  subjectIndex!: Uint8Array;

  /** The trusted issuer above it: its profile is this device's. */
  @Column({ name: 'issuer_id', type: 'bytea' })
  issuerId!: Uint8Array;

  /** Whether it may enrol, and why not. */
  @Column({ type: 'text' })
  state!: DeviceState;

  /** Its manufacturer's certificate is the first release; an operator may add more. */
  @Column({ type: 'integer' })
  releases!: number;
}
