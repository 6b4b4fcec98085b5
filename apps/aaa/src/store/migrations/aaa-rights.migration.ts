import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rights of a device beyond its AIDs. What was allowed before was without any: the stored EnrolmentAllowed says so from now on. */
export class AaaRights1700000001002 implements MigrationInterface {
  readonly name = 'AaaRights1700000001002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE device ADD COLUMN rights bytea');
    // The preamble of an absent region before, an empty list of SSP ranges behind.
    await runner.query(`UPDATE enrolment SET allowed = '\\x00'::bytea || allowed || '\\x0100'::bytea`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE device DROP COLUMN rights');
    await runner.query('UPDATE enrolment SET allowed = substring(allowed FROM 2 FOR length(allowed) - 3)');
  }
}
