/** What a device sealed for an authority: for the certificate that counts, or for another of its own that has not ended. */
import { hashedId8 } from '#credentials/certificate-facts.js';
import { asEncryptedData, openEncrypted } from '#credentials/sealing.js';
import type { EncryptedData } from '#wire/secured-data.js';
import { ownCertificates, type LineIdentity } from './line-identity.js';

export type Opener = Pick<LineIdentity, 'signer' | 'unwrap' | 'beside' | 'profile'>;

/** The plaintext of EncryptedData; `undefined` when it is for nobody of ours, or was changed. */
export async function openForOwn(data: EncryptedData, identity: Opener): Promise<Uint8Array | undefined> {
  for (const { signer, unwrap } of ownCertificates(identity)) {
    const opened = await openEncrypted(data, hashedId8(signer.certificate), unwrap, identity.profile);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

/** As `openForOwn`, for an encoded V2XSecData; `undefined` also when it holds no EncryptedData. */
export async function openSealedForOwn(bytes: Uint8Array, identity: Opener): Promise<Uint8Array | undefined> {
  const data = asEncryptedData(bytes);
  return data && openForOwn(data, identity);
}
