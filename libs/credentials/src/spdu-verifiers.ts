/**
 * A VerifySignature that makes tables for keys it meets often: CAs, and the pseudonyms of those who drive along.
 * A table costs some seven plain verifications to make and saves three quarters of each later one (libs/crypto, sm2.ts), so
 * a key gets one with its eighth signature. It is arithmetic on public keys alone: no verdict is kept, and receivers that
 * share one process may share one of these.
 */
import { sm2Verify, sm2VerifierFor, type Sm2Verifier } from '#crypto/sm2.js';
import { idKey } from './certificate-facts.js';
import { BoundedMap } from './spdu-memory.js';
import type { VerifySignature } from './verify-certificate.js';

const TABLE_WITH_SIGNATURE = 8;

export function tablingVerifier({ tables = 64, counted = 4096 } = {}): VerifySignature {
  const made = new BoundedMap<Sm2Verifier>(tables);
  const counts = new BoundedMap<number>(counted);
  return (publicKey, id, message, signature) => {
    const key = idKey(publicKey);
    const table = made.get(key);
    if (table !== undefined) return table(id, message, signature);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count < TABLE_WITH_SIGNATURE) return sm2Verify(publicKey, id, message, signature);
    const verifier = sm2VerifierFor(publicKey);
    made.set(key, verifier);
    return verifier(id, message, signature);
  };
}
