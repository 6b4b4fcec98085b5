/** The statements of the issued store: one for a whole batch of one period, its values packed in one parameter. */

/**
 * The rows of these hashes: $1 i, $2 the hashes one after the other, none twice, $3 how many. One look into the primary key for
 * each: LIMIT keeps the planner from asking for all of them at once. Of a partition that has no statistics yet it then thinks
 * every index that begins with `i` as good, reads all rows and compares each with every hash.
 */
const STANDING = `(SELECT substr($2::bytea, n * 32 + 1, 32) AS item_hash FROM generate_series(0, $3::integer - 1) AS n) AS asked
    CROSS JOIN LATERAL (
      SELECT tbs_hash, batch, place FROM issued WHERE i = $1::integer AND issued.item_hash = asked.item_hash LIMIT 1) AS standing`;

/** How many bytes each value of an intent takes in the parameter of INSERT_INTENTS, and all of them. */
export const INTENT_PARTS = [32, 9, 32, 16, 16, 32] as const;
/** What stands for a tag that is not there; a tag is never zero but by a chance of 2^-128. */
export const NO_TAG = new Uint8Array(16);
export const INTENT_BYTES = INTENT_PARTS.reduce((sum, length) => sum + length, 0);

/**
 * $1 i, $2 the intents (item_hash, lv, key_hash, first_tag, second_tag or zeros, tbs_hash one after the other, one intent
 * after the other), $3 how many, $4 pra, $5 batch, $6 the place of each. In the order given, which is that of the hashes: neither the
 * order of arrival nor a deadlock with another batch comes of it.
 */
export const INSERT_INTENTS = `
  INSERT INTO issued (i, item_hash, lv, key_hash, first_tag, second_tag, tbs_hash, pra, batch, place)
  SELECT $1::integer, substr(p, o + 1, 32), substr(p, o + 33, 9), substr(p, o + 42, 32), substr(p, o + 74, 16),
         nullif(substr(p, o + 90, 16), '\\x${'00'.repeat(16)}'::bytea), substr(p, o + 106, 32), $4::text, $5::uuid, places[n + 1]
    FROM (SELECT $2::bytea AS p, $6::smallint[] AS places) AS given, generate_series(0, $3::integer - 1) AS n,
         LATERAL (SELECT n * ${INTENT_BYTES} AS o) AS begins`;

/** What stands of these items: $1 i, $2 the hashes, $3 how many. */
export const FIND = `
  SELECT item_hash, tbs_hash, issued_certificates.batch IS NOT NULL AS is_issued,
         substring(responses FROM issued_answers.starts[place + 1] + 1
                   FOR issued_answers.starts[place + 2] - issued_answers.starts[place + 1]) AS response
    FROM ${STANDING}
    LEFT JOIN issued_certificates ON issued_certificates.i = $1 AND issued_certificates.batch = standing.batch
    LEFT JOIN issued_answers ON issued_answers.i = $1 AND issued_answers.batch = standing.batch`;

/** The results of a batch all of whose intents still stand under it; nothing otherwise. $4 batch, then both tables' columns. */
export const COMPLETE = `
  WITH mine AS (
    SELECT count(*) AS n FROM ${STANDING} WHERE standing.batch = $4::uuid
  ), certified AS (
    INSERT INTO issued_certificates (i, batch, certificates, starts, certificate_hashes)
    SELECT $1, $4, $5::bytea, $6::integer[], $7::bytea FROM mine WHERE n = $3
    RETURNING i, batch
  )
  INSERT INTO issued_answers (i, batch, responses, starts)
  SELECT i, batch, $8::bytea, $9::integer[] FROM certified
  RETURNING i`;

/** Items whose result comes from another batch than their intent: $1 i, $2 the hashes in the order of places, $3, $4 batch. */
export const MOVE = `
  UPDATE issued SET batch = $4::uuid, place = n
    FROM (SELECT n, substr($2::bytea, n * 32 + 1, 32) AS hash FROM generate_series(0, $3::integer - 1) AS n) AS moved
   WHERE issued.i = $1::integer AND item_hash = moved.hash`;

/** An intent to sign other bytes: $1 i, $2 item_hash, $3 tbs_hash, $4 batch, $5 place. */
export const REPLACE = `
  WITH before AS (
    INSERT INTO issued_void (i, item_hash, tbs_hash)
    SELECT i, item_hash, tbs_hash FROM issued WHERE i = $1::integer AND item_hash = $2::bytea
    ON CONFLICT DO NOTHING
  )
  UPDATE issued SET tbs_hash = $3::bytea, batch = $4::uuid, place = $5::smallint WHERE i = $1 AND item_hash = $2`;

/** $1 i, $2 lv, $3 SM3 of the certificate. */
export const FIND_CERTIFICATE = `
  SELECT item_hash, pra FROM issued JOIN issued_certificates USING (i, batch)
   WHERE i = $1::integer AND lv = $2::bytea AND substr(certificate_hashes, place * 32 + 1, 32) = $3::bytea`;

/**
 * Whoever completes its batch shares the lock; whoever moves intents from one batch to another has it alone: an intent is never
 * moved between a batch's look at its intents and its results.
 */
const MOVING = 0x69737375; // 'issu'
export const SHARE_LOCK = `SELECT pg_advisory_xact_lock_shared(${MOVING})`;
export const TAKE_LOCK = `SELECT pg_advisory_xact_lock(${MOVING})`;
