import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row: the period before which no fresh chain is kept any more, since the labels of its seeds may be destroyed. */
export class LaChainFloor1700000001001 implements MigrationInterface {
  readonly name = 'LaChainFloor1700000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE chain_floor (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), i_value integer NOT NULL)',
    );
    await runner.query('INSERT INTO chain_floor (i_value) VALUES (0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE chain_floor');
  }
}
