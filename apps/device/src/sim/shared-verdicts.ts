/**
 * One verification for all who hear the same message. It remembers what a signature is: a function of key, identifier, message
 * and signature and of nothing else, so every receiver would come to the same answer. What differs from one to the next
 * (lists, CRL, time, place, replay) is judged by each receiver for itself.
 */
import { idKey } from '#credentials/certificate-facts.js';
import { BoundedMap } from '#credentials/spdu-memory.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';

const REMEMBERED = 4096;

interface Question {
  readonly publicKey: Uint8Array;
  readonly id: Uint8Array;
  readonly message: Uint8Array;
}

export function sharedVerdicts(verify: VerifySignature): VerifySignature {
  const verdicts = new BoundedMap<Question & { readonly verdict: boolean }>(REMEMBERED);
  return (publicKey, id, message, signature) => {
    const key = idKey(signature);
    const known = verdicts.get(key);
    if (known !== undefined && isSame(known, { publicKey, id, message })) return known.verdict;
    const verdict = verify(publicKey, id, message, signature);
    verdicts.set(key, { publicKey, id, message, verdict });
    return verdict;
  };
}

/** The same signature under another key, identifier or message is another question. */
const isSame = (one: Question, other: Question): boolean =>
  Buffer.compare(one.publicKey, other.publicKey) === 0 &&
  Buffer.compare(one.id, other.id) === 0 &&
  Buffer.compare(one.message, other.message) === 0;
