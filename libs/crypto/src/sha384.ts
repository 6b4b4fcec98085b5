/** SHA-384 (FIPS 180-4): identifiers of P-384 certificates, and the hash that electors sign in a certificate trust list. */
import { createHash } from 'node:crypto';

/** SHA-384 of the parts one after the other: 48 bytes. */
export function sha384(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha384');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
