/** A device as it is first written into its table. */
import type { DataSource } from 'typeorm';
import { encode } from '#coer/codec.js';
import type { Random } from '#crypto/random.js';
import type { Profile } from '../domain/profile.js';
import { Rights } from '../domain/rights.js';
import type { DeviceVault } from './device-vault.js';
import type { DeviceEntity } from './device.entity.js';

export const DEVICE_ID_BYTES = 16;

export interface NewDevice {
  readonly serial: string;
  readonly secret: Uint8Array;
}

export interface RegistryNeeds {
  readonly dataSource: DataSource;
  readonly vault: DeviceVault;
  readonly random: Random;
  readonly nowMillis: () => number;
}

/** The row of a device that is not released yet. */
export async function deviceRow(
  { vault, random }: RegistryNeeds,
  { serial, secret }: NewDevice,
  { aids, country, rights }: Profile,
): Promise<DeviceEntity> {
  return {
    deviceId: Buffer.from(random.bytes(DEVICE_ID_BYTES)),
    serialIndex: Buffer.from(await vault.serialIndex(serial)),
    sealedSerial: Buffer.from(await vault.sealSerial(serial)),
    sealedSecret: Buffer.from(await vault.sealSecret(secret)),
    state: 'registered',
    releases: 0,
    allowedAids: [...aids],
    country,
    rights: rights === undefined ? null : Buffer.from(encode(Rights, rights)),
  };
}
