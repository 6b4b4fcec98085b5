/**
 * How an operator renews an instance's certificate: new keys in the same crypto device and a request for the ICA; then the
 * certificate that came back, beside the one that counts. The instance goes on meanwhile (docs/operations/renewal.md).
 */
import { rename, writeFile } from 'node:fs/promises';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateFromBytes, hostnameOf } from '#credentials/certificate-facts.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { spanOf } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import {
  assertOwn,
  authorityKeys,
  certificatePath,
  loadCertificates,
  signsFromPath,
  verificationLabel,
  type KeptCertificate,
} from './identity.js';

export interface Renewing {
  readonly directory: string;
  readonly device: CryptoDevice;
  readonly profile: Profile;
  readonly nowMillis: number;
}

async function newest({ directory, device }: Renewing): Promise<KeptCertificate> {
  const [oldest, ...later] = await loadCertificates(directory, device);
  return later.at(-1) ?? oldest;
}

/**
 * The request for the next certificate, an encoded V2XSecData: like the newest one, but for its keys and its beginning. The
 * keys are made on first call; until the certificate is installed each call asks for the same keys.
 */
export async function requestRenewal(renewing: Renewing): Promise<Uint8Array> {
  const { device, profile, nowMillis } = renewing;
  const last = await newest(renewing);
  const number = last.number + 1;
  const { verificationKey, encryptionKey } = await authorityKeys(device, number);
  const tbs = last.certificate.value.toBeSigned.value;
  const asked = {
    ...tbs,
    validityPeriod: { ...tbs.validityPeriod, start: time32FromMillis(nowMillis) },
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(verificationKey) } as const,
    encryptionKey: sm2EncryptionKey(encryptionKey),
  };
  const sign = (id: Uint8Array, message: Uint8Array): Promise<Uint8Array> =>
    device.sign(verificationLabel(number), id, message);
  return requestAuthorityCertificate(asked, sign, { profile, nowMillis });
}

/**
 * Puts the certificate that the ICA gave beside the others; it signs from `signsFromMillis` on, and not before it is listed.
 * Refuses one of other keys than were asked for, of another name or other rights, and one that has ended. The same one again
 * is no error.
 */
export async function installRenewal(bytes: Uint8Array, signsFromMillis: number, renewing: Renewing): Promise<void> {
  const { directory, device, nowMillis } = renewing;
  const certificate = certificateFromBytes(bytes);
  const last = await newest(renewing);
  if (Buffer.compare(last.certificate.bytes, certificate.bytes) === 0) return;
  const number = last.number + 1;
  await assertOwn(certificate, device, number);
  refuseOther(certificate, last.certificate);
  if (spanOf(certificate.value.toBeSigned.value.validityPeriod).endMillis < nowMillis)
    throw new Error('the certificate has ended');
  if (signsFromMillis > 0) {
    await writeWhole(signsFromPath(directory, number), new Date(signsFromMillis).toISOString());
  }
  await writeWhole(certificatePath(directory, number), bytes);
}

/** BI12: under another name or with other rights nobody would take what the instance says, or what it issues. */
function refuseOther(next: Certificate, last: Certificate): void {
  if (hostnameOf(next) !== hostnameOf(last)) throw new Error('the certificate is of another host name');
  const rights = ({ value }: Certificate): string => {
    const { appPermissions, certIssuePermissions, certRequestPermissions, region } = value.toBeSigned.value;
    return JSON.stringify(
      [appPermissions, certIssuePermissions, certRequestPermissions, region],
      (_, part: unknown) => {
        if (part instanceof Uint8Array) return Buffer.from(part).toString('hex');
        return part instanceof Set ? [...part].sort() : part;
      },
    );
  };
  if (rights(next) !== rights(last)) throw new Error('the certificate has other rights than the one before');
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
