/** Caterpillar and expansion keys as the bytes that are sealed: A (33) ‖ k_S (16) ‖ P (33) ‖ k_E (16). */
import type { CaterpillarKeys } from '#crypto/butterfly.js';
import { concat } from '#crypto/bytes.js';

const LENGTH = 98;

export const caterpillarBytes = (keys: CaterpillarKeys): Uint8Array =>
  concat(keys.signingKey, keys.signingExpansion, keys.encryptionKey, keys.encryptionExpansion);

export function openCaterpillar(bytes: Uint8Array): CaterpillarKeys {
  if (bytes.length !== LENGTH) throw new RangeError(`bytes: ${LENGTH} expected`);
  return {
    signingKey: bytes.subarray(0, 33),
    signingExpansion: bytes.subarray(33, 49),
    encryptionKey: bytes.subarray(49, 82),
    encryptionExpansion: bytes.subarray(82),
  };
}
