/** Statements that come with every message of a device: PostgreSQL reads and plans each once a connection, not each time. */
import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** Runs a statement outside of any transaction. `name` stands for this one text in all of the program. */
export async function prepared<Row>(
  dataSource: DataSource,
  name: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  // TypeORM has no way to name a statement; the pool that it draws its connections from is pg's own.
  const { master } = dataSource.driver as unknown as { readonly master: pg.Pool };
  const { rows } = await master.query({ name, text, values: [...values] });
  return rows as Row[];
}
