/** Devices, issuers, subjects and revoked certificates in PostgreSQL. */
import { In, type DataSource } from 'typeorm';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { gathered } from '#service/gathered.js';
import type { Registry } from '../domain/authorise.js';
import { standingAfter, type DeviceAct, type DeviceStanding } from '../domain/device-state.js';
import type { Profile } from '../domain/profile.js';
import { refuse } from '../domain/refusal.js';
import { readX509 } from '../domain/x509-certificate.js';
import type { TrustedIssuer } from '../domain/x509-path.js';
import type { CsvRow } from '../domain/device-csv.js';
import { registerBatch, type BatchOutcome } from './batch.store.js';
import { DEVICE_ID_BYTES, deviceRow, type NewDevice, type RegistryNeeds } from './device-row.js';
import { DeviceEntity } from './device.entity.js';
import { claimEnrolment, deviceOfKey, suspendOfKey } from './enrolment.store.js';
import { keepProfile, profileOf } from './profile.store.js';
import { useToken } from './used-token.store.js';
import { X509IssuerEntity } from './x509-issuer.entity.js';
import { X509RevokedEntity } from './x509-revoked.entity.js';
import { X509SubjectEntity } from './x509-subject.entity.js';

export type ActRefusal = 'device-not-registered' | 'device-retired' | 'device-revoked';

/** What operators do, beside what the line does. */
export interface RegistryStore extends Registry {
  /** Registers all or none; false when a serial is registered already. */
  register(devices: readonly NewDevice[], profile: Profile): Promise<boolean>;
  keepProfile(name: string, profile: Profile): Promise<void>;
  profile(name: string): Promise<Profile | undefined>;
  registerBatch(rows: AsyncIterable<CsvRow>): Promise<BatchOutcome>;
  standing(serial: string): Promise<(DeviceStanding & Profile) | undefined>;
  act(serial: string, act: DeviceAct): Promise<DeviceStanding | Refused<ActRefusal>>;
  actOnSubject(leafId: Uint8Array, act: DeviceAct): Promise<DeviceStanding | Refused<ActRefusal>>;
  /** Trusts an issuer, or changes the profile of one that is trusted. */
  trust(issuer: TrustedIssuer, profile: Profile): Promise<void>;
  addRevoked(ids: readonly Uint8Array[]): Promise<void>;
}

export function registryStore(needs: RegistryNeeds): RegistryStore {
  const { dataSource, vault, nowMillis } = needs;
  const devices = dataSource.getRepository(DeviceEntity);
  return {
    findSerial: gathered((serials: readonly string[]) => findSerials(needs, serials), FINDING),
    issuers: () => trustedIssuers(dataSource),
    async isAnyRevoked(ids) {
      const where = { leafId: In(ids.map((id) => Buffer.from(id))) };
      return ids.length > 0 && (await dataSource.getRepository(X509RevokedEntity).existsBy(where));
    },
    ensureSubject: (leafId, issuerId) => ensureSubject(needs, leafId, issuerId),
    claim: claimEnrolment(dataSource, nowMillis),
    ofKey: (keyHash) => deviceOfKey(dataSource.manager, keyHash),
    suspendOfKey: (keyHash) => suspendOfKey(dataSource, keyHash),
    useToken: (use) => useToken(dataSource, use, nowMillis()),
    register: (fresh, profile) => register(needs, fresh, profile),
    keepProfile: (name, profile) => keepProfile(dataSource, name, profile),
    profile: (name) => profileOf(dataSource.manager, name),
    registerBatch: (rows) => registerBatch(needs, rows),
    async standing(serial) {
      const row = await devices.findOneBy({ serialIndex: Buffer.from(await vault.serialIndex(serial)) });
      if (row === null) return undefined;
      return { state: row.state, releases: row.releases, aids: row.allowedAids, country: row.country };
    },
    act: async (serial, act) => actOn(dataSource, { serialIndex: Buffer.from(await vault.serialIndex(serial)) }, act),
    actOnSubject: async (leafId, act) =>
      actOn(dataSource, { subjectIndex: Buffer.from(await vault.subjectIndex(leafId)) }, act),
    async trust({ issuerId, x509, ocspUrl = null }, { aids, country }) {
      const row = {
        issuerId: Buffer.from(issuerId),
        der: Buffer.from(x509.der),
        allowedAids: [...aids],
        country,
        ocspUrl,
      };
      await dataSource.getRepository(X509IssuerEntity).upsert(row, ['issuerId']);
    },
    async addRevoked(ids) {
      const rows = ids.map((leafId) => ({ leafId: Buffer.from(leafId) }));
      for (let at = 0; at < rows.length; at += 5000) {
        const part = rows.slice(at, at + 5000);
        await dataSource.createQueryBuilder().insert().into(X509RevokedEntity).values(part).orIgnore().execute();
      }
    },
  };
}

