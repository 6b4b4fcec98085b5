import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the status of a manufacturer's certificates is asked. Nothing is to be done: without an address it is as before. */
export class AaaOcsp1700000001004 implements MigrationInterface {
  readonly name = 'AaaOcsp1700000001004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE x509_issuer ADD COLUMN ocsp_url text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE x509_issuer DROP COLUMN ocsp_url');
  }
}
