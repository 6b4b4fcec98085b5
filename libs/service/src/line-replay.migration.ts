import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The one table that every authority has. */
export class LineReplay1700000000000 implements MigrationInterface {
  readonly name = 'LineReplay1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE line_replay (hash bytea PRIMARY KEY, expires_millis bigint NOT NULL)');
    await runner.query('CREATE INDEX line_replay_expires ON line_replay (expires_millis)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE line_replay');
  }
}
