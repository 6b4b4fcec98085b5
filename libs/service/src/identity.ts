/** An authority's own keys and certificate: made at birth, matched at each start, kept in its own directory. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { certificateFromBytes, encryptionKeyOf, verificationKeyOf } from '#credentials/certificate-facts.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { Unwrap } from '#credentials/sealing.js';
import type { Certificate } from '#wire/secured-data.js';

/** Labels of an authority's two key pairs inside its crypto device. */
export const VERIFICATION_KEY = 'verification';
export const ENCRYPTION_KEY = 'encryption';
const CERTIFICATE_FILE = 'certificate.coer';

export const certificatePath = (directory: string): string => join(directory, CERTIFICATE_FILE);

/** The 33-byte public keys of an authority; made on first call. */
export async function authorityKeys(
  device: CryptoDevice,
): Promise<{ verificationKey: Uint8Array; encryptionKey: Uint8Array }> {
  return {
    verificationKey: (await device.publicKey(VERIFICATION_KEY)) ?? (await device.createKey(VERIFICATION_KEY)),
    encryptionKey: (await device.publicKey(ENCRYPTION_KEY)) ?? (await device.createKey(ENCRYPTION_KEY)),
  };
}

/** The instance's certificate; refuses one that does not belong to the device's keys (BI12). */
export async function loadCertificate(directory: string, device: CryptoDevice): Promise<Certificate> {
  const certificate = certificateFromBytes(new Uint8Array(await readFile(certificatePath(directory))));
  await assertOwn(certificate, device);
  return certificate;
}

export async function assertOwn(certificate: Certificate, device: CryptoDevice): Promise<void> {
  const keys = await authorityKeys(device);
  const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;
  if (!same(verificationKeyOf(certificate), keys.verificationKey))
    throw new Error('the certificate names another verification key than the device holds');
  if (!same(encryptionKeyOf(certificate), keys.encryptionKey))
    throw new Error('the certificate names another encryption key than the device holds');
}

export const signerOf = (certificate: Certificate, device: CryptoDevice): Signer => ({
  certificate,
  sign: (id, message) => device.sign(VERIFICATION_KEY, id, message),
});

export const unwrapWith =
  (device: CryptoDevice): Unwrap =>
  (wrapped) =>
    device.unwrap(ENCRYPTION_KEY, wrapped);
