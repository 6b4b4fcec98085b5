/** Intents and certificates in PostgreSQL: the constraints decide who was first. */
import { IsNull, type DataSource } from 'typeorm';
import type { Intent, IssuedStore, StoredIntent } from '../domain/issue-application.js';
import { IssuedEntity } from './issued.entity.js';

export interface KeptIssued extends IssuedStore {
  /** Erases the answers of certificates that have ended. */
  erasePast(nowMillis: number): Promise<void>;
}

export function issuedStore(dataSource: DataSource): KeptIssued {
  const rows = dataSource.getRepository(IssuedEntity);
  const ofItem = async (itemHash: Uint8Array): Promise<StoredIntent | undefined> => {
    const row = await rows.findOneBy({ itemHash: Buffer.from(itemHash) });
    return row === null ? undefined : stored(row);
  };
  return {
    ofItem,
    async intend(intent) {
      await rows.createQueryBuilder().insert().values(rowOf(intent)).orIgnore().execute();
      return ofItem(intent.itemHash);
    },
    async complete(itemHash, { certificate, certificateHash, response }) {
      const which = { itemHash: Buffer.from(itemHash) };
      await rows.update(
        { ...which, certificate: IsNull() },
        {
          certificate: Buffer.from(certificate),
          certificateHash: Buffer.from(certificateHash),
          response: Buffer.from(response),
        },
      );
      const row = await rows.findOneByOrFail(which);
      if (row.response === null) throw new Error('the answer of an ended certificate is asked for');
      return new Uint8Array(row.response);
    },
    async erasePast(nowMillis) {
      await dataSource.query('UPDATE issued SET response = NULL WHERE expires_millis < $1 AND response IS NOT NULL', [
        Math.floor(nowMillis),
      ]);
    },
  };
}

const stored = ({ itemHash, kind, tbs, expiresMillis, response }: IssuedEntity): StoredIntent => ({
  itemHash: new Uint8Array(itemHash),
  kind,
  tbs: new Uint8Array(tbs),
  expiresMillis: Number(expiresMillis),
  response: response === null ? undefined : new Uint8Array(response),
});

const rowOf = (intent: Intent): IssuedEntity => ({
  itemHash: Buffer.from(intent.itemHash),
  keyHash: Buffer.from(intent.keyHash),
  requestHash: Buffer.from(intent.requestHash),
  kind: intent.kind,
  tbs: Buffer.from(intent.tbs),
  certificate: null,
  certificateHash: null,
  response: null,
  createdMillis: String(Math.floor(intent.createdMillis)),
  expiresMillis: String(Math.floor(intent.expiresMillis)),
});
