import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Renewals stand beside the enrolment of their release; what a stopped device was granted is marked. Nothing is to be done. */
export class AaaRenewal1700000001003 implements MigrationInterface {
  readonly name = 'AaaRenewal1700000001003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE enrolment
      ADD COLUMN renewal integer NOT NULL DEFAULT 0 CHECK (renewal >= 0),
      ADD COLUMN is_stopped boolean NOT NULL DEFAULT false,
      DROP CONSTRAINT enrolment_pkey,
      ADD PRIMARY KEY (device_id, release, renewal)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM enrolment WHERE renewal > 0');
    await runner.query(`ALTER TABLE enrolment
      DROP CONSTRAINT enrolment_pkey,
      ADD PRIMARY KEY (device_id, release),
      DROP COLUMN renewal,
      DROP COLUMN is_stopped`);
  }
}
