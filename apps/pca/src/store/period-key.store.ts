/** The announced keys in PostgreSQL, sealed at rest. */
import { In, LessThan, type DataSource } from 'typeorm';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { PeriodKeyOf } from '../domain/combine-linkage.js';
import { PeriodKeyEntity } from './period-key.entity.js';

const LABEL = 'period-keys';

export interface PeriodKeyStore {
  /** Keeps the first key of (LA, period); the key that stands. */
  keep(laId: Uint8Array, i: number, key: Uint8Array): Promise<Uint8Array>;
  /** The keys of these periods, of all LAs. */
  load(periods: readonly number[]): Promise<PeriodKeyOf>;
  /** Erases the keys of periods before `i`. */
  dropBefore(i: number): Promise<void>;
}

const numberOf = (laId: Uint8Array): number => Buffer.from(laId).readUInt16BE(0);
const place = (laId: number, i: number): string => `${laId}:${i}`;

export function periodKeyStore(dataSource: DataSource, device: Pick<CryptoDevice, 'seal' | 'open'>): PeriodKeyStore {
  const keys = dataSource.getRepository(PeriodKeyEntity);
  const open = async ({ sealedKey }: PeriodKeyEntity): Promise<Uint8Array> => {
    const key = await device.open(LABEL, new Uint8Array(sealedKey));
    if (key === undefined) throw new Error('a stored period key does not open');
    return key;
  };
  return {
    async keep(laId, iValue, key) {
      const row = { laId: numberOf(laId), iValue, sealedKey: Buffer.from(await device.seal(LABEL, key)) };
      await keys.createQueryBuilder().insert().values(row).orIgnore().execute();
      return open(await keys.findOneByOrFail({ laId: row.laId, iValue }));
    },
    async load(periods) {
      const rows = await keys.findBy({ iValue: In([...periods]) });
      const opened = new Map<string, Uint8Array>();
      for (const row of rows) opened.set(place(row.laId, row.iValue), await open(row));
      return (laId, i) => opened.get(place(numberOf(laId), i));
    },
    async dropBefore(i) {
      await keys.delete({ iValue: LessThan(i) });
    },
  };
}
