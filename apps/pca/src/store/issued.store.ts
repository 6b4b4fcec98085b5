/** IssuedStore in PostgreSQL: one statement a batch, the constraints decide. */
import { QueryFailedError, type DataSource } from 'typeorm';
import { refused, type Refused } from '#credentials/refusal.js';
import type { Intent, IssuedStore, KnownItem, RepeatRefusal, Result } from '../domain/issued-store.js';
import {
  ISSUED_FIRST_TAG,
  ISSUED_KEY,
  ISSUED_LINKAGE_VALUE,
  ISSUED_SECOND_TAG,
  IssuedEntity,
} from './issued.entity.js';

const REPEATS: Readonly<Record<string, RepeatRefusal>> = {
  [ISSUED_KEY]: 'item-key-certified-before',
  [ISSUED_LINKAGE_VALUE]: 'item-linkage-value-repeated',
  [ISSUED_FIRST_TAG]: 'item-linkage-used-before',
  [ISSUED_SECOND_TAG]: 'item-linkage-used-before',
};

// In the order of the hashes: neither the order of arrival nor a deadlock with another batch comes of it.
const BEGIN = `
  INSERT INTO issued (item_hash, i_value, lv, key_hash, first_tag, second_tag, tbs_hash, pra)
  SELECT * FROM unnest($1::bytea[], $2::integer[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[], $8::text[])
    AS intent (item_hash, i_value, lv, key_hash, first_tag, second_tag, tbs_hash, pra)
  ORDER BY item_hash
  ON CONFLICT (item_hash) DO UPDATE SET tbs_hash = excluded.tbs_hash WHERE issued.certificate_hash IS NULL`;

const COMPLETE = `
  WITH result AS (
    SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) AS result (item_hash, certificate_hash, response)
  ), locked AS (
    SELECT item_hash FROM issued WHERE item_hash = ANY ($1::bytea[]) ORDER BY item_hash FOR UPDATE
  )
  UPDATE issued SET certificate_hash = result.certificate_hash, response = result.response
    FROM result JOIN locked USING (item_hash)
   WHERE issued.item_hash = result.item_hash AND issued.certificate_hash IS NULL`;

const FIND =
  'SELECT item_hash, certificate_hash IS NOT NULL AS is_issued, response FROM issued WHERE item_hash = ANY ($1::bytea[])';

interface FoundRow {
  item_hash: Buffer;
  is_issued: boolean;
  response: Buffer | null;
}

const key = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const buffers = (all: readonly Uint8Array[]): Buffer[] => all.map((bytes) => Buffer.from(bytes));

export function issuedStore(dataSource: DataSource): IssuedStore {
  const find = async (hashes: readonly Uint8Array[]): Promise<KnownItem[]> =>
    (await dataSource.query<FoundRow[]>(FIND, [buffers(hashes)])).map(knownItem);
  return {
    find,
    begin: (intents) => begin(dataSource, intents),
    async complete(results) {
      await dataSource.transaction((manager) => manager.query(COMPLETE, resultColumns(results)));
      const standing = new Map(
        (await find(results.map(({ itemHash }) => itemHash))).map((one) => [key(one.itemHash), one]),
      );
      return results.map(({ itemHash }) => standing.get(key(itemHash))?.response ?? missing());
    },
    async findCertificate(i, lv, certificateHash) {
      const where = { iValue: i, lv: Buffer.from(lv), certificateHash: Buffer.from(certificateHash) };
      const row = await dataSource.getRepository(IssuedEntity).findOneBy(where);
      return row === null ? undefined : { itemHash: new Uint8Array(row.itemHash), pra: row.pra };
    },
    async erase(i, keepFromI) {
      await dataSource.query('DELETE FROM issued WHERE i_value < $1', [keepFromI]);
      await dataSource.query('UPDATE issued SET response = NULL WHERE i_value < $1 AND response IS NOT NULL', [i]);
    },
  };
}

async function begin(dataSource: DataSource, intents: readonly Intent[]): Promise<Refused<RepeatRefusal> | undefined> {
  const columns = intentColumns(intents);
  // The same items brought twice at one moment can meet in another constraint than the item's before either is seen; the
  // second look finds the rows of the first and knows them for the same.
  const repeat = (await repeatIn(dataSource, columns)) && (await repeatIn(dataSource, columns));
  return repeat && refused(repeat);
}

async function repeatIn(dataSource: DataSource, columns: unknown[]): Promise<RepeatRefusal | undefined> {
  try {
    await dataSource.query(BEGIN, columns);
    return undefined;
  } catch (error) {
    const repeat = error instanceof QueryFailedError ? REPEATS[constraintOf(error)] : undefined;
    if (repeat === undefined) throw error;
    return repeat;
  }
}

function constraintOf(error: QueryFailedError): string {
  const { constraint } = error.driverError as { constraint?: string };
  return constraint ?? '';
}

function intentColumns(intents: readonly Intent[]): unknown[] {
  const column = (pick: (intent: Intent) => Uint8Array): Buffer[] => buffers(intents.map(pick));
  return [
    column(({ itemHash }) => itemHash),
    intents.map(({ i }) => i),
    column(({ lv }) => lv),
    column(({ keyHash }) => keyHash),
    column(({ linkageTags }) => linkageTags[0]),
    column(({ linkageTags }) => linkageTags[1]),
    column(({ tbsHash }) => tbsHash),
    intents.map(({ pra }) => pra),
  ];
}

const resultColumns = (results: readonly Result[]): Buffer[][] => [
  buffers(results.map(({ itemHash }) => itemHash)),
  buffers(results.map(({ certificateHash }) => certificateHash)),
  buffers(results.map(({ response }) => response)),
];

const knownItem = (row: FoundRow): KnownItem => ({
  itemHash: new Uint8Array(row.item_hash),
  isIssued: row.is_issued,
  response: row.response === null ? undefined : new Uint8Array(row.response),
});

function missing(): never {
  throw new Error('a stored result without an answer');
}
