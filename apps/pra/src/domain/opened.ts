/** First step of every message of a device: it is encrypted, to us, and holds something. */
import { encode, tryDecode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { asEncryptedData, openSealed } from '#credentials/sealing.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { SymmetricCiphertext, V2XSecData } from '#wire/secured-data.js';
import type { DeviceRefusal } from './refusal.js';

/** The content (an encoded V2XSecData) of bytes from outside. Refuses what is no V2XSecData, plain, or sealed to another. */
export async function openForUs(
  bytes: Uint8Array,
  identity: LineIdentity,
): Promise<Uint8Array | Refused<Extract<DeviceRefusal, 'malformed' | 'not-encrypted' | 'not-for-us'>>> {
  const outer = tryDecode(V2XSecData, bytes);
  if (!outer.ok) return refused('malformed');
  if (outer.value.content.kind !== 'encryptedData') return refused('not-encrypted');
  const self = hashedId8(identity.signer.certificate);
  const opened = await openSealed(bytes, self, identity.unwrap, identity.profile);
  return opened ?? refused('not-for-us');
}

/**
 * One sealed message has one name: SM3 of its ciphertext, which nobody else can change. (Recipients are not under the
 * tag, and a device that signs two messages in one second may sign the same bytes twice.)
 */
export function sealedMessageHash(bytes: Uint8Array): Uint8Array {
  const data = asEncryptedData(bytes);
  if (data === undefined) throw new TypeError('bytes: not encrypted data');
  return sm3(encode(SymmetricCiphertext, data.ciphertext));
}
