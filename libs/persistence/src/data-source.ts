/** The tables of one instance: a TypeORM DataSource with a small pool, its migrations done. */
import pg from 'pg';
import { DataSource, type Logger } from 'typeorm';
import { withConnection, requireInstanceName } from './administration.js';
import { TABLE_POOL_SIZE } from './connection-budget.js';

// One migrator at a time in a database: several processes of one instance may start together.
const MIGRATION_LOCK_KEY = 0x6d696772; // 'migr'

/** TypeORM prints failed migrations, and statements with their parameters; whoever asked gets the error itself. */
const SILENT: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/**
 * Connects an instance to its own database and runs the migrations that are due, by name, never `synchronize`.
 *
 * `url` is what ensureInstanceDatabase answered. `poolSize` counts connections; more than the default needs a larger
 * connection budget. `log` hears of idle connections that were lost. Columns: `bytea` comes back as Buffer, `bigint` as string. A lost connection of the pool is
 * replaced; the query that met it throws.
 */
export async function openDataSource(options: {
  url: string;
  instance: string;
  entities: Function[];
  migrations: Function[];
  poolSize?: number;
  log?: (event: string, fields: object) => void;
}): Promise<DataSource> {
  requireInstanceName(options.instance);
  const dataSource = new DataSource({
    type: 'postgres',
    driver: pg,
    url: options.url,
    applicationName: options.instance,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logger: SILENT,
    poolSize: options.poolSize ?? TABLE_POOL_SIZE,
    poolErrorHandler: (error: unknown) => options.log?.('database.connection-lost', { error: String(error) }),
    extra: { keepAlive: true },
  });
  await dataSource.initialize();
  try {
    await migrate(dataSource, options.url);
    return dataSource;
  } catch (cause) {
    await dataSource.destroy();
    throw new Error(`migrating the tables of ${options.instance}`, { cause });
  }
}

/** The lock is held by a connection of its own: the migrations may use the whole pool. */
async function migrate(dataSource: DataSource, url: string): Promise<void> {
  await withConnection(url, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK_KEY]); // ends with the connection
    await dataSource.runMigrations({ transaction: 'each' });
  });
}
