import type { MigrationInterface, QueryRunner } from 'typeorm';

/** All tables of the PRA. */
export class PraTables1700000300000 implements MigrationInterface {
  readonly name = 'PraTables1700000300000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
  }
}

const UP = [
  `CREATE TABLE item_classes (class_key bytea PRIMARY KEY, fields bytea NOT NULL)`,
  `CREATE TABLE requests (
    request_id bytea PRIMARY KEY,
    request_hash bytea NOT NULL CONSTRAINT requests_request_hash UNIQUE,
    ec_hash bytea NOT NULL,
    ec_expires_millis bigint NOT NULL,
    class_key bytea NOT NULL REFERENCES item_classes,
    i_min integer NOT NULL,
    i_max integer NOT NULL,
    j_max integer NOT NULL,
    sealed_caterpillar bytea,
    acknowledgement bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('accepted', 'expanded', 'blocked', 'refused', 'expired')),
    attempts integer NOT NULL,
    due_millis bigint NOT NULL,
    la1_id integer,
    la1_chain bytea CONSTRAINT requests_la1_chain UNIQUE,
    la2_id integer,
    la2_chain bytea CONSTRAINT requests_la2_chain UNIQUE)`,
  `CREATE INDEX requests_owed ON requests (due_millis) WHERE state = 'accepted'`,
  `CREATE INDEX requests_ec ON requests (ec_hash)`,
  `CREATE INDEX requests_end ON requests (i_max)`,
  `CREATE TABLE granted_periods (
    ec_hash bytea NOT NULL,
    i integer NOT NULL,
    request_id bytea NOT NULL REFERENCES requests ON DELETE CASCADE,
    PRIMARY KEY (ec_hash, i))`,
  `CREATE INDEX granted_periods_request ON granted_periods (request_id)`,
  `CREATE TABLE batches (
    batch_id bytea PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('formed', 'sent')),
    formed_millis bigint NOT NULL,
    attempts integer NOT NULL,
    due_millis bigint NOT NULL)`,
  `CREATE INDEX batches_owed ON batches (due_millis)`,
  `CREATE TABLE items (
    request_id bytea NOT NULL REFERENCES requests ON DELETE CASCADE,
    i integer NOT NULL,
    j integer NOT NULL,
    state text NOT NULL CHECK (state IN ('pooled', 'batched', 'answered')),
    key_hash bytea NOT NULL,
    signing_key bytea,
    encryption_key bytea,
    plv1 bytea,
    plv2 bytea,
    batch_id bytea REFERENCES batches,
    place integer,
    item bytea,
    item_hash bytea CONSTRAINT items_item_hash UNIQUE,
    answer bytea,
    answered_millis bigint,
    PRIMARY KEY (request_id, i, j),
    CONSTRAINT items_key UNIQUE (i, key_hash))`,
  `CREATE INDEX items_pool ON items (i) WHERE state = 'pooled'`,
  `CREATE INDEX items_batch ON items (batch_id)`,
  `CREATE INDEX items_answers ON items (i) WHERE answer IS NOT NULL`,
  `CREATE TABLE blacklist (
    ec_hash bytea PRIMARY KEY,
    case_id bytea NOT NULL,
    since_millis bigint NOT NULL,
    until_millis bigint NOT NULL)`,
  `CREATE TABLE used_approvals (nonce_hash bytea PRIMARY KEY, expires_millis bigint NOT NULL)`,
  `CREATE TABLE report_outbox (
    report_id bytea PRIMARY KEY,
    handle bytea NOT NULL,
    week integer NOT NULL,
    bucket text NOT NULL,
    report bytea NOT NULL,
    attempts integer NOT NULL,
    due_millis bigint NOT NULL)`,
  `CREATE TABLE report_receipts (
    header_hash bytea PRIMARY KEY,
    body_hash bytea NOT NULL,
    expires_millis bigint NOT NULL)`,
  `CREATE TABLE report_allowances (
    ec_hash bytea PRIMARY KEY,
    tokens double precision NOT NULL,
    updated_millis bigint NOT NULL)`,
];

const TABLES = [
  'report_allowances',
  'report_receipts',
  'report_outbox',
  'used_approvals',
  'blacklist',
  'items',
  'batches',
  'granted_periods',
  'requests',
  'item_classes',
];
