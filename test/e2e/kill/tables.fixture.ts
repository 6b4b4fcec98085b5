/**
 * What the tests of death know of the roles' tables: the statements that make a step, and what an auditor reads. All of it
 * stands here, so that one file follows when the tables change.
 */
import pg from 'pg';

/** The statements by which a step becomes durable. */
export const WRITES = {
  /** The door keeps a request. */
  request: /INSERT INTO "?requests\b/i,
  /** The worker puts items into the pool. */
  pool: /INSERT INTO "?pool\b/i,
  /** The worker forms a batch. */
  batch: /INSERT INTO "?batches\b/i,
  /** The PCA notes what it is about to certify. */
  intent: /INSERT INTO "?issued\b/i,
  /** The PCA keeps what it has signed. */
  result: /INSERT INTO "?issued_certificates\b/i,
  /** The worker keeps the answers of a batch. */
  answer: /INSERT INTO "?answers\b/i,
  /** An LA claims chains for a request. */
  chain: /INSERT INTO "?chain\b/i,
} as const;

/** How much stands where. */
export interface Counts {
  readonly requestsOwed: number;
  readonly pooled: number;
  readonly batches: number;
  readonly answers: number;
  /** Pairs of chains that requests keep handles of. */
  readonly chainsKept: number;
  readonly intents: number;
  readonly results: number;
  /** Chains of la1. */
  readonly chainsGiven: number;
}

export interface AnswerRow {
  readonly itemHash: Buffer;
  readonly i: number;
}

export interface ResultRow {
  readonly itemHash: Buffer;
  readonly i: number;
  readonly lv: Buffer;
  readonly keyHash: Buffer;
  /** SM3 of what was meant to be signed. */
  readonly tbsHash: Buffer;
  /** Undefined while only the intent stands. */
  readonly certificateHash: Buffer | undefined;
}

/** What the PCA had meant for an item, and then meant otherwise. */
export interface VoidRow {
  readonly itemHash: Buffer;
  readonly tbsHash: Buffer;
}

/** A chain of each LA under the handles that a request keeps of them, and the weeks they were given for. */
export interface ChainsRow {
  readonly requestHash: Buffer;
  readonly iMin: number;
  readonly iMax: number;
  readonly handles: readonly [Buffer, Buffer];
}

export interface ChainRow {
  readonly chainId: Buffer;
  readonly baseI: number;
  readonly sealedSeed: Buffer;
}

type Urls = (authority: 'pra' | 'pca' | 'la1' | 'la2') => Promise<string>;

/** Reads the stores of a domain with each role's own login, whatever its programs do. */
export class Tables {
  constructor(private readonly urls: Urls) {}

  async counts(): Promise<Counts> {
    const [pra] = await this.rows<Record<string, string>>(
      'pra',
      `SELECT (SELECT count(*) FROM requests WHERE state = 'accepted') AS requests,
        (SELECT count(*) FROM request_chains) AS chains,
        (SELECT count(*) FROM pool) AS pooled,
        (SELECT count(*) FROM answers) AS answers,
        (SELECT count(*) FROM batches) AS batches`,
    );
    const [pca] = await this.rows<Record<string, string>>(
      'pca',
      'SELECT count(*) AS intents, count(c.batch) AS results FROM issued LEFT JOIN issued_certificates c USING (i, batch)',
    );
    const [la1] = await this.rows<Record<string, string>>('la1', 'SELECT count(*) AS chains FROM chain');
    return {
      requestsOwed: Number(pra?.['requests']),
      chainsKept: Number(pra?.['chains']),
      pooled: Number(pra?.['pooled']),
      answers: Number(pra?.['answers']),
      batches: Number(pra?.['batches']),
      intents: Number(pca?.['intents']),
      results: Number(pca?.['results']),
      chainsGiven: Number(la1?.['chains']),
    };
  }

  answers(): Promise<AnswerRow[]> {
    return this.rows('pra', 'SELECT item_hash AS "itemHash", i FROM handles');
  }

  async results(): Promise<ResultRow[]> {
    const rows = await this.rows<ResultRow & { certificateHash: Buffer | null }>(
      'pca',
      `SELECT item_hash AS "itemHash", i, lv, key_hash AS "keyHash", tbs_hash AS "tbsHash",
          substr(certificate_hashes, place * 32 + 1, 32) AS "certificateHash"
        FROM issued LEFT JOIN issued_certificates USING (i, batch)`,
    );
    return rows.map((row) => ({ ...row, certificateHash: row.certificateHash ?? undefined }));
  }

  voids(): Promise<VoidRow[]> {
    return this.rows('pca', 'SELECT item_hash AS "itemHash", tbs_hash AS "tbsHash" FROM issued_void');
  }

  async chainsKept(): Promise<ChainsRow[]> {
    const rows = await this.rows<{ hash: Buffer; i_min: number; i_max: number; one: Buffer; two: Buffer }>(
      'pra',
      `SELECT request_hash AS hash, i_from AS i_min, i_to AS i_max, c.la1_chain AS one, c.la2_chain AS two
        FROM request_chains c JOIN requests USING (request_id)`,
    );
    return rows.map(({ hash, i_min, i_max, one, two }) => ({
      requestHash: hash,
      iMin: i_min,
      iMax: i_max,
      handles: [one, two],
    }));
  }

  chains(la: 'la1' | 'la2'): Promise<ChainRow[]> {
    return this.rows(la, `SELECT chain_id AS "chainId", base_i AS "baseI", sealed_seed AS "sealedSeed" FROM chain`);
  }

  /** Every wake of the PRA is lost at once, also of what is running; how many there were. */
  async emptyQueue(): Promise<number> {
    return this.connected('pra', async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
          WHERE schemaname = 'bullmq' AND tablename !~ 'migration|version' ORDER BY tablename`,
      );
      let lost = 0;
      for (const { name } of rows) lost += (await client.query(`DELETE FROM ${name}`)).rowCount ?? 0;
      return lost;
    });
  }

  private rows<Row>(authority: Parameters<Urls>[0], text: string): Promise<Row[]> {
    return this.connected(authority, async (client) => (await client.query(text)).rows as Row[]);
  }

  private async connected<T>(authority: Parameters<Urls>[0], what: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: await this.urls(authority) });
    client.on('error', () => undefined); // a server that is killed tells the query as well
    await client.connect();
    try {
      return await what(client);
    } finally {
      await client.end();
    }
  }
}
