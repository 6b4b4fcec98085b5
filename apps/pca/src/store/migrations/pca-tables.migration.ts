import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PcaTables1700000001000 implements MigrationInterface {
  readonly name = 'PcaTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE issued (
      item_hash bytea PRIMARY KEY CHECK (length(item_hash) = 32),
      i_value integer NOT NULL,
      lv bytea NOT NULL CHECK (length(lv) = 9),
      key_hash bytea NOT NULL CONSTRAINT issued_key_hash UNIQUE,
      first_tag bytea NOT NULL CONSTRAINT issued_first_tag UNIQUE,
      second_tag bytea NOT NULL CONSTRAINT issued_second_tag UNIQUE,
      tbs_hash bytea NOT NULL,
      pra text NOT NULL,
      certificate_hash bytea,
      response bytea,
      CONSTRAINT issued_i_lv UNIQUE (i_value, lv),
      CONSTRAINT issued_answer_of_certificate CHECK (response IS NULL OR certificate_hash IS NOT NULL))`);
    await runner.query('CREATE INDEX issued_i_value ON issued (i_value)');
    await runner.query(`CREATE TABLE period_key (
      la_id integer NOT NULL CHECK (la_id BETWEEN 0 AND 65535),
      i_value integer NOT NULL,
      sealed_key bytea NOT NULL,
      PRIMARY KEY (la_id, i_value))`);
    await runner.query('CREATE TABLE approval_use (nonce_hash bytea PRIMARY KEY, expires_millis bigint NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['approval_use', 'period_key', 'issued']) await runner.query(`DROP TABLE ${table}`);
  }
}
