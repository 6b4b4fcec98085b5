/**
 * One verification for all who hear the same message. It remembers what a signature is: a function of key, identifier, message
 * and signature and of nothing else, so every receiver would come to the same answer. What differs from one to the next
 * (lists, CRL, time, place, replay) is judged by each receiver for itself.
 */
import { idKey } from '#credentials/certificate-facts.js';
import { BoundedMap } from '#credentials/spdu-memory.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';

const REMEMBERED = 4096;

export function sharedVerdicts(verify: VerifySignature): VerifySignature {
  const verdicts = new BoundedMap<boolean>(REMEMBERED);
  return (publicKey, id, message, signature) => {
    // Key and signature have fixed lengths and so has the identifier: no two questions share a name.
    const question = [publicKey, id, signature, message].map(idKey).join(' ');
    const known = verdicts.get(question);
    if (known !== undefined) return known;
    const verdict = verify(publicKey, id, message, signature);
    verdicts.set(question, verdict);
    return verdict;
  };
}
