/**
 * From a certificate to a trust anchor, by HashedId8 under the hash that each issuer is named with. Several candidates
 * with one identifier are all followed; length and number of paths are bounded, so that a loop ends too.
 */
import type { Certificate } from '#wire/secured-data.js';
import { hexOf } from './step.js';
import { identityOf, sameBytes } from './identity.js';

/** No hierarchy is so deep: TRCLA, root, ICAs, PCA and a device are five or six. */
export const LONGEST_PATH = 10;
/** Eight bytes are made to collide in days: who does so gets no endless search for it. */
export const MOST_PATHS = 64;

export type PathEnd =
  /** `by`: who vouches for the last certificate. */
  | { readonly kind: 'trusted'; readonly by: string }
  | { readonly kind: 'self-signed' }
  | { readonly kind: 'no-issuer' }
  | { readonly kind: 'too-long' };

export interface Path {
  /** The certificate asked for first, then its issuer, and so on. */
  readonly certificates: readonly Certificate[];
  readonly end: PathEnd;
}

/** Certificates by hash and HashedId8, each once, and those that are believed as they are. */
export class CertificatePool {
  private readonly byId = new Map<string, Certificate[]>();
  private readonly anchors = new Map<string, string>();

  /** Bytes and no trust. */
  add(certificate: Certificate): void {
    const key = issuerKey(certificate);
    const known = this.byId.get(key) ?? [];
    if (known.some((one) => sameBytes(one.bytes, certificate.bytes))) return;
    this.byId.set(key, [...known, certificate]);
  }

  /** `by`: who vouches for it, for people to read. Who was first stays. */
  trust(certificate: Certificate, by: string): void {
    this.add(certificate);
    const key = hexOf(certificate.bytes);
    if (!this.anchors.has(key)) this.anchors.set(key, by);
  }

  trustedBy(certificate: Certificate): string | undefined {
    return this.anchors.get(hexOf(certificate.bytes));
  }

  /** All certificates with this HashedId8, of whatever hash. */
  withId8(id8: Uint8Array): Certificate[] {
    return ALGORITHMS.flatMap((algorithm) => this.byId.get(`${algorithm} ${hexOf(id8)}`) ?? []);
  }

  issuersOf(certificate: Certificate): Certificate[] {
    const { issuer } = certificate.value;
    if (issuer.kind === 'self') return [];
    return this.byId.get(`${issuer.kind.replace('AndDigest', '')} ${hexOf(issuer.value)}`) ?? [];
  }

  /** At least one path, complete or not; complete ones first. */
  pathsFrom(certificate: Certificate): Path[] {
    const paths: Path[] = [];
    this.follow([certificate], paths);
    const isTrusted = ({ end }: Path): number => (end.kind === 'trusted' ? 0 : 1);
    return paths.sort((a, b) => isTrusted(a) - isTrusted(b));
  }

  private follow(path: readonly Certificate[], found: Path[]): void {
    if (found.length >= MOST_PATHS) return;
    const last = path.at(-1) as Certificate;
    const by = this.trustedBy(last);
    if (by !== undefined) return void found.push({ certificates: path, end: { kind: 'trusted', by } });
    const end = (kind: Exclude<PathEnd['kind'], 'trusted'>): void =>
      void found.push({ certificates: path, end: { kind } });
    if (last.value.issuer.kind === 'self') return end('self-signed');
    if (path.length >= LONGEST_PATH) return end('too-long');
    const issuers = this.issuersOf(last);
    if (issuers.length === 0) return end('no-issuer');
    for (const issuer of issuers) this.follow([...path, issuer], found);
  }
}

const ALGORITHMS = ['sm3', 'sha256', 'sha384'] as const;

function issuerKey(certificate: Certificate): string {
  const { algorithm, hashedId8 } = identityOf(certificate);
  return `${algorithm} ${hexOf(hashedId8)}`;
}
