import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices that the PRA has blocked. Nothing is to be done by the operator. */
export class EcaStops1700000001001 implements MigrationInterface {
  readonly name = 'EcaStops1700000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE enrolment ADD COLUMN stopped_millis bigint,
      ADD CHECK (stopped_millis IS NULL OR NOT is_active)`);
    await runner.query('CREATE INDEX enrolment_device ON enrolment (device_index)');
    await runner.query(`CREATE TABLE suspension_outbox (
      key_hash bytea PRIMARY KEY CHECK (length(key_hash) = 32),
      device_index bytea NOT NULL,
      attempts integer NOT NULL,
      due_millis bigint NOT NULL)`);
    await runner.query('CREATE INDEX suspension_device ON suspension_outbox (device_index)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE suspension_outbox');
    await runner.query('DROP INDEX enrolment_device');
    await runner.query('ALTER TABLE enrolment DROP COLUMN stopped_millis');
  }
}
