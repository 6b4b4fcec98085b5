/** Certifies an authority: judged, meant (on disk), signed, compared, stored, logged, handed out, in this order (BI1). */
import { decode } from '#coer/codec.js';
import { certificateFromBytes, certificateHash, certificateToBytes } from '#credentials/certificate-facts.js';
import { issueCertificate, toBeSignedBytes } from '#credentials/issue-certificate.js';
import { isRefused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import type { ValidityPeriod } from '#wire/base-types.js';
import { ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';
import { judgeOrder, type OrderedAs, type OrderRules } from './authority-order.js';
import type { IcaRefusal, IcaRefused } from './refusal.js';

/** What the ICA meant to sign for a key, and the certificate once it has. */
export interface Intent {
  readonly verificationKey: Uint8Array;
  readonly orderHash: Uint8Array;
  readonly kind: string;
  readonly hostname: string;
  readonly laId: number | undefined;
  /** The bytes to be signed, kept so that a repeated attempt signs the same. */
  readonly toBeSigned: Uint8Array;
  readonly certificate: Uint8Array | undefined;
}

export type StoreRefusal = Extract<IcaRefusal, 'key-certified-otherwise' | 'hostname-of-another-kind' | 'la-id-taken'>;

export interface CertifiedStore {
  /** Keeps the intent, or answers the one kept for the same order; refuses what was certified as something else. */
  intend(intent: Intent): Promise<Intent | IcaRefused>;
  /** Keeps the certificate of an intent; answers the one that is kept, when another worker was first. */
  complete(verificationKey: Uint8Array, certificate: { bytes: Uint8Array; id: Uint8Array }): Promise<Uint8Array>;
}

export interface CertifyNeeds {
  readonly store: CertifiedStore;
  /** Who signs what is valid in this period: an intent may be older than the certificate of ours that counts now. */
  readonly signerFor: (period: ValidityPeriod) => Signer;
  readonly rules: () => OrderRules;
  /** Tells the transparency log of a certificate before anybody has it; a log that is down holds nobody up. */
  readonly toLog: (certificate: Certificate, issuer: Certificate) => Promise<void>;
  /** Told that a certificate of this kind was handed out. */
  readonly certified: (kind: string) => void;
  /** Told when a signature was made whose certificate could not be stored: SM3 of the certificate in hex. */
  readonly notStored: (error: unknown, id: string) => void;
}

/** The bytes of the certificate. The same order again has the same answer; the key for anything else is refused. */
export async function certifyAuthority(
  request: Uint8Array,
  as: OrderedAs,
  needs: CertifyNeeds,
): Promise<Uint8Array | IcaRefused> {
  const order = judgeOrder(request, as, needs.rules());
  if (isRefused(order)) return order;
  const intent = await needs.store.intend({
    verificationKey: order.verificationKey,
    orderHash: order.orderHash,
    kind: as.kind,
    hostname: as.hostname,
    laId: as.laId,
    toBeSigned: toBeSignedBytes(order.tbs),
    certificate: undefined,
  });
  if (isRefused(intent)) return intent;
  if (intent.certificate !== undefined) return logged(intent.certificate, needs);
  const certificate = await signIntent(intent, as.kind, needs);
  const stored = await logged(await storeSigned(intent, certificate, needs), needs);
  needs.certified(as.kind);
  return stored;
}

/** Also at a repeat: the log may have been down the first time. */
async function logged(bytes: Uint8Array, { signerFor, toLog }: CertifyNeeds): Promise<Uint8Array> {
  const certificate = certificateFromBytes(bytes);
  await toLog(certificate, signerFor(certificate.value.toBeSigned.value.validityPeriod).certificate);
  return bytes;
}

/** Signs exactly the bytes of the intent, which the linter sees (BI4), and looks at the result as a stranger would (BI5). */
async function signIntent(
  intent: Intent,
  kind: OrderedAs['kind'],
  { signerFor, rules }: CertifyNeeds,
): Promise<Certificate> {
  const { profile } = rules();
  const tbs = decode(ToBeSignedCertificate, intent.toBeSigned);
  const signer = signerFor(tbs.validityPeriod);
  const issued = await issueCertificate(tbs, signer, { profile, kind });
  const certificate = certificateFromBytes(certificateToBytes(issued));
  if (Buffer.compare(certificate.value.toBeSigned.bytes, intent.toBeSigned) !== 0)
    throw new Error('what was signed is not what was meant');
  const verdict = verifyCertificate(certificate, signer.certificate);
  if (isRefused(verdict)) throw new Error(`what was signed does not verify: ${verdict.reason}`);
  return certificate;
}

async function storeSigned(intent: Intent, certificate: Certificate, needs: CertifyNeeds): Promise<Uint8Array> {
  const id = certificateHash(certificate);
  try {
    return await needs.store.complete(intent.verificationKey, { bytes: certificateToBytes(certificate), id });
  } catch (error) {
    // The intent says what may exist; the alarm names the certificate (BI8).
    needs.notStored(error, Buffer.from(id).toString('hex'));
    throw error;
  }
}
