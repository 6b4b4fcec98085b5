import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A domain may have one LA: then a chain is one seed. Nothing is to be done by the operator. */
export class CraChainsOfOneLa1700000701000 implements MigrationInterface {
  readonly name = 'CraChainsOfOneLa1700000701000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE revoked_chain ALTER COLUMN la2_id DROP NOT NULL, ALTER COLUMN seed2 DROP NOT NULL,
        ADD CONSTRAINT revoked_chain_pair CHECK ((la2_id IS NULL) = (seed2 IS NULL)),
        DROP CONSTRAINT revoked_chain_seeds,
        ADD CONSTRAINT revoked_chain_seeds UNIQUE NULLS NOT DISTINCT (la1_id, seed1, la2_id, seed2)`,
    );
  }

  /** Fails while a chain of one LA stands. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE revoked_chain DROP CONSTRAINT revoked_chain_pair, DROP CONSTRAINT revoked_chain_seeds,
        ADD CONSTRAINT revoked_chain_seeds UNIQUE (la1_id, seed1, la2_id, seed2),
        ALTER COLUMN la2_id SET NOT NULL, ALTER COLUMN seed2 SET NOT NULL`,
    );
  }
}
