/** The tables of an instance through TypeORM: migrations, bytes, pools. */
import { Column, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm';
import { withConnection } from '#persistence/administration.js';
import { openDataSource } from '#persistence/data-source.js';
import { withPostgres } from '../../support/postgres.js';

const postgres = withPostgres();

@Entity({ name: 'issued' })
class Issued {
  @PrimaryColumn({ type: 'bytea' })
  hash!: Uint8Array;

  @Column({ type: 'integer', name: 'i_period' })
  iPeriod!: number;
}

class CreateIssued1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE issued (hash bytea PRIMARY KEY, i_period integer NOT NULL)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE issued');
  }
}

class Broken1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half (id int)');
    await runner.query('SELECT nonsense');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

async function options(instance: string) {
  const url = await (await postgres()).instanceUrl(instance);
  return { url, instance, entities: [Issued], migrations: [CreateIssued1700000000000] };
}

describe('the tables of an instance', () => {
  it('refuses a migration that fails, and leaves nothing of it', async () => {
    const base = await options('eca-a');
    await expect(openDataSource({ ...base, migrations: [...base.migrations, Broken1700000000001] })).rejects.toThrow(
      'migrating the tables of eca-a',
    );
    const tables = await withConnection(base.url, async (client) => {
      const { rows } = await client.query<{ tablename: string }>(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
      );
      return rows.map(({ tablename }) => tablename);
    });
    expect(tables).toEqual(['issued', 'migrations']);
  });

  it('migrates once when several processes start together', async () => {
    const base = await options('pra-a');
    const opened = await Promise.all(Array.from({ length: 4 }, () => openDataSource(base)));
    expect(await opened[0]?.query('SELECT name FROM migrations')).toEqual([{ name: 'CreateIssued1700000000000' }]);
    await Promise.all(opened.map((dataSource) => dataSource.destroy()));
  });

  it('stores bytes and answers the same bytes', async () => {
    const dataSource = await openDataSource(await options('pca-a'));
    const hash = Uint8Array.from({ length: 256 }, (_, index) => index);
    await dataSource.getRepository(Issued).insert({ hash, iPeriod: 5 });
    const found = await dataSource.getRepository(Issued).findOneByOrFail({ hash });
    expect(Uint8Array.from(found.hash)).toEqual(hash);
    expect(found.iPeriod).toBe(5);
    await dataSource.destroy();
  });

  it('keeps to its two connections, however many ask at once, and says whose they are', async () => {
    const dataSource = await openDataSource(await options('ma-a'));
    await Promise.all(Array.from({ length: 20 }, () => dataSource.query('SELECT pg_sleep(0.005)')));
    const counted: unknown = await dataSource.query(
      "SELECT count(*)::int AS used FROM pg_stat_activity WHERE application_name = 'ma-a' AND usename = current_user",
    );
    expect(counted).toEqual([{ used: 2 }]);
    await dataSource.destroy();
  });

  it('goes on after its connections were cut', async () => {
    const lost: string[] = [];
    const dataSource = await openDataSource({ ...(await options('cra-a')), log: (event) => lost.push(event) });
    const { adminUrl } = await postgres();
    await withConnection(adminUrl, (client) =>
      client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cra-a'"),
    );
    while (lost.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lost[0]).toBe('database.connection-lost');
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
  });
});
