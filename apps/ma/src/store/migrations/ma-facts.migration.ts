import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a decision is explained by: kind, time, square and direction of each observation; and every case has an erase date.
 * Observations from before count as motion at no place. Nothing is to be done by the operator.
 */
export class MaFacts1700000002000 implements MigrationInterface {
  readonly name = 'MaFacts1700000002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE observation ADD COLUMN kind text NOT NULL DEFAULT 'motion',
      ADD COLUMN at_millis bigint NOT NULL DEFAULT 0, ADD COLUMN area text NOT NULL DEFAULT '',
      ADD COLUMN bearing double precision`);
    for (const column of ['kind', 'at_millis', 'area'])
      await runner.query(`ALTER TABLE observation ALTER COLUMN ${column} DROP DEFAULT`);
    await runner.query('CREATE INDEX observation_at ON observation (at_millis)');
    // A hundred days after its opening: what the default settings give.
    await runner.query(`UPDATE misbehaviour_case SET erase_millis = opened_millis + 9158400000
      WHERE closed_millis IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE misbehaviour_case SET erase_millis = NULL WHERE closed_millis IS NULL');
    await runner.query('DROP INDEX observation_at');
    await runner.query(
      'ALTER TABLE observation DROP COLUMN kind, DROP COLUMN at_millis, DROP COLUMN area, DROP COLUMN bearing',
    );
  }
}
