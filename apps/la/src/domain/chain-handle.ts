/**
 * LinkageChainId: the 16-byte id of a chain, sealed to this LA's own certificate. The PRA keeps it and cannot read it;
 * two handles of one chain look unrelated.
 */
import { encode, tryDecode } from '#coer/codec.js';
import {
  asEncryptedData,
  encodeEncrypted,
  openSealed,
  sealToCertificate,
  type SealContext,
} from '#credentials/sealing.js';
import type { Unwrap } from '#credentials/sealing.js';
import { unsecured, unsecuredBytes } from '#credentials/signed-data.js';
import type { Profile } from '#credentials/profile.js';
import { V2XSecData, type Certificate, type EncryptedData } from '#wire/secured-data.js';

export const CHAIN_ID_BYTES = 16;

export function sealChainHandle(chainId: Uint8Array, own: Certificate, context: SealContext): EncryptedData {
  const handle = asEncryptedData(sealToCertificate(encode(V2XSecData, unsecured(chainId)), own, context));
  if (handle === undefined) throw new Error('a handle that was just sealed is no EncryptedData');
  return handle;
}

/**
 * The chain id in a handle; `undefined` when it was not sealed for our key. The recipient is named by the certificate of
 * its day: the key decides, so that handles outlive a renewed certificate with the same key.
 */
export async function openChainHandle(
  handle: EncryptedData,
  unwrap: Unwrap,
  profile: Profile,
): Promise<Uint8Array | undefined> {
  const [recipient, ...others] = handle.recipients;
  if (recipient?.kind !== 'certRecipInfo' || others.length > 0) return undefined;
  const opened = await openSealed(encodeEncrypted(handle), recipient.value.recipientId, unwrap, profile);
  const data = opened && tryDecode(V2XSecData, opened);
  const chainId = data?.ok ? unsecuredBytes(data.value) : undefined;
  return chainId?.length === CHAIN_ID_BYTES ? chainId : undefined;
}
