import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TcmfLog1700000701000 implements MigrationInterface {
  readonly name = 'TcmfLog1700000701000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE log_entry (
      position bigint PRIMARY KEY CHECK (position >= 0),
      leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32),
      bytes bytea NOT NULL,
      logged_millis bigint NOT NULL,
      CONSTRAINT log_entry_leaf_hash UNIQUE (leaf_hash))`);
    await runner.query(`CREATE TABLE log_node (
      level smallint NOT NULL CHECK (level >= 0),
      position bigint NOT NULL CHECK (position >= 0),
      hash bytea NOT NULL CHECK (length(hash) = 32),
      PRIMARY KEY (level, position))`);
    await runner.query(`CREATE TABLE log_head (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      bytes bytea NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE log_head');
    await runner.query('DROP TABLE log_node');
    await runner.query('DROP TABLE log_entry');
  }
}