type FoundSerial = Awaited<ReturnType<Registry['findSerial']>>;
const FINDING = { most: 64, aloneAfterFailure: true };

/** The devices of these serials, in one statement. */
async function findSerials({ dataSource, vault }: RegistryNeeds, serials: readonly string[]): Promise<FoundSerial[]> {
  const indices = await Promise.all(serials.map(async (serial) => Buffer.from(await vault.serialIndex(serial))));
  const rows: { device_id: Buffer; serial_index: Buffer; sealed_secret: Buffer }[] = await dataSource.query(
    'SELECT device_id, serial_index, sealed_secret FROM device WHERE serial_index = ANY ($1::bytea[])',
    [indices],
  );
  const found = new Map(rows.map((row) => [row.serial_index.toString('hex'), row]));
  return Promise.all(
    indices.map(async (index) => {
      const row = found.get(index.toString('hex'));
      if (row === undefined) return undefined;
      return { deviceId: new Uint8Array(row.device_id), secret: await vault.openSecret(row.sealed_secret) };
    }),
  );
}

async function trustedIssuers(dataSource: DataSource): Promise<TrustedIssuer[]> {
  const rows = await dataSource.getRepository(X509IssuerEntity).find();
  return rows.map(({ issuerId, der, ocspUrl }) => {
    const x509 = readX509(new Uint8Array(der));
    if (x509 === undefined) throw new Error('a stored issuer is no certificate');
    return { issuerId: new Uint8Array(issuerId), x509, ocspUrl: ocspUrl ?? undefined };
  });
}

/** The record of a subject; two proofs at once make one. */
async function ensureSubject(
  { dataSource, vault, random }: RegistryNeeds,
  leafId: Uint8Array,
  issuerId: Uint8Array,
): Promise<Uint8Array> {
  const subjectIndex = Buffer.from(await vault.subjectIndex(leafId));
  const subjects = dataSource.getRepository(X509SubjectEntity);
  const deviceId = Buffer.from(random.bytes(DEVICE_ID_BYTES));
  const row = { deviceId, subjectIndex, issuerId: Buffer.from(issuerId), state: 'registered', releases: 1 } as const;
  await subjects.createQueryBuilder().insert().values(row).orIgnore().execute();
  return new Uint8Array((await subjects.findOneByOrFail({ subjectIndex })).deviceId);
}

/** Ends a transaction that is to leave nothing behind. */
class SerialTaken extends Error {}

async function register(needs: RegistryNeeds, fresh: readonly NewDevice[], profile: Profile): Promise<boolean> {
  const rows = await Promise.all(fresh.map((device) => deviceRow(needs, device, profile)));
  try {
    await needs.dataSource.transaction(async (manager) => {
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(DeviceEntity)
        .values(rows)
        .orIgnore()
        .returning('device_id')
        .execute();
      if ((inserted.raw as unknown[]).length !== rows.length) throw new SerialTaken('a serial is registered');
    });
    return true;
  } catch (error) {
    if (error instanceof SerialTaken) return false;
    throw error;
  }
}

/** Moves a locked record on. */
function actOn(
  dataSource: DataSource,
  where: { serialIndex: Buffer } | { subjectIndex: Buffer },
  act: DeviceAct,
): Promise<DeviceStanding | Refused<ActRefusal>> {
  return dataSource.transaction(async (manager) => {
    const lock = { mode: 'pessimistic_write' } as const;
    const row =
      'serialIndex' in where
        ? await manager.findOne(DeviceEntity, { where, lock })
        : await manager.findOne(X509SubjectEntity, { where, lock });
    if (row === null) return refuse('device-not-registered');
    const next = standingAfter(row, act);
    if (isRefused(next)) return next;
    await manager.update('serialIndex' in where ? DeviceEntity : X509SubjectEntity, where, next);
    return next;
  });
}
