import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATE = `state text NOT NULL CHECK (state IN ('registered', 'enrolled', 'suspended', 'retired', 'revoked')),
      releases integer NOT NULL CHECK (releases >= 0)`;
const PROFILE = 'allowed_aids integer[] NOT NULL, country integer NOT NULL';

export class AaaTables1700000001000 implements MigrationInterface {
  readonly name = 'AaaTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE device (
      device_id bytea PRIMARY KEY CHECK (length(device_id) = 16),
      serial_index bytea NOT NULL UNIQUE,
      sealed_serial bytea NOT NULL,
      sealed_secret bytea NOT NULL,
      ${STATE}, ${PROFILE})`);
    await runner.query(`CREATE TABLE x509_issuer (issuer_id bytea PRIMARY KEY, der bytea NOT NULL, ${PROFILE})`);
    await runner.query(`CREATE TABLE x509_subject (
      device_id bytea PRIMARY KEY CHECK (length(device_id) = 16),
      subject_index bytea NOT NULL UNIQUE,
      issuer_id bytea NOT NULL REFERENCES x509_issuer,
      ${STATE})`);
    await runner.query('CREATE TABLE x509_revoked (leaf_id bytea PRIMARY KEY)');
    await runner.query(`CREATE TABLE enrolment (
      device_id bytea NOT NULL,
      release integer NOT NULL CHECK (release > 0),
      request_hash bytea NOT NULL CONSTRAINT enrolment_request_hash UNIQUE CHECK (length(request_hash) = 32),
      key_hash bytea NOT NULL CONSTRAINT enrolment_key_hash UNIQUE,
      allowed bytea NOT NULL,
      allowed_millis bigint NOT NULL,
      PRIMARY KEY (device_id, release))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['enrolment', 'x509_revoked', 'x509_subject', 'x509_issuer', 'device'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
