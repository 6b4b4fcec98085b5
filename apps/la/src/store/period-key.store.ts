/** The keys shared with the PCA, sealed at rest: made once a period, owed to the PCA until it has taken them. */
import { In, LessThan, MoreThanOrEqual, type DataSource, type FindOptionsWhere } from 'typeorm';
import type { Random } from '#crypto/random.js';
import type { SeedVault } from '../domain/chain-seeds.js';
import { PeriodKeyEntity } from './period-key.entity.js';

const LABEL = 'period-keys';
const KEY_BYTES = 16;

export interface KeptPeriodKey {
  readonly iValue: number;
  readonly key: Uint8Array;
  readonly isTaken: boolean;
}

export interface PeriodKeyStore {
  /** The key of each period, made where there is none. */
  ensure(pcaId: Uint8Array, periods: readonly number[]): Promise<KeptPeriodKey[]>;
  /** Those of this PCA from period `i` on that it has not taken yet. */
  owed(pcaId: Uint8Array, i: number): Promise<KeptPeriodKey[]>;
  /** Whether there are such. */
  isOwed(pcaId: Uint8Array, i: number): Promise<boolean>;
  markTaken(pcaId: Uint8Array, iValue: number): Promise<void>;
  /** Erases the keys of periods before `i`. */
  dropBefore(i: number): Promise<void>;
}

export function periodKeyStore(dataSource: DataSource, vault: SeedVault, random: Random): PeriodKeyStore {
  const keys = dataSource.getRepository(PeriodKeyEntity);
  const opened = (rows: PeriodKeyEntity[]): Promise<KeptPeriodKey[]> =>
    Promise.all(
      rows.map(async ({ iValue, isTaken, sealedKey }) => {
        const key = await vault.open(LABEL, new Uint8Array(sealedKey));
        if (key === undefined) throw new Error('a stored period key does not open');
        return { iValue, isTaken, key };
      }),
    );
  return {
    async ensure(pcaId, periods) {
      const where = { pcaId: Buffer.from(pcaId), iValue: In([...periods]) };
      const known = new Set(
        (await keys.find({ where, select: { pcaId: true, iValue: true } })).map((row) => row.iValue),
      );
      const missing = periods.filter((i) => !known.has(i));
      if (missing.length > 0) {
        // A PCA with a renewed certificate keeps the key of a period: it holds one for each LA and period.
        const former = new Map((await keys.find({ where: { iValue: In(missing) } })).map((row) => [row.iValue, row]));
        const fresh = await Promise.all(
          missing.map(async (i) => {
            const same = former.get(i);
            return same === undefined ? freshRow(pcaId, i, vault, random) : renewedRow(pcaId, same);
          }),
        );
        // Another worker may have made the same key a moment ago: the first stays.
        await keys.createQueryBuilder().insert().values(fresh).orIgnore().execute();
      }
      return opened(await keys.find({ where, order: { iValue: 'ASC' } }));
    },
    owed: async (pcaId, i) => opened(await keys.find({ where: owedFrom(pcaId, i), order: { iValue: 'ASC' } })),
    isOwed: (pcaId, i) => keys.existsBy(owedFrom(pcaId, i)),
    async markTaken(pcaId, iValue) {
      await keys.update({ pcaId: Buffer.from(pcaId), iValue }, { isTaken: true });
    },
    async dropBefore(i) {
      await keys.delete({ iValue: LessThan(i) });
    },
  };
}

const owedFrom = (pcaId: Uint8Array, i: number): FindOptionsWhere<PeriodKeyEntity> => ({
  pcaId: Buffer.from(pcaId),
  isTaken: false,
  iValue: MoreThanOrEqual(i),
});

/** The key of a period under another certificate of the PCA, which is told again. */
const renewedRow = (pcaId: Uint8Array, { iValue, sealedKey }: PeriodKeyEntity): PeriodKeyEntity => ({
  pcaId: Buffer.from(pcaId),
  iValue,
  sealedKey,
  isTaken: false,
});

async function freshRow(pcaId: Uint8Array, iValue: number, vault: SeedVault, random: Random): Promise<PeriodKeyEntity> {
  const key = random.bytes(KEY_BYTES);
  const sealedKey = Buffer.from(await vault.seal(LABEL, key));
  key.fill(0);
  return { pcaId: Buffer.from(pcaId), iValue, sealedKey, isTaken: false };
}
