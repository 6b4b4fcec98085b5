/**
 * What a device or an authority trusts: the TRCLA it was born with, and the lists it holds under it.
 * A CA certificate counts only while it stands on a current TDCL of a root on a current TRCL. A chain, or a certificate
 * learnt from a message, supplies bytes and never trust.
 */
import { encode } from '#coer/codec.js';
import { sm2Verify, sm2VerifierFor, type Sm2Verifier } from '#crypto/sm2.js';
import { millisFromTime32 } from '#wire/time.js';
import type { Certificate } from '#wire/secured-data.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import {
  followsCaCrl,
  isOnCaCrl,
  verifyCaCrl,
  verifyKeptCaCrl,
  type CaCrlRefusal,
  type CheckedCaCrl,
} from './ca-crl.js';
import { hashedId8, hostnameOf, idKey, verificationKeyOf } from './certificate-facts.js';
import { isValidAt } from './period.js';
import { isRefused, refused, type Refused } from './refusal.js';
import { verifyPkiCtl, verifyRootCtl, type ListRefusal } from './trust-lists.js';
import { verifyCertificate, verifySelfSigned, type VerifySignature } from './verify-certificate.js';

export type TrustRefusal =
  'no-trust-list' | 'issuer-not-listed' | 'issuer-expired' | 'issuer-revoked' | 'root-not-listed';

export interface ListedAuthority {
  readonly certificate: Certificate;
  readonly crlUrl: string | undefined;
  readonly maUrl: string | undefined;
  /** HashedId8 key of the root under whose TDCL it stands. */
  readonly root: string;
  /** Which entry of the TDCL it stands in: the certificates of one entry belong to one domain. */
  readonly domain: number;
}

/** The lists as files; what a device keeps across restarts. */
export interface StoredLists {
  readonly trcl: Uint8Array | undefined;
  readonly tdcls: readonly Uint8Array[];
  readonly caCrls: readonly Uint8Array[];
}

/** An authority speaks with some ten others. */
const MOST_TABLES = 64;

export class TrustStore {
  private rootCtl: RootCtl | undefined;
  /** The roots of the held TRCL that carry their own signature; a listed one that does not is passed over. */
  private roots: Certificate[] = [];
  private readonly pkiCtls = new Map<string, PkiCtl>();
  private listed = new Map<string, ListedAuthority>();
  /** The revocation lists of roots, by the root: what they name counts no more, also when a list has run out. */
  private readonly caCrls = new Map<string, CheckedCaCrl>();
  /** Tables for the keys of listed authorities that speak to us, some 8 KiB each; those of one that is listed no more go. */
  private readonly tables = new Map<string, Sm2Verifier>();

  constructor(
    readonly trcla: Certificate,
    private readonly verify: VerifySignature = sm2Verify,
  ) {
    if (isRefused(verifySelfSigned(trcla, verify))) throw new Error('the certificate of the TRCLA does not verify');
  }

  /** Takes a newer TRCL. Refuses foreign, expired, older and equal-but-different lists; the one held then stays. */
  takeTrcl(bytes: Uint8Array, nowMillis: number): RootCtl | Refused<ListRefusal> {
    const list = verifyRootCtl(bytes, this.trcla, nowMillis, this.verify);
    if (isRefused(list)) return list;
    if (this.rootCtl && isRollback(list.toBeSignedRootCtl, this.rootCtl.toBeSignedRootCtl))
      return refused('list-rollback');
    this.rootCtl = list;
    this.roots = list.toBeSignedRootCtl.value.pkiCtlInfoList
      .map(({ rootCertificate }) => rootCertificate)
      .filter((root) => !isRefused(verifySelfSigned(root, this.verify)));
    this.relist();
    return list;
  }

  /** Takes a newer TDCL of a root that the held TRCL names. */
  takeTdcl(bytes: Uint8Array, nowMillis: number): PkiCtl | Refused<ListRefusal | TrustRefusal> {
    const roots = this.currentRoots(nowMillis);
    if (isRefused(roots)) return roots;
    let answer: PkiCtl | Refused<ListRefusal | TrustRefusal> = refused('root-not-listed');
    for (const root of roots) {
      answer = verifyPkiCtl(bytes, root, nowMillis, this.verify);
      if (isRefused(answer)) {
        if (answer.reason === 'list-issuer') continue;
        return answer;
      }
      return this.hold(idKey(hashedId8(root)), answer);
    }
    return isRefused(answer) && answer.reason === 'list-issuer' ? refused('root-not-listed') : answer;
  }

