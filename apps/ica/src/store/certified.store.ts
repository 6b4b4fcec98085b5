/** Intents and certificates in PostgreSQL; constraints decide who came first. */
import type { DataSource, EntityManager } from 'typeorm';
import type { CertifiedStore, Intent } from '../domain/certify.js';
import { refuse, type IcaRefused } from '../domain/refusal.js';
import { AuthorityNameEntity } from './authority-name.entity.js';
import { CertifiedKeyEntity } from './certified-key.entity.js';

/** Ends a transaction that is to leave nothing behind. */
class NotIntended extends Error {
  constructor(readonly refusal: IcaRefused) {
    super(refusal.reason);
  }
}

export function certifiedStore(dataSource: DataSource): CertifiedStore {
  return {
    async intend(intent) {
      try {
        return await dataSource.transaction((manager) => intendAll(manager, intent));
      } catch (error) {
        if (error instanceof NotIntended) return error.refusal;
        throw error;
      }
    },
    async complete(verificationKey, { bytes, id }) {
      const key = Buffer.from(verificationKey);
      await dataSource
        .createQueryBuilder()
        .update(CertifiedKeyEntity)
        .set({ certificate: Buffer.from(bytes), certificateId: Buffer.from(id) })
        .where('verification_key = :key AND certificate IS NULL', { key })
        .execute();
      const { certificate } = await dataSource.manager.findOneByOrFail(CertifiedKeyEntity, { verificationKey: key });
      if (certificate === null) throw new Error('a certificate was not kept');
      return new Uint8Array(certificate);
    },
  };
}

async function intendAll(manager: EntityManager, intent: Intent): Promise<Intent> {
  await claimName(manager, intent);
  await manager
    .createQueryBuilder()
    .insert()
    .into(CertifiedKeyEntity)
    .values({
      verificationKey: Buffer.from(intent.verificationKey),
      orderHash: Buffer.from(intent.orderHash),
      toBeSigned: Buffer.from(intent.toBeSigned),
      certificate: null,
      certificateId: null,
    })
    .orIgnore()
    .execute();
  const key = Buffer.from(intent.verificationKey);
  const row = await manager.findOneByOrFail(CertifiedKeyEntity, { verificationKey: key });
  if (Buffer.compare(row.orderHash, intent.orderHash) !== 0) throw new NotIntended(refuse('key-certified-otherwise'));
  return {
    ...intent,
    toBeSigned: new Uint8Array(row.toBeSigned),
    certificate: row.certificate === null ? undefined : new Uint8Array(row.certificate),
  };
}

/** The name stands already for the same authority, or is free now; else the transaction leaves nothing. */
async function claimName(manager: EntityManager, { hostname, kind, laId }: Intent): Promise<void> {
  const wanted = { hostname, kind, laId: laId ?? null };
  await manager.createQueryBuilder().insert().into(AuthorityNameEntity).values(wanted).orIgnore().execute();
  const row = await manager.findOneBy(AuthorityNameEntity, { hostname });
  // No row of this name: the insert met the LA id of another name.
  if (row === null) throw new NotIntended(refuse('la-id-taken'));
  if (row.kind !== kind || row.laId !== wanted.laId) throw new NotIntended(refuse('hostname-of-another-kind'));
}
