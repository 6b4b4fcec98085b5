/** Signs what was prepared, and compares what came of it with what was meant before anybody sees it. */
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { assembleCertificate } from '#credentials/issue-certificate.js';
import { isRefused } from '#credentials/refusal.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import type { Certificate } from '#wire/secured-data.js';
import type { Issuer } from './issuer.js';
import type { Prepared } from './prepare.js';

const CERTIFICATES_A_TURN = 32;

export async function certifyAll(prepared: readonly Prepared[], issuer: Issuer): Promise<Certificate[]> {
  const signatures = await issuer.signAll(prepared.map(({ tbsBytes }) => tbsBytes));
  const certificates: Certificate[] = [];
  for (const [n, one] of prepared.entries()) {
    certificates.push(
      compared(one, assembleCertificate(one.tbs, issuer.certificate, signatures[n] as Uint8Array), issuer),
    );
    if (certificates.length % CERTIFICATES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return certificates;
}

/** The certificate as others will read it: the bytes that were meant, under our signature and inside our own permissions. */
function compared({ tbsBytes }: Prepared, made: Certificate, issuer: Issuer): Certificate {
  const read = certificateFromBytes(made.bytes);
  if (Buffer.compare(read.value.toBeSigned.bytes, tbsBytes) !== 0)
    throw new Error('the certificate does not say what was to be signed');
  const verdict = verifyCertificate(read, issuer.certificate, issuer.verifyOwn);
  if (isRefused(verdict)) throw new Error(`the certificate just made does not verify: ${verdict.reason}`);
  return read;
}
