/** A certificate read from a file, and the look at one that was just signed. */
import { tryDecode } from '#coer/codec.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { Certificate, type ToBeSignedCertificate } from '#wire/secured-data.js';
import type { CeremonyTools } from './ceremony.js';
import { CeremonyRefusal } from './refusal.js';

export async function readCertificateFile(path: string, tools: CeremonyTools): Promise<Certificate> {
  const decoded = tryDecode(Certificate, await tools.read(path));
  if (!decoded.ok) throw new CeremonyRefusal(`${path} is no certificate: ${decoded.why}`);
  return decoded.value;
}

/** What was signed must be what was shown, and must verify; else nothing leaves. */
export function requireChecked(
  outcome: { kind: 'checked' } | Refused,
  certificate: Certificate,
  shown: ToBeSignedCertificate,
): void {
  if (isRefused(outcome)) throw new CeremonyRefusal(`the certificate that was signed does not hold: ${outcome.reason}`);
  if (Buffer.compare(certificateFromBytes(certificate.bytes).value.toBeSigned.bytes, toBeSignedBytes(shown)) !== 0)
    throw new CeremonyRefusal('the certificate that was signed is not the one that was shown');
}

export const daysAfter = (millis: number, days: number): number => millis + days * 86_400_000;
