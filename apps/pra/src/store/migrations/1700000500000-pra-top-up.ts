import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Requests are made some weeks at a time: where a request stands, and which chains of the LAs its weeks belong to.
 * A request keeps its sealed keys until its last week is made. Nothing is to be done by the operator.
 */
export class PraTopUp1700000500000 implements MigrationInterface {
  readonly name = 'PraTopUp1700000500000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE requests ADD COLUMN next_i integer`,
  `UPDATE requests SET next_i = CASE WHEN state = 'expanded' THEN i_max + 1 ELSE i_min END`,
  `ALTER TABLE requests ALTER COLUMN next_i SET NOT NULL`,
  `CREATE TABLE request_chains (
    request_id bytea NOT NULL REFERENCES requests ON DELETE CASCADE,
    i_from integer NOT NULL,
    i_to integer NOT NULL,
    la1_id integer NOT NULL,
    la1_chain bytea NOT NULL CONSTRAINT request_chains_la1_chain UNIQUE,
    la2_id integer NOT NULL,
    la2_chain bytea NOT NULL CONSTRAINT request_chains_la2_chain UNIQUE,
    PRIMARY KEY (request_id, i_from))`,
  `CREATE INDEX request_chains_end ON request_chains (i_to)`,
  `INSERT INTO request_chains (request_id, i_from, i_to, la1_id, la1_chain, la2_id, la2_chain)
    SELECT request_id, i_min, i_max, la1_id, la1_chain, la2_id, la2_chain FROM requests WHERE la1_chain IS NOT NULL`,
  `ALTER TABLE requests DROP COLUMN la1_id, DROP COLUMN la1_chain, DROP COLUMN la2_id, DROP COLUMN la2_chain`,
];

const DOWN = [
  `ALTER TABLE requests
    ADD COLUMN la1_id integer, ADD COLUMN la1_chain bytea CONSTRAINT requests_la1_chain UNIQUE,
    ADD COLUMN la2_id integer, ADD COLUMN la2_chain bytea CONSTRAINT requests_la2_chain UNIQUE,
    DROP COLUMN next_i`,
  `UPDATE requests r SET la1_id = c.la1_id, la1_chain = c.la1_chain, la2_id = c.la2_id, la2_chain = c.la2_chain
    FROM (SELECT DISTINCT ON (request_id) * FROM request_chains ORDER BY request_id, i_from DESC) c
    WHERE c.request_id = r.request_id`,
  `DROP TABLE request_chains`,
];
