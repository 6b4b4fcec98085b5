/** ReplayMemory in a table: the primary key decides who came first. Calls that come side by side share a statement. */
import { LessThan, type DataSource } from 'typeorm';
import type { ReplayMemory } from '#edge/replay-memory.js';
import { gathered } from './gathered.js';
import { LineReplayEntity } from './line-replay.entity.js';

const SWEEP_EVERY = 500;
const MOST_AT_ONCE = 64;

interface Noted {
  readonly hash: Buffer;
  readonly expiresMillis: number;
}

export function lineReplayStore(dataSource: DataSource): ReplayMemory {
  const rows = dataSource.getRepository(LineReplayEntity);
  let calls = 0;
  // Done twice, each would be refused as seen: a failure is told instead.
  const note = gathered((all: readonly Noted[]) => noteAll(dataSource, all), {
    most: MOST_AT_ONCE,
    aloneAfterFailure: false,
  });
  return {
    async noteFirst(hash, nowMillis, expiresMillis) {
      if (calls++ % SWEEP_EVERY === 0) await rows.delete({ expiresMillis: LessThan(String(Math.floor(nowMillis))) });
      return note({ hash: Buffer.from(hash), expiresMillis: Math.ceil(expiresMillis) });
    },
  };
}

/** Of each whether it is the first: not noted before, and not the same as one earlier in the list. */
async function noteAll(dataSource: DataSource, all: readonly Noted[]): Promise<boolean[]> {
  const inserted: { hash: Buffer }[] = await dataSource.query(
    `INSERT INTO line_replay (hash, expires_millis) SELECT * FROM unnest($1::bytea[], $2::bigint[])
      ON CONFLICT DO NOTHING RETURNING hash`,
    [all.map(({ hash }) => hash), all.map(({ expiresMillis }) => expiresMillis)],
  );
  const firsts = new Set(inserted.map(({ hash }) => hash.toString('hex')));
  return all.map(({ hash }) => firsts.delete(hash.toString('hex')));
}
