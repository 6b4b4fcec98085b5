import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lists come as deltas too, and there is a second series, by certificate hash. Every list of before is a full one. The operator
 * renews the CRA's certificate: only one that names series 2 signs lists by hash.
 */
export class CraDeltas1700000801000 implements MigrationInterface {
  readonly name = 'CraDeltas1700000801000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE issued_crl ADD COLUMN kind text NOT NULL DEFAULT 'full'`);
    await runner.query('ALTER TABLE issued_crl ALTER COLUMN kind DROP DEFAULT');
    await runner.query('ALTER TABLE issued_crl DROP CONSTRAINT issued_crl_pkey');
    await runner.query('ALTER TABLE issued_crl ADD PRIMARY KEY (series, number, craca, kind)');
    await runner.query('ALTER TABLE revocation_order ADD COLUMN series integer NOT NULL DEFAULT 1');
    await runner.query('ALTER TABLE revocation_order ALTER COLUMN series DROP DEFAULT');
    await runner.query('CREATE INDEX revoked_chain_owed ON revoked_chain (id) WHERE first_crl IS NULL');
    await runner.query(
      'CREATE TABLE revoked_certificate (id bytea PRIMARY KEY, ends_millis bigint NOT NULL, first_crl integer)',
    );
    await runner.query('CREATE INDEX revoked_certificate_owed ON revoked_certificate (id) WHERE first_crl IS NULL');
  }

  /** Forgets the deltas and the series by hash: the next start issues a full list. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE revoked_certificate');
    await runner.query('DROP INDEX revoked_chain_owed');
    await runner.query('DELETE FROM revocation_order WHERE series <> 1');
    await runner.query('ALTER TABLE revocation_order DROP COLUMN series');
    await runner.query(`DELETE FROM issued_crl WHERE series <> 1 OR kind <> 'full'`);
    await runner.query('ALTER TABLE issued_crl DROP CONSTRAINT issued_crl_pkey');
    await runner.query('ALTER TABLE issued_crl DROP COLUMN kind');
    await runner.query('ALTER TABLE issued_crl ADD PRIMARY KEY (series, number, craca)');
  }
}