  private hold(root: string, list: PkiCtl): PkiCtl | Refused<ListRefusal> {
    const held = this.pkiCtls.get(root);
    if (held && isRollback(list.toBeSignedPkiCtl, held.toBeSignedPkiCtl)) return refused('list-rollback');
    this.pkiCtls.set(root, list);
    this.relist();
    return list;
  }

  /** Takes a newer revocation list of a root that the held TRCL names; what it names ends at once, and all below it. */
  takeCaCrl(bytes: Uint8Array, nowMillis: number): CheckedCaCrl | Refused<CaCrlRefusal | TrustRefusal> {
    return this.holdCaCrl(bytes, nowMillis, verifyCaCrl);
  }

  /** Takes a revocation list again that was kept across a restart, also when it has run out: nobody comes back by waiting. */
  takeKeptCaCrl(bytes: Uint8Array, nowMillis: number): CheckedCaCrl | Refused<CaCrlRefusal | TrustRefusal> {
    return this.holdCaCrl(bytes, nowMillis, verifyKeptCaCrl);
  }

  private holdCaCrl(
    bytes: Uint8Array,
    nowMillis: number,
    judge: typeof verifyCaCrl,
  ): CheckedCaCrl | Refused<CaCrlRefusal | TrustRefusal> {
    const roots = this.currentRoots(nowMillis);
    if (isRefused(roots)) return roots;
    for (const root of roots) {
      const list = judge(bytes, root, nowMillis, this.verify);
      if (isRefused(list)) {
        if (list.reason === 'ca-crl-signer') continue;
        return list;
      }
      const key = idKey(hashedId8(root));
      const held = this.caCrls.get(key);
      if (held && !followsCaCrl(list, held)) return refused('ca-crl-rollback');
      this.caCrls.set(key, list);
      return list;
    }
    return refused('root-not-listed');
  }

  private currentRoots(nowMillis: number): Certificate[] | Refused<TrustRefusal> {
    const list = this.rootCtl?.toBeSignedRootCtl.value;
    if (list === undefined || millisFromTime32(list.nextRootCtl) <= nowMillis) return refused('no-trust-list');
    return this.roots.filter((root) => isValidAt(root.value.toBeSigned.value.validityPeriod, nowMillis));
  }

  /**
   * Rebuilds the index of listed authorities. Each certificate of a TDCL entry must verify under another certificate of
   * the same entry or under the root: a list names, the chain binds (TL3, TL7).
   */
  private relist(): void {
    const listed = new Map<string, ListedAuthority>();
    for (const root of this.roots) {
      const key = idKey(hashedId8(root));
      this.pkiCtls.get(key)?.toBeSignedPkiCtl.value.pkiCertInfoList.forEach((entry, domain) => {
        for (const certificate of this.chained(entry.certificate, root)) {
          listed.set(idKey(hashedId8(certificate)), {
            certificate,
            crlUrl: entry.crlUrl,
            maUrl: entry.maUrl,
            root: key,
            domain,
          });
        }
      });
    }
    this.listed = listed;
    for (const id of this.tables.keys()) if (!listed.has(id)) this.tables.delete(id);
  }

  private chained(certificates: Certificate[], root: Certificate): Certificate[] {
    const accepted = new Map<string, Certificate>([[idKey(hashedId8(root)), root]]);
    let waiting = certificates;
    for (let found = true; found && waiting.length > 0;) {
      const next = waiting.filter((certificate) => !this.accept(certificate, accepted));
      found = next.length < waiting.length;
      waiting = next;
    }
    accepted.delete(idKey(hashedId8(root)));
    return [...accepted.values()];
  }

  private accept(certificate: Certificate, accepted: Map<string, Certificate>): boolean {
    const named = certificate.value.issuer;
    const issuer = named.kind === 'sm3AndDigest' ? accepted.get(idKey(named.value)) : undefined;
    if (issuer === undefined || isRefused(verifyCertificate(certificate, issuer, this.verify))) return false;
    accepted.set(idKey(hashedId8(certificate)), certificate);
    return true;
  }

