/** First step of every message of a device: it is encrypted, to us, and holds something. */
import { encode, tryDecode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { PROTOCOL_VERSION } from '#credentials/signed-data.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { openForOwn } from '#edge/own-sealed.js';
import { SymmetricCiphertext, V2XSecData, type EncryptedData } from '#wire/secured-data.js';
import type { DeviceRefusal } from './refusal.js';

export interface Opened {
  /** The content, an encoded V2XSecData. */
  readonly plaintext: Uint8Array;
  /** What it came in. */
  readonly sealed: EncryptedData;
}

/** Opens bytes from outside. Refuses what is no V2XSecData, plain, or sealed to another; only the last may cost an unwrap. */
export async function openForUs(
  bytes: Uint8Array,
  identity: LineIdentity,
): Promise<Opened | Refused<Extract<DeviceRefusal, 'malformed' | 'not-encrypted' | 'not-for-us'>>> {
  const outer = tryDecode(V2XSecData, bytes);
  if (!outer.ok || outer.value.protocolVersion !== PROTOCOL_VERSION) return refused('malformed');
  const { content } = outer.value;
  if (content.kind !== 'encryptedData') return refused('not-encrypted');
  const plaintext = await openForOwn(content.value, identity);
  return plaintext === undefined ? refused('not-for-us') : { plaintext, sealed: content.value };
}

/**
 * One sealed message has one name: SM3 of its ciphertext, which nobody else can change. (Recipients are not under the
 * tag, and a device that signs two messages in one second may sign the same bytes twice.)
 */
export const sealedMessageHash = ({ ciphertext }: EncryptedData): Uint8Array =>
  sm3(encode(SymmetricCiphertext, ciphertext));
