import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AcaTables1700000001000 implements MigrationInterface {
  readonly name = 'AcaTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE issued (
      item_hash bytea PRIMARY KEY CHECK (length(item_hash) = 32),
      key_hash bytea NOT NULL CONSTRAINT issued_key_hash UNIQUE CHECK (length(key_hash) = 32),
      request_hash bytea NOT NULL CONSTRAINT issued_request_hash UNIQUE CHECK (length(request_hash) = 32),
      kind text NOT NULL CHECK (kind IN ('application', 'identity')),
      tbs bytea NOT NULL,
      certificate bytea,
      certificate_hash bytea CONSTRAINT issued_certificate_hash UNIQUE,
      response bytea,
      created_millis bigint NOT NULL,
      expires_millis bigint NOT NULL,
      CHECK ((certificate IS NULL) = (certificate_hash IS NULL)),
      CHECK (certificate IS NOT NULL OR response IS NULL))`);
    await runner.query('CREATE INDEX issued_end ON issued (expires_millis) WHERE response IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE issued');
  }
}
