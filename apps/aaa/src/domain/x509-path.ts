/**
 * From a device's certificate up to a trusted issuer (RFC 5280 6.1, without policies and name constraints: a certificate
 * that insists on them is refused). The chain supplies bytes; trust comes from the issuers that an operator named.
 */
import { sm3 } from '#crypto/sm3.js';
import type { Refused } from '#credentials/refusal.js';
import { refuse, type X509Refusal } from './refusal.js';
import {
  hasOurAlgorithms,
  isCaFor,
  isDeviceCertificate,
  isSignedBy,
  isValidAt,
  namesIssuer,
  readX509,
  type X509,
} from './x509-certificate.js';

export interface TrustedIssuer {
  /** SM3 of the DER bytes, 32 bytes. */
  readonly issuerId: Uint8Array;
  readonly x509: X509;
  /** Where the status of its certificates is asked; `undefined` where its CRLs are all there is. */
  readonly ocspUrl?: string | undefined;
}

/** A certificate and the one above it. */
export interface X509Link {
  readonly subject: X509;
  readonly issuer: X509;
}

/** The status of a certificate by a responder; `undefined` when there is none to be had. */
export type AskStatus = (link: X509Link, url: string) => Promise<'good' | 'revoked' | undefined>;

export interface X509Path {
  readonly leaf: X509;
  /** Names the leaf: SM3 over the key that issued it and its serial number, 32 bytes. */
  readonly leafId: Uint8Array;
  readonly issuerId: Uint8Array;
  /** From the leaf up. */
  readonly links: readonly X509Link[];
  readonly ocspUrl: string | undefined;
}

export interface PathRules {
  readonly issuers: readonly TrustedIssuer[];
  readonly nowMillis: number;
  /** Whether any of these names (`x509Id`) stands among the revoked. */
  readonly isAnyRevoked: (ids: readonly Uint8Array[]) => Promise<boolean>;
}

/** A certificate by the key above it and its number: issuers may share a name, not a key. */
export const x509Id = (issuerKeyHash: Uint8Array, serialNumber: Uint8Array): Uint8Array =>
  sm3(issuerKeyHash, serialNumber);

/** Checks DER certificates, the subject first, each under the next, the last under a trusted issuer. Cheap checks first. */
export async function verifyX509Path(
  chain: readonly Uint8Array[],
  foot: 'device' | 'ca',
  rules: PathRules,
): Promise<X509Path | Refused<X509Refusal>> {
  const read = chain.map(readX509);
  const presented = read.filter((x509) => x509 !== undefined);
  if (presented.length === 0 || presented.length !== read.length) return refuse('x509-malformed');
  const below = withoutAnchor(presented, rules.issuers);
  const top = below.at(-1) as X509;
  const anchors = rules.issuers.filter(({ x509 }) => namesIssuer(top, x509));
  if (anchors.length === 0) return refuse('x509-issuer-unknown');
  let answer: X509Path | Refused<X509Refusal> = refuse('x509-issuer-unknown');
  for (const anchor of anchors) {
    answer = await verifyUnder(anchor, below, foot, rules);
    if ('leaf' in answer) return answer;
  }
  return answer;
}

/** A chain may end with the trusted issuer itself. */
function withoutAnchor(presented: readonly X509[], issuers: readonly TrustedIssuer[]): readonly X509[] {
  const top = presented.at(-1) as X509;
  const isAnchor = issuers.some(({ x509 }) => Buffer.compare(x509.der, top.der) === 0);
  return isAnchor && presented.length > 1 ? presented.slice(0, -1) : presented;
}

async function verifyUnder(
  anchor: TrustedIssuer,
  below: readonly X509[],
  foot: 'device' | 'ca',
  rules: PathRules,
): Promise<X509Path | Refused<X509Refusal>> {
  const path = [...below, anchor.x509];
  if (!path.every(hasOurAlgorithms)) return refuse('x509-algorithm');
  if (!path.every((x509, index) => mayStand(x509, index, foot))) return refuse('x509-constraints');
  if (!path.every((x509) => isValidAt(x509, rules.nowMillis))) return refuse('x509-validity');
  for (let index = below.length - 1; index >= 0; index--) {
    const [subject, issuer] = [path[index] as X509, path[index + 1] as X509];
    if (!namesIssuer(subject, issuer)) return refuse('x509-issuer-unknown');
    if (!isSignedBy(subject.certificate, issuer)) return refuse('x509-signature');
  }
  const links = below.map((subject, index) => ({ subject, issuer: path[index + 1] as X509 }));
  const ids = links.map(({ subject, issuer }) => x509Id(issuer.keyHash, subject.serialNumber));
  if (await rules.isAnyRevoked(ids)) return refuse('x509-revoked');
  const { issuerId, ocspUrl } = anchor;
  return { leaf: path[0] as X509, leafId: ids[0] as Uint8Array, issuerId, links, ocspUrl };
}

/**
 * Asks the responder, where there is one, about every certificate below the trusted issuer. Fails closed: without a good
 * answer about each there is no status.
 */
export async function refusedByStatus(
  { links, ocspUrl }: X509Path,
  ask: AskStatus,
): Promise<Refused<'x509-revoked' | 'x509-status-unavailable'> | undefined> {
  if (ocspUrl === undefined) return undefined;
  for (const link of links) {
    const status = await ask(link, ocspUrl);
    if (status !== 'good') return refuse(status === 'revoked' ? 'x509-revoked' : 'x509-status-unavailable');
  }
  return undefined;
}

/** The foot of the path is the device or the CA in question; CAs between it and this one count for pathLenConstraint. */
function mayStand(x509: X509, index: number, foot: 'device' | 'ca'): boolean {
  if (index > 0) return isCaFor(x509, index - 1);
  return foot === 'ca' ? isCaFor(x509, 0) : isDeviceCertificate(x509);
}

/** A self-signed CA that an operator wants to trust: our algorithms, a CA, valid now, signed by its own key. */
export function judgeIssuer(der: Uint8Array, nowMillis: number): TrustedIssuer | Refused<X509Refusal> {
  const x509 = readX509(der);
  if (x509 === undefined) return refuse('x509-malformed');
  if (!hasOurAlgorithms(x509)) return refuse('x509-algorithm');
  if (!isCaFor(x509, 0)) return refuse('x509-constraints');
  if (!isValidAt(x509, nowMillis)) return refuse('x509-validity');
  if (!namesIssuer(x509, x509) || !isSignedBy(x509.certificate, x509)) return refuse('x509-signature');
  return { issuerId: sm3(der), x509 };
}
