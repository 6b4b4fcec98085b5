/**
 * Randomness that is the same again for the same item: after a crash between signing and storing, the same bytes leave. The
 * seed is a secret derivation of the crypto device over item and content, so another content never meets the same nonce.
 */
import { uint32 } from '#crypto/bytes.js';
import type { Random } from '#crypto/random.js';
import { hmacSm3 } from '#crypto/sm3.js';

/** Blocks HMAC-SM3(seed, 0), HMAC-SM3(seed, 1), … of a 32-byte secret seed, read from front to back. */
export function derivedRandom(seed: Uint8Array): Random {
  let counter = 0;
  let rest: Uint8Array = new Uint8Array(0);
  return {
    bytes(length) {
      const out = new Uint8Array(length);
      for (let at = 0; at < length;) {
        if (rest.length === 0) rest = hmacSm3(seed, uint32(counter++));
        const part = rest.subarray(0, length - at);
        out.set(part, at);
        rest = rest.subarray(part.length);
        at += part.length;
      }
      return out;
    },
  };
}
