import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Items are no longer rows that change three times: what waits, what is sent and what was answered stand in tables of their own.
 * There is no release with the tables before: requests that were expanded in them are dropped with their items and granted
 * periods, and their devices ask again.
 */
export class PraPool1700000400000 implements MigrationInterface {
  readonly name = 'PraPool1700000400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  /** Nothing can be made of the new tables' rows: the old ones stay empty. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `DELETE FROM requests WHERE state = 'expanded'`,
  `DROP TABLE items`,
  `DROP TABLE batches`,
  `CREATE TABLE pool (
    i integer NOT NULL,
    request_id bytea NOT NULL,
    class_key bytea NOT NULL REFERENCES item_classes,
    item_count integer NOT NULL CHECK (item_count > 0),
    items bytea NOT NULL,
    PRIMARY KEY (request_id, i))`,
  // The items lie outside the row: what is counted several times a second stays a few pages, also between two vacuums.
  `ALTER TABLE pool ALTER COLUMN items SET STORAGE EXTERNAL`,
  `CREATE INDEX pool_class ON pool (i, class_key)`,
  `CREATE TABLE asked_keys (i integer NOT NULL, key_tag bytea NOT NULL, PRIMARY KEY (i, key_tag)) PARTITION BY LIST (i)`,
  `CREATE TABLE batches (
    batch_id bytea PRIMARY KEY,
    i integer NOT NULL,
    class_key bytea NOT NULL REFERENCES item_classes,
    state text NOT NULL CHECK (state IN ('formed', 'sent')),
    formed_millis bigint NOT NULL,
    attempts integer NOT NULL,
    due_millis bigint NOT NULL,
    item_count integer NOT NULL,
    keys bytea NOT NULL,
    items bytea NOT NULL)`,
  `ALTER TABLE batches ALTER COLUMN keys SET STORAGE EXTERNAL, ALTER COLUMN items SET STORAGE EXTERNAL`,
  `CREATE INDEX batches_owed ON batches (due_millis)`,
  `CREATE TABLE answers (
    i integer NOT NULL,
    j integer NOT NULL,
    answered_millis bigint NOT NULL,
    request_id bytea NOT NULL,
    answer bytea NOT NULL,
    PRIMARY KEY (i, request_id, j)) PARTITION BY LIST (i)`,
  `ALTER TABLE answers ALTER COLUMN answer SET STORAGE EXTERNAL`,
  `CREATE TABLE handles (i integer NOT NULL, item_hash bytea NOT NULL, request_id bytea NOT NULL, PRIMARY KEY (i, item_hash))
    PARTITION BY LIST (i)`,
];

const DOWN = [
  ...['handles', 'answers', 'batches', 'asked_keys', 'pool'].map((table) => `DROP TABLE ${table}`),
  `DELETE FROM requests WHERE state = 'expanded'`,
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
];
