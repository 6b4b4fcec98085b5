import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = {
  received_report: `receipt bytea PRIMARY KEY, origin text NOT NULL, handle bytea, week integer NOT NULL, bucket text,
    sealed bytea, state text NOT NULL, reason text, retry_millis bigint NOT NULL, failures integer NOT NULL,
    received_millis bigint NOT NULL`,
  seen_content: 'hash bytea PRIMARY KEY, erase_millis bigint NOT NULL',
  evidence_to_pass: `hash bytea PRIMARY KEY, address text NOT NULL, hostname text NOT NULL, sealed bytea NOT NULL,
    retry_millis bigint NOT NULL`,
  misbehaviour_case: `id bytea PRIMARY KEY, certificate_hash bytea NOT NULL, i_cert integer NOT NULL,
    linkage_value bytea NOT NULL, salt bytea NOT NULL, state text NOT NULL, reason text, scl double precision NOT NULL,
    reporters integer NOT NULL, unconfirmed integer NOT NULL, witness text, crl_number integer,
    opened_millis bigint NOT NULL, closed_millis bigint, erase_millis bigint`,
  observation: `case_id bytea REFERENCES misbehaviour_case (id), handle bytea, week integer NOT NULL, bucket text NOT NULL,
    strength double precision NOT NULL, factor double precision NOT NULL, findings text NOT NULL, evidence bytea NOT NULL,
    PRIMARY KEY (case_id, handle)`,
  case_step: `case_id bytea REFERENCES misbehaviour_case (id), step text, approval bytea, is_signed boolean NOT NULL,
    expires_millis bigint, attempts integer NOT NULL, answer bytea, PRIMARY KEY (case_id, step)`,
};

export class MaTables1700000001000 implements MigrationInterface {
  readonly name = 'MaTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(TABLES)) await runner.query(`CREATE TABLE ${table} (${columns})`);
    await runner.query('CREATE INDEX received_report_owed ON received_report (state, retry_millis)');
    await runner.query('CREATE INDEX received_report_received ON received_report (received_millis)');
    await runner.query('CREATE UNIQUE INDEX misbehaviour_case_certificate ON misbehaviour_case (certificate_hash)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(TABLES).reverse()) await runner.query(`DROP TABLE ${table}`);
  }
}
