import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LaTables1700000001000 implements MigrationInterface {
  readonly name = 'LaTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE chain (
      chain_id bytea PRIMARY KEY CHECK (length(chain_id) = 16),
      base_i integer NOT NULL CHECK (base_i >= 0),
      sealed_seed bytea NOT NULL,
      i_max integer NOT NULL)`);
    await runner.query('CREATE INDEX chain_base_i ON chain (base_i)');
    await runner.query(`CREATE TABLE period_key (
      pca_id bytea NOT NULL CHECK (length(pca_id) = 8),
      i_value integer NOT NULL,
      sealed_key bytea NOT NULL,
      is_taken boolean NOT NULL,
      PRIMARY KEY (pca_id, i_value))`);
    await runner.query('CREATE TABLE approval_use (nonce_hash bytea PRIMARY KEY, expires_millis bigint NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['approval_use', 'period_key', 'chain']) await runner.query(`DROP TABLE ${table}`);
  }
}
