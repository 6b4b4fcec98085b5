/**
 * LinkageChainId: the 16-byte id of a chain, sealed in this LA's crypto device under a label of the period in which the
 * handle was given. The PRA keeps it and cannot read it; two handles of one chain look unrelated. It does not depend on a
 * certificate: a handle outlives the keys of the LA that gave it.
 */
import { concat } from '#crypto/bytes.js';
import { DeviceRefusal } from '#keys/device-refusal.js';
import type { EncryptedData } from '#wire/secured-data.js';
import { CHAIN_ID_BYTES, type SeedVault } from './chain-seeds.js';

const NONCE_BYTES = 12;

const LABEL = /^handles-(\d+)$/;
export const handleLabel = (i: number): string => `handles-${i}`;
/** The period of a label made by `handleLabel`. */
export function handleLabelPeriod(label: string): number | undefined {
  const match = LABEL.exec(label);
  return match === null ? undefined : Number(match[1]);
}

/** The recipient of a handle in eight bytes: the period of its label. No key outside the device has a name. */
const recipientOf = (i: number): Uint8Array => Uint8Array.of(0, 0, 0, 0, 0, 0, i >>> 8, i & 0xff);

/** A handle of a chain, given in period `i` (two bytes). */
export async function sealChainHandle(chainId: Uint8Array, i: number, vault: SeedVault): Promise<EncryptedData> {
  const sealed = await vault.seal(handleLabel(i), chainId);
  return {
    recipients: [{ kind: 'pskRecipInfo', value: recipientOf(i) }],
    ciphertext: {
      kind: 'sm4Ccm',
      value: { nonce: sealed.subarray(0, NONCE_BYTES), ccmCiphertext: sealed.subarray(NONCE_BYTES) },
    },
  };
}

/** The chain id in a handle; `undefined` when it was not sealed in this device, or too long ago. */
export async function openChainHandle(handle: EncryptedData, vault: SeedVault): Promise<Uint8Array | undefined> {
  const [recipient, ...others] = handle.recipients;
  if (recipient?.kind !== 'pskRecipInfo' || others.length > 0 || handle.ciphertext.kind !== 'sm4Ccm') return undefined;
  const period = recipient.value.reduce((value, byte) => value * 256 + byte, 0);
  const { nonce, ccmCiphertext } = handle.ciphertext.value;
  const chainId = await openUnder(handleLabel(period), concat(nonce, ccmCiphertext), vault);
  return chainId?.length === CHAIN_ID_BYTES ? chainId : undefined;
}

/** A label of somebody else's imagination is no failure of ours. */
async function openUnder(label: string, sealed: Uint8Array, vault: SeedVault): Promise<Uint8Array | undefined> {
  try {
    return await vault.open(label, sealed);
  } catch (error) {
    const isNoLabel =
      error instanceof DeviceRefusal && (error.reason === 'unknown-label' || error.reason === 'label-destroyed');
    if (isNoLabel) return undefined;
    throw error;
  }
}
