import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What ECA and ARA are owed of the blacklist. Certificates that were blocked before are told now.
 * The operator gives the PRA the peers `eca` and `ara`.
 */
export class PraStops1700000800000 implements MigrationInterface {
  readonly name = 'PraStops1700000800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE stop_outbox (
      ec_hash bytea NOT NULL CHECK (length(ec_hash) = 32),
      addressee text NOT NULL CHECK (addressee IN ('eca', 'ara')),
      attempts integer NOT NULL,
      due_millis bigint NOT NULL,
      PRIMARY KEY (ec_hash, addressee))`);
    await runner.query(`INSERT INTO stop_outbox
      SELECT ec_hash, addressee, 0, 0 FROM blacklist, unnest(ARRAY['eca', 'ara']) AS addressee`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stop_outbox');
  }
}
