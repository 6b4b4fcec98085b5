/** CA CRLs are published beside TRCL and TDCL. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TcmfCaCrl1700000801000 implements MigrationInterface {
  readonly name = 'TcmfCaCrl1700000801000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE published_list DROP CONSTRAINT published_list_kind_check');
    await runner.query(
      `ALTER TABLE published_list ADD CONSTRAINT published_list_kind_check CHECK (kind IN ('trcl', 'tdcl', 'ca-crl'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM published_list WHERE kind = 'ca-crl'`);
    await runner.query('ALTER TABLE published_list DROP CONSTRAINT published_list_kind_check');
    await runner.query(
      `ALTER TABLE published_list ADD CONSTRAINT published_list_kind_check CHECK (kind IN ('trcl', 'tdcl'))`,
    );
  }
}
