/** The devices that prove themselves by serial. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DeviceState } from '../domain/device-state.js';

@Entity('device')
export class DeviceEntity {
  /** 16 random bytes: the name of this record, also towards the ECA. Kept as long as the record. */
  @PrimaryColumn({ name: 'device_id', type: 'bytea' })
  deviceId!: Uint8Array;

  /** HMAC of the serial under a secret of the crypto device: finds the record without telling the serial. Unique. */
  @Column({ name: 'serial_index', type: 'bytea', unique: true })
  serialIndex!: Uint8Array;

  /** The serial, sealed by the crypto device; for the operator of the AAA alone. Erased with the record. */
  @Column({ name: 'sealed_serial', type: 'bytea' })
  sealedSerial!: Uint8Array;

  /** The secret under which the device proves its serial, sealed. Erased with the record: a revoked device, too, is told so only when it proves itself. */
  @Column({ name: 'sealed_secret', type: 'bytea' })
  sealedSecret!: Uint8Array;

  /** Whether it may enrol, and why not. */
  @Column({ type: 'text' })
  state!: DeviceState;

  /** How often it was released; each release serves one enrolment. */
  @Column({ type: 'integer' })
  releases!: number;

  /** The AIDs that its enrolment certificate may request. */
  @Column({ name: 'allowed_aids', type: 'integer', array: true })
  allowedAids!: number[];

  /** ISO 3166-1 numeric, for the region of its certificates. */
  @Column({ type: 'integer' })
  country!: number;

  /** Encoded Rights: what it may do beyond its bare AIDs, and where; null for a device of no special rights. Kept as long as the record. */
  @Column({ type: 'bytea', nullable: true })
  rights!: Uint8Array | null;
}
