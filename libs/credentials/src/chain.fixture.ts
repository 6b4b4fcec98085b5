/** Certificates for tests, with anything changed: the signature is right for what it covers, unless the test replaces it. */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { CertificateBase, ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';
import { certificateFromBytes, issuedBySelf, issuerIdOf } from './certificate-facts.js';
import { sm2SignatureValue } from './keys-on-the-wire.js';
import { signerId, type Sign, type Signer } from './sm2-binding.js';

/** A compressed point whose X is on no point of the curve. */
export const OFF_THE_CURVE = { kind: 'compressed-y-0', value: new Uint8Array(32).fill(0xff) } as const;

export interface Bent {
  readonly tbs?: Partial<ToBeSignedCertificate>;
  readonly form?: Partial<Omit<CertificateBase, 'toBeSigned'>>;
  /** Signs in the issuer's place. */
  readonly sign?: Sign;
}

/** `like` once more, under `issuer`, with changes. */
export async function recertify(
  like: Certificate,
  issuer: Signer | { self: Sign },
  bent: Bent = {},
): Promise<Certificate> {
  const toBeSigned = preserve(ToBeSignedCertificate, { ...like.value.toBeSigned.value, ...bent.tbs });
  const [signer, sign, named] =
    'self' in issuer
      ? (['self', issuer.self, issuedBySelf] as const)
      : ([issuer.certificate, issuer.sign, issuerIdOf(issuer.certificate)] as const);
  const signature = sm2SignatureValue(await (bent.sign ?? sign)(signerId(signer), toBeSigned.bytes));
  const base: CertificateBase = { version: 3, type: 'explicit', issuer: named, toBeSigned, signature, ...bent.form };
  return certificateFromBytes(encode(CertificateBase, base));
}

/** The same bytes with one bit of the signature turned. */
export function bendSignature(certificate: Certificate): Certificate {
  const bytes = Uint8Array.from(certificate.bytes);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  return certificateFromBytes(bytes);
}
