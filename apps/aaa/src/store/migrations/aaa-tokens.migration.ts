import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens that proved a birth. Nothing is to be done: without issuers in the settings no token is taken. */
export class AaaTokens1700000001006 implements MigrationInterface {
  readonly name = 'AaaTokens1700000001006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE used_token (
      token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
      key_hash bytea NOT NULL CHECK (length(key_hash) = 32),
      expires_millis bigint NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE used_token');
  }
}
