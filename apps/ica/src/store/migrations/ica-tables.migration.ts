import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IcaTables1700000001000 implements MigrationInterface {
  readonly name = 'IcaTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE certified_key (
      verification_key bytea PRIMARY KEY CHECK (length(verification_key) = 33),
      order_hash bytea NOT NULL CHECK (length(order_hash) = 32),
      to_be_signed bytea NOT NULL,
      certificate bytea,
      certificate_id bytea UNIQUE CHECK (length(certificate_id) = 32),
      CHECK ((certificate IS NULL) = (certificate_id IS NULL)))`);
    await runner.query(`CREATE TABLE authority_name (
      hostname text PRIMARY KEY,
      kind text NOT NULL,
      la_id integer UNIQUE,
      CHECK ((kind = 'la') = (la_id IS NOT NULL)))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['authority_name', 'certified_key']) await runner.query(`DROP TABLE ${table}`);
  }
}
