import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A list is signed under each certificate of the CRA. Lists of before name none: the next start issues one that does. */
export class CraCopies1700000501000 implements MigrationInterface {
  readonly name = 'CraCopies1700000501000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE issued_crl ADD COLUMN craca bytea NOT NULL DEFAULT '\\x'`);
    await runner.query('ALTER TABLE issued_crl ALTER COLUMN craca DROP DEFAULT');
    await runner.query('ALTER TABLE issued_crl DROP CONSTRAINT issued_crl_pkey');
    await runner.query('ALTER TABLE issued_crl ADD PRIMARY KEY (series, number, craca)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DELETE FROM issued_crl a USING issued_crl b WHERE a.series = b.series AND a.number = b.number AND a.craca > b.craca`,
    );
    await runner.query('ALTER TABLE issued_crl DROP CONSTRAINT issued_crl_pkey');
    await runner.query('ALTER TABLE issued_crl DROP COLUMN craca');
    await runner.query('ALTER TABLE issued_crl ADD PRIMARY KEY (series, number)');
  }
}
