import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was issued moves to tables that are partitioned by period. Rows of before are dropped: no release has written any, and a
 * PCA that ran from a checkout forgets what it issued; its PRA must be set up anew with it.
 */
export class IssuedByPeriod1700000401000 implements MigrationInterface {
  readonly name = 'IssuedByPeriod1700000401000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE issued');
    await runner.query(`CREATE TABLE issued (
      i integer NOT NULL,
      item_hash bytea NOT NULL CHECK (length(item_hash) = 32),
      lv bytea NOT NULL CHECK (length(lv) = 9),
      key_hash bytea NOT NULL CHECK (length(key_hash) = 32),
      first_tag bytea NOT NULL CHECK (length(first_tag) = 16),
      second_tag bytea NOT NULL CHECK (length(second_tag) = 16),
      tbs_hash bytea NOT NULL CHECK (length(tbs_hash) = 32),
      pra text NOT NULL,
      batch uuid NOT NULL,
      place smallint NOT NULL CHECK (place >= 0),
      CONSTRAINT issued_item PRIMARY KEY (i, item_hash),
      CONSTRAINT issued_lv UNIQUE (i, lv),
      CONSTRAINT issued_key_hash UNIQUE (i, key_hash),
      CONSTRAINT issued_first_tag UNIQUE (i, first_tag),
      CONSTRAINT issued_second_tag UNIQUE (i, second_tag)) PARTITION BY LIST (i)`);
    // Ciphertext and keys do not shrink: kept outside the row as they are, so that a part of them can be read alone.
    await runner.query(`CREATE TABLE issued_certificates (
      i integer NOT NULL,
      batch uuid NOT NULL,
      certificates bytea STORAGE EXTERNAL NOT NULL,
      starts integer[] NOT NULL,
      certificate_hashes bytea STORAGE EXTERNAL NOT NULL,
      CONSTRAINT issued_certificates_of PRIMARY KEY (i, batch)) PARTITION BY LIST (i)`);
    await runner.query(`CREATE TABLE issued_answers (
      i integer NOT NULL,
      batch uuid NOT NULL,
      responses bytea STORAGE EXTERNAL NOT NULL,
      starts integer[] NOT NULL,
      CONSTRAINT issued_answers_of PRIMARY KEY (i, batch)) PARTITION BY LIST (i)`);
    await runner.query(`CREATE TABLE issued_void (
      i integer NOT NULL,
      item_hash bytea NOT NULL,
      tbs_hash bytea NOT NULL,
      PRIMARY KEY (i, item_hash, tbs_hash))`);
    await runner.query(`CREATE TABLE check_run (
      ended_millis bigint PRIMARY KEY,
      since_i integer NOT NULL,
      good integer NOT NULL,
      bad integer NOT NULL,
      open integer NOT NULL,
      errors integer NOT NULL)`);
  }

  async down(): Promise<void> {
    throw new Error('the rows of before are gone');
  }
}
