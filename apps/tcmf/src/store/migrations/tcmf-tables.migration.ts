import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TcmfTables1700000001000 implements MigrationInterface {
  readonly name = 'TcmfTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE published_list (
      kind text NOT NULL CHECK (kind IN ('trcl', 'tdcl')),
      issuer text NOT NULL CHECK (issuer ~ '^[0-9a-f]{16}$'),
      issue_date_millis bigint NOT NULL,
      bytes bytea NOT NULL,
      is_served boolean NOT NULL,
      PRIMARY KEY (kind, issuer))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE published_list');
  }
}
