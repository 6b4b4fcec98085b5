import type { MigrationInterface, QueryRunner } from 'typeorm';

/** All tables of the ARA. */
export class AraTables1700000001000 implements MigrationInterface {
  readonly name = 'AraTables1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE requests (
      request_id bytea PRIMARY KEY,
      request_hash bytea NOT NULL CONSTRAINT requests_request_hash UNIQUE CHECK (length(request_hash) = 32),
      ec_hash bytea NOT NULL CHECK (length(ec_hash) = 32),
      ec_expires_millis bigint NOT NULL,
      key_hash bytea NOT NULL CONSTRAINT requests_key_hash UNIQUE CHECK (length(key_hash) = 32),
      aid_set bytea NOT NULL,
      wanted bytea,
      possession bytea,
      acknowledgement bytea NOT NULL,
      state text NOT NULL CHECK (state IN ('accepted', 'answered', 'blocked', 'refused', 'expired')),
      item bytea,
      answer bytea,
      attempts integer NOT NULL,
      due_millis bigint NOT NULL,
      expires_millis bigint NOT NULL,
      CHECK ((state = 'answered') = (answer IS NOT NULL)),
      CHECK (state <> 'accepted' OR (wanted IS NOT NULL AND possession IS NOT NULL)))`);
    await runner.query(`CREATE INDEX requests_owed ON requests (due_millis) WHERE state = 'accepted'`);
    await runner.query('CREATE INDEX requests_ec ON requests (ec_hash)');
    await runner.query('CREATE INDEX requests_end ON requests (expires_millis)');
    await runner.query('CREATE TABLE blacklist (ec_hash bytea PRIMARY KEY, since_millis bigint NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['blacklist', 'requests']) await runner.query(`DROP TABLE ${table}`);
  }
}
