import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Profiles of device classes. Nothing is to be done by the operator. */
export class AaaProfiles1700000001005 implements MigrationInterface {
  readonly name = 'AaaProfiles1700000001005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE profile (
      name text PRIMARY KEY,
      allowed_aids integer[] NOT NULL,
      country integer NOT NULL,
      rights bytea)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE profile');
  }
}
