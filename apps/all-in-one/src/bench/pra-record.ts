/**
 * The PRA's own record of what it stored, for measuring: an administrator's look into its tables, and the two wrongs that
 * `--plant` does to them.
 */
import { randomInt } from 'node:crypto';
import { withClient } from './database-facts.js';

export type Planted = 'lost' | 'duplicate';

/** Answers that are stored. */
export function storedAnswers(databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM answers');
    return Number(rows[0]?.count ?? 0);
  });
}

export interface ReadyBundle {
  /** SM3 of the request, hex. */
  readonly requestHash: string;
  readonly i: number;
  readonly answers: number;
  /** When its last answer was stored, Unix milliseconds. */
  readonly readyMillis: number;
}

/** Every bundle that has an answer. */
export function readyBundles(databaseUrl: string): Promise<ReadyBundle[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ hash: string; i: number; answers: string; ready: string }>(
      `SELECT encode(r.request_hash, 'hex') AS hash, a.i, count(*) AS answers, max(a.answered_millis) AS ready
         FROM answers a JOIN requests r USING (request_id) GROUP BY 1, 2`,
    );
    return rows.map(({ hash, i, answers, ready }) => ({
      requestHash: hash,
      i,
      answers: Number(answers),
      readyMillis: Number(ready),
    }));
  });
}

/** Takes one answer away, or puts one over another; says which. */
export function plant(databaseUrl: string, what: Planted): Promise<string> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ request_id: Buffer; i: number }>(
      'SELECT DISTINCT request_id, i FROM answers ORDER BY request_id, i',
    );
    const bundle = rows[randomInt(rows.length)];
    if (bundle === undefined) throw new Error('no answer is stored');
    const place = [bundle.request_id, bundle.i];
    const where = 'request_id = $1 AND i = $2';
    const text =
      what === 'lost'
        ? `DELETE FROM answers WHERE ${where} AND j = 1`
        : `UPDATE answers SET answer = (SELECT answer FROM answers WHERE ${where} AND j = 0) WHERE ${where} AND j = 1`;
    const { rowCount } = await client.query(text, place);
    if (rowCount !== 1) throw new Error(`planting ${what}: ${String(rowCount)} rows`);
    return `${what === 'lost' ? 'took the answer' : 'put the answer of j 0 over that'} of week ${String(bundle.i)}, j 1 of one vehicle`;
  });
}
