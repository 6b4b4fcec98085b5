import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EcaTables1700000001000 implements MigrationInterface {
  readonly name = 'EcaTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE enrolment (
      request_hash bytea PRIMARY KEY CHECK (length(request_hash) = 32),
      key_hash bytea NOT NULL CONSTRAINT enrolment_key_hash UNIQUE CHECK (length(key_hash) = 32),
      device_index bytea NOT NULL,
      tbs bytea NOT NULL,
      certificate bytea,
      certificate_hash bytea CONSTRAINT enrolment_certificate_hash UNIQUE,
      answer bytea,
      is_active boolean NOT NULL,
      created_millis bigint NOT NULL,
      expires_millis bigint NOT NULL,
      CHECK ((certificate IS NULL) = (answer IS NULL) AND (certificate IS NULL) = (certificate_hash IS NULL)),
      CHECK (certificate IS NOT NULL OR NOT is_active))`);
    await runner.query('CREATE UNIQUE INDEX enrolment_active ON enrolment (device_index) WHERE is_active');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE enrolment');
  }
}
