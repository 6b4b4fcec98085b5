/** Profiles of device classes in PostgreSQL. */
import type { DataSource, EntityManager } from 'typeorm';
import { decode, encode } from '#coer/codec.js';
import type { Profile } from '../domain/profile.js';
import { Rights } from '../domain/rights.js';
import { ProfileEntity } from './profile.entity.js';

/** Makes a profile, or changes it for devices that are registered from now on. */
export async function keepProfile(dataSource: DataSource, name: string, profile: Profile): Promise<void> {
  const { aids, country, rights } = profile;
  const row = {
    name,
    allowedAids: [...aids],
    country,
    rights: rights === undefined ? null : Buffer.from(encode(Rights, rights)),
  };
  await dataSource.getRepository(ProfileEntity).upsert(row, ['name']);
}

export async function profileOf(manager: EntityManager, name: string): Promise<Profile | undefined> {
  const row = await manager.findOneBy(ProfileEntity, { name });
  if (row === null) return undefined;
  const { allowedAids, country, rights } = row;
  return { aids: allowedAids, country, rights: rights === null ? undefined : decode(Rights, new Uint8Array(rights)) };
}
