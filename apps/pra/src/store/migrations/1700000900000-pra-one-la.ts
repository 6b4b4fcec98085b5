import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A domain may have one LA: then the weeks of a request belong to one chain. Nothing is to be done by the operator. */
export class PraOneLa1700000900000 implements MigrationInterface {
  readonly name = 'PraOneLa1700000900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE request_chains ALTER COLUMN la2_id DROP NOT NULL, ALTER COLUMN la2_chain DROP NOT NULL,
        ADD CONSTRAINT request_chains_pair CHECK ((la2_id IS NULL) = (la2_chain IS NULL))`,
    );
  }

  /** Fails while a chain of one LA stands. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE request_chains DROP CONSTRAINT request_chains_pair,
        ALTER COLUMN la2_id SET NOT NULL, ALTER COLUMN la2_chain SET NOT NULL`,
    );
  }
}
