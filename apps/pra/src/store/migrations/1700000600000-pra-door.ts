import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The pace of devices at the door. Nothing is to be done by the operator. */
export class PraDoor1700000600000 implements MigrationInterface {
  readonly name = 'PraDoor1700000600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE request_allowances (ec_hash bytea PRIMARY KEY, whole_millis bigint NOT NULL)');
    await runner.query(`CREATE TABLE fetched_bundles (
      i integer NOT NULL,
      ec_hash bytea NOT NULL,
      whole_millis bigint NOT NULL,
      ranges integer NOT NULL,
      PRIMARY KEY (i, ec_hash))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE fetched_bundles');
    await runner.query('DROP TABLE request_allowances');
  }
}
