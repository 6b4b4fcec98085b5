/** Everything that the authorities keep: each value of each table of each database, queue tables included, logs, files. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { House } from '#apps/all-in-one/src/house/house.js';

export interface StoredValue {
  readonly instance: string;
  readonly domain: string | undefined;
  readonly app: string;
  /** `schema.table`, and the column. */
  readonly table: string;
  readonly column: string;
  readonly bytes: Uint8Array;
}

interface Queryable {
  query<T>(sql: string, parameters?: unknown[]): Promise<T>;
}

/** A partition is read with its table. */
const TABLES = `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
  WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type IN ('BASE TABLE', 'VIEW')
    AND format('%I.%I', table_schema, table_name)::regclass NOT IN (SELECT inhrelid FROM pg_inherits)`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Text as UTF-8, bytea as it is, everything else as JSON. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

export async function readDatabase(
  database: Queryable,
  owner: Omit<StoredValue, 'table' | 'column' | 'bytes'>,
): Promise<StoredValue[]> {
  const values: StoredValue[] = [];
  for (const { schema, name } of await database.query<{ schema: string; name: string }[]>(TABLES)) {
    const rows = await database.query<Record<string, unknown>[]>(`SELECT * FROM ${quoted(schema)}.${quoted(name)}`);
    for (const row of rows)
      for (const [column, value] of Object.entries(row))
        if (value !== null) values.push({ ...owner, table: `${schema}.${name}`, column, bytes: bytesOf(value) });
  }
  return values;
}

/** All databases of a house, each read with its owner's login. Throws when the server holds a database that is nobody's. */
export async function readStores(house: House): Promise<StoredValue[]> {
  const values: StoredValue[] = [];
  for (const { instance, domain, app } of house.placed)
    values.push(...(await readDatabase(house.at(instance).context.dataSource, { instance, domain, app })));
  const known = new Set(house.placed.map(({ instance }) => `chrysalis_${instance}`));
  const all = await house
    .at('tcmf')
    .context.dataSource.query<{ datname: string }[]>(
      `SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')`,
    );
  const strange = all.filter(({ datname }) => !known.has(datname));
  if (strange.length > 0) throw new Error('a database that belongs to no authority');
  return values;
}

/** The files under a folder, by their path from it. */
export async function* filesUnder(folder: string, from = folder): AsyncGenerator<{ name: string; bytes: Uint8Array }> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path, from);
    else if (entry.isFile()) yield { name: relative(from, path), bytes: await readFile(path) };
  }
}