  /** The authority with this HashedId8, when it counts at `nowMillis`: lists current, root and chain valid. */
  authority(id8: Uint8Array, nowMillis: number): ListedAuthority | Refused<TrustRefusal> {
    const found = this.listed.get(idKey(id8));
    const roots = this.currentRoots(nowMillis);
    if (isRefused(roots)) return roots;
    if (found === undefined) return refused('issuer-not-listed');
    if (!roots.some((root) => idKey(hashedId8(root)) === found.root)) return refused('root-not-listed');
    const tdcl = this.pkiCtls.get(found.root);
    if (tdcl === undefined || millisFromTime32(tdcl.toBeSignedPkiCtl.value.nextPkiCtl) <= nowMillis)
      return refused('no-trust-list');
    if (this.isChainRevoked(found.certificate, this.caCrls.get(found.root))) return refused('issuer-revoked');
    return this.isChainValidAt(found.certificate, nowMillis) ? found : refused('issuer-expired');
  }

  private isChainRevoked(certificate: Certificate, list: CheckedCaCrl | undefined): boolean {
    if (list === undefined) return false;
    const parent = this.listedParent(certificate);
    return isOnCaCrl(list, certificate) || (parent !== undefined && this.isChainRevoked(parent, list));
  }

  private isChainValidAt(certificate: Certificate, nowMillis: number): boolean {
    if (!isValidAt(certificate.value.toBeSigned.value.validityPeriod, nowMillis)) return false;
    const parent = this.listedParent(certificate);
    return parent === undefined || this.isChainValidAt(parent, nowMillis);
  }

  private listedParent(certificate: Certificate): Certificate | undefined {
    const named = certificate.value.issuer;
    return named.kind === 'sm3AndDigest' ? this.listed.get(idKey(named.value))?.certificate : undefined;
  }

  /** All authorities that count at `nowMillis`. */
  authorities(nowMillis: number): ListedAuthority[] {
    return [...this.listed.values()].filter(
      ({ certificate }) => !isRefused(this.authority(hashedId8(certificate), nowMillis)),
    );
  }

  /**
   * The authority with this host name in its certificate, when it counts at `nowMillis`; of several, as there are while a
   * certificate is renewed, the one whose validity began last. `isWanted` says which may be meant: another domain may have
   * given a certificate to the same name.
   */
  named(
    hostname: string,
    nowMillis: number,
    isWanted: (listed: ListedAuthority) => boolean = () => true,
  ): ListedAuthority | undefined {
    let newest: ListedAuthority | undefined;
    for (const one of this.listed.values()) {
      if (hostnameOf(one.certificate) !== hostname || !isWanted(one)) continue;
      if (newest !== undefined && startOf(one) < startOf(newest)) continue;
      if (!isRefused(this.authority(hashedId8(one.certificate), nowMillis))) newest = one;
    }
    return newest;
  }

  /**
   * Verifies what this authority signs, and keeps multiples of its key for the next time: a third of the work. For a
   * certificate that is listed no more nothing is kept.
   */
  verifierOf({ certificate }: ListedAuthority): VerifySignature {
    const id = idKey(hashedId8(certificate));
    const own = verificationKeyOf(certificate);
    if (own === undefined || this.listed.get(id)?.certificate !== certificate) return this.verify;
    return (publicKey, signerId, message, signature) => {
      if (Buffer.compare(publicKey, own) !== 0) return this.verify(publicKey, signerId, message, signature);
      let table = this.tables.get(id);
      if (table === undefined) {
        table = sm2VerifierFor(own);
        if (this.tables.size < MOST_TABLES) this.tables.set(id, table);
      }
      return table(signerId, message, signature);
    };
  }

  /** Whether two listed authorities stand in one entry of one TDCL. */
  sameDomain(a: ListedAuthority, b: ListedAuthority): boolean {
    return a.root === b.root && a.domain === b.domain;
  }

  stored(): StoredLists {
    const trcl = this.rootCtl && encode(RootCtl, this.rootCtl);
    const tdcls = [...this.pkiCtls.values()].map((list) => encode(PkiCtl, list));
    return { trcl, tdcls, caCrls: [...this.caCrls.values()].map(({ bytes }) => bytes) };
  }
}

const startOf = ({ certificate }: ListedAuthority): number => certificate.value.toBeSigned.value.validityPeriod.start;

interface Dated {
  value: { series: number; issueDate: number };
  bytes: Uint8Array;
}

/** Lists move forward only: an older date, or the same date with other content, is not taken (TL2). */
function isRollback(next: Dated, held: Dated): boolean {
  if (next.value.issueDate !== held.value.issueDate) return next.value.issueDate < held.value.issueDate;
  return Buffer.compare(next.bytes, held.bytes) !== 0;
}
