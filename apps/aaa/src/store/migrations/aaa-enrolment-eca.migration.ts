import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One release serves one ECA. Rows of before name none, and so serve no ECA again: the device needs a new release. */
export class AaaEnrolmentEca1700000001001 implements MigrationInterface {
  readonly name = 'AaaEnrolmentEca1700000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE enrolment ADD COLUMN eca_id bytea NOT NULL DEFAULT ''");
    await runner.query('ALTER TABLE enrolment ALTER COLUMN eca_id DROP DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE enrolment DROP COLUMN eca_id');
  }
}
