import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For roles whose first tables had none. */
export class CheckRun1700000601000 implements MigrationInterface {
  readonly name = 'CheckRun1700000601000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE check_run (
      ended_millis bigint PRIMARY KEY, since_i integer NOT NULL, good integer NOT NULL, bad integer NOT NULL,
      open integer NOT NULL, errors integer NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE check_run');
  }
}
