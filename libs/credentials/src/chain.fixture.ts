/** Certificates for tests, with anything changed: the signature is right for what it covers, unless the test replaces it. */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { CrlContents } from '#wire/crl.js';
import { CertificateBase, ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';
import { ToBeSignedPkiCtl, ToBeSignedRootCtl, type PkiCtl, type RootCtl } from '#wire/trust-lists.js';
import { certificateFromBytes, issuedBySelf, issuerIdOf } from './certificate-facts.js';
import { assembleCertificate } from './issue-certificate.js';
import { sm2SignatureValue } from './keys-on-the-wire.js';
import type { Profile } from './profile.js';
import { signData } from './signed-data.js';
import { signerId, type Sign, type Signer } from './sm2-binding.js';

/** A compressed point whose X is on no point of the curve. */
export const OFF_THE_CURVE = { kind: 'compressed-y-0', value: new Uint8Array(32).fill(0xff) } as const;

/** Signs whatever it is given: what a CA of ours would not, because the linter stands before its key. */
export async function issueUnlinted(tbs: ToBeSignedCertificate, issuer: Signer): Promise<Certificate> {
  const signature = await issuer.sign(signerId(issuer.certificate), encode(ToBeSignedCertificate, tbs));
  return assembleCertificate(tbs, issuer.certificate, signature);
}

/** As `issueUnlinted`, for a CRL. */
export const signCrlUnlinted = (contents: CrlContents, signer: Signer, profile: Profile): Promise<Uint8Array> =>
  signData(encode(CrlContents, contents), { psid: profile.aid.crl }, signer);

/** As `issueUnlinted`, for a list of roots. */
export async function signRootCtlUnlinted(
  list: Omit<ToBeSignedRootCtl, 'version' | 'issuer'>,
  { certificate, sign }: Signer,
): Promise<RootCtl> {
  const toBeSignedRootCtl = preserve(ToBeSignedRootCtl, { version: 1, issuer: issuerIdOf(certificate), ...list });
  const signature = sm2SignatureValue(await sign(signerId(certificate), toBeSignedRootCtl.bytes));
  return { toBeSignedRootCtl, signature };
}

/** As `issueUnlinted`, for the list of a domain. */
export async function signPkiCtlUnlinted(
  list: Omit<ToBeSignedPkiCtl, 'version' | 'issuer'>,
  { certificate, sign }: Signer,
): Promise<PkiCtl> {
  const toBeSignedPkiCtl = preserve(ToBeSignedPkiCtl, { version: 1, issuer: issuerIdOf(certificate), ...list });
  const signature = sm2SignatureValue(await sign(signerId(certificate), toBeSignedPkiCtl.bytes));
  return { toBeSignedPkiCtl, signature };
}

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
