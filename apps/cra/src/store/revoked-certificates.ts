/** Rows of `revoked_certificate`. */
import type { EntityManager } from 'typeorm';
import type { HashEntry } from '#credentials/hash-crl.js';
import { RevokedCertificateEntity } from './revoked-certificate.entity.js';
import type { RevokedRows, StoredCertificate } from './revoked-rows.js';

/** One that stands already is revoked already. */
export async function takeCertificates(manager: EntityManager, entries: readonly HashEntry[]): Promise<void> {
  const rows = entries.map(({ id, endsAtMillis }) => ({
    ...{ id: Buffer.from(id), endsMillis: String(endsAtMillis), firstCrl: null },
  }));
  await manager.createQueryBuilder().insert().into(RevokedCertificateEntity).values(rows).orIgnore().execute();
}

interface Row {
  id: Buffer;
  ends_millis: string;
  first_crl: number | null;
}
const idsOf = (entries: readonly StoredCertificate[]): Buffer[] => entries.map(({ id }) => Buffer.from(id));

export function revokedCertificates(manager: EntityManager): RevokedRows<StoredCertificate> {
  const rows = async (where: string): Promise<StoredCertificate[]> => {
    const found = (await manager.query(`SELECT * FROM revoked_certificate WHERE ${where} ORDER BY id`)) as Row[];
    return found.map((row) => ({
      id: new Uint8Array(row.id),
      endsAtMillis: Number(row.ends_millis),
      isOwed: row.first_crl === null,
    }));
  };
  return {
    owed: () => rows('first_crl IS NULL'),
    all: () => rows('true'),
    async list(entries, number) {
      const ids = idsOf(entries.filter(({ isOwed }) => isOwed));
      await manager.query('UPDATE revoked_certificate SET first_crl = $1 WHERE id = ANY($2::bytea[])', [number, ids]);
    },
    async erase(entries) {
      if (entries.length > 0)
        await manager.query('DELETE FROM revoked_certificate WHERE id = ANY($1::bytea[])', [idsOf(entries)]);
    },
  };
}
