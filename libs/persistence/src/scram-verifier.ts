/**
 * The verifier PostgreSQL stores for a password. Made here, so that the password itself never travels in an
 * `ALTER ROLE` statement, which a server may log or show in pg_stat_activity.
 */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

// RFC 7677 section 4: at least 4096 rounds. The passwords are 256 random bits; more rounds would protect nothing.
const ITERATIONS = 4096;

/**
 * `SCRAM-SHA-256$<rounds>:<salt>$<StoredKey>:<ServerKey>` (RFC 5802 section 3, RFC 7677) for an ASCII password and
 * a salt of 16 bytes. ASCII needs no SASLprep.
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  if (!/^[\x21-\x7e]+$/.test(password)) throw new Error('scramVerifier: the password is not printable ASCII');
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`;
}
