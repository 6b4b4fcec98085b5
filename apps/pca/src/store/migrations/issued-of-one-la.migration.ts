import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A domain may have one LA: then an intent has one tag. Nothing is to be done by the operator. */
export class IssuedOfOneLa1700000701000 implements MigrationInterface {
  readonly name = 'IssuedOfOneLa1700000701000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE issued ALTER COLUMN second_tag DROP NOT NULL');
  }

  /** Fails while a row of one LA stands: it cannot be told from one that lost its tag. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE issued ALTER COLUMN second_tag SET NOT NULL');
  }
}
