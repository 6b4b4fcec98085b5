/**
 * An authority's own keys and certificates, kept in its own directory: the first is made at birth (`certificate.coer`, keys
 * `verification` and `encryption`), each later one by a renewal (`certificate-2.coer`, keys `verification-2` and so on).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { certificateFromBytes, encryptionKeyOf, verificationKeyOf } from '#credentials/certificate-facts.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { Unwrap } from '#credentials/sealing.js';
import type { OwnCertificate } from '#edge/line-identity.js';
import type { Certificate } from '#wire/secured-data.js';

/** Labels of an authority's first two key pairs inside its crypto device. */
export const VERIFICATION_KEY = 'verification';
export const ENCRYPTION_KEY = 'encryption';
const FILE = /^certificate(?:-([1-9]\d{0,5}))?\.coer$/;

/** Of the n-th certificate of an authority, from 1 on. */
const suffixOf = (number: number): string => (number === 1 ? '' : `-${number}`);
export const verificationLabel = (number: number): string => `${VERIFICATION_KEY}${suffixOf(number)}`;
export const encryptionLabel = (number: number): string => `${ENCRYPTION_KEY}${suffixOf(number)}`;
const LABEL = /^(?:verification|encryption)(?:-([1-9]\d{0,5}))?$/;
/** Of which certificate a key pair with this label is; `undefined` for any other label. */
export function keyNumber(label: string): number | undefined {
  const match = LABEL.exec(label);
  return match === null ? undefined : Number(match[1] ?? 1);
}

export const certificatePath = (directory: string, number = 1): string =>
  join(directory, `certificate${suffixOf(number)}.coer`);

/** The 33-byte public keys of an authority's n-th certificate; made on first call. */
export async function authorityKeys(
  device: CryptoDevice,
  number = 1,
): Promise<{ verificationKey: Uint8Array; encryptionKey: Uint8Array }> {
  const of = async (label: string): Promise<Uint8Array> =>
    (await device.publicKey(label)) ?? (await device.createKey(label));
  return {
    verificationKey: await of(verificationLabel(number)),
    encryptionKey: await of(encryptionLabel(number)),
  };
}

/** Refuses a certificate that does not belong to the device's n-th keys (BI12). */
export async function assertOwn(certificate: Certificate, device: CryptoDevice, number = 1): Promise<void> {
  const [verification, encryption] = [verificationLabel(number), encryptionLabel(number)];
  const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
    a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
  if (!same(verificationKeyOf(certificate), await device.publicKey(verification)))
    throw new Error('the certificate names another verification key than the device holds');
  if (!same(encryptionKeyOf(certificate), await device.publicKey(encryption)))
    throw new Error('the certificate names another encryption key than the device holds');
}

export const signerOf = (certificate: Certificate, device: CryptoDevice, number = 1): Signer => ({
  certificate,
  sign: (id, message) => device.sign(verificationLabel(number), id, message),
});

export const unwrapWith =
  (device: CryptoDevice, number = 1): Unwrap =>
  (wrapped) =>
    device.unwrap(encryptionLabel(number), wrapped);

/** One of an instance's own certificates, with its keys where they are. */
export interface KeptCertificate extends OwnCertificate {
  readonly certificate: Certificate;
  readonly number: number;
  /** Label of the key that `signer` signs with. */
  readonly signingLabel: string;
  /** Unix milliseconds before which it does not sign; others may address it earlier. */
  readonly signsFromMillis: number;
}

/** Beside a certificate, when it is not to sign at once: the moment, as ISO 8601. */
export const signsFromPath = (directory: string, number: number): string =>
  `${certificatePath(directory, number)}.from`;

/** All certificates that are installed, the oldest first; refuses one that does not belong to its keys, and to be without. */
export async function loadCertificates(
  directory: string,
  device: CryptoDevice,
): Promise<[KeptCertificate, ...KeptCertificate[]]> {
  const numbers = (await readdir(directory)).flatMap((name) => {
    const match = FILE.exec(name);
    return match === null ? [] : [Number(match[1] ?? 1)];
  });
  const [oldest, ...later] = numbers.sort((a, b) => a - b);
  if (oldest === undefined) throw new Error(`no certificate in ${directory}`);
  const kept: [KeptCertificate, ...KeptCertificate[]] = [await loadCertificate(directory, device, oldest)];
  for (const number of later) kept.push(await loadCertificate(directory, device, number));
  return kept;
}

async function loadCertificate(directory: string, device: CryptoDevice, number: number): Promise<KeptCertificate> {
  const certificate = certificateFromBytes(new Uint8Array(await readFile(certificatePath(directory, number))));
  await assertOwn(certificate, device, number);
  return {
    certificate,
    number,
    signingLabel: verificationLabel(number),
    signsFromMillis: await signsFrom(signsFromPath(directory, number)),
    signer: signerOf(certificate, device, number),
    unwrap: unwrapWith(device, number),
  };
}

async function signsFrom(path: string): Promise<number> {
  const text = await readIfThere(path);
  if (text === undefined) return 0;
  const millis = Date.parse(text.trim());
  if (Number.isNaN(millis)) throw new Error(`${path} holds no moment`);
  return millis;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
