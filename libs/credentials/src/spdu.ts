/**
 * Signed messages of the road (SPDU): YD/T 3957-2021 6.4, GB/T 45315-2025 7.4, IEEE 1609.2-2022 5.2.
 * The cheap checks come first and the signature last; nothing is learnt from a message before all of them agree.
 */
import { tryDecode } from '#coer/codec.js';
import type { GeographicRegion } from '#wire/base-types.js';
import { V2XSecData, type Certificate, type HeaderInfo, type SignedData } from '#wire/secured-data.js';
import { millisFromTime64, time64FromMillis } from '#wire/time.js';
import {
  appPermission,
  certificateHash,
  hashedId8,
  idKey,
  scmsRoleOf,
  verificationKeyOf,
} from './certificate-facts.js';
import { sm2SignatureBytes } from './keys-on-the-wire.js';
import { isValidAt, periodAt } from './period.js';
import type { Profile } from './profile.js';
import { isRefused, refused, type Refused } from './refusal.js';
import type { RevocationCheck } from './revocation-check.js';
import { onlyCertificate, PROTOCOL_VERSION, signData, signedPayload } from './signed-data.js';
import { signerId, type Signer } from './sm2-binding.js';
import { KnownCertificates, SeenMessages } from './spdu-memory.js';
import { isInRegion, placeOf, type Place } from './spdu-region.js';
import { tablingVerifier } from './spdu-verifiers.js';
import type { ListedAuthority, TrustRefusal, TrustStore } from './trust-store.js';
import { verifyCertificate, type CertificateRefusal, type VerifySignature } from './verify-certificate.js';

/** GB/T 45315-2025 7.4: what is older than one second is dropped. */
export const GREATEST_AGE_MILLIS = 1000;
/** The same clause drops what comes from the future; two GNSS clocks agree to far less than this. */
export const FUTURE_TOLERANCE_MILLIS = 50;

/** Signs a payload now; GB/T 45315-2025 7.4: generationTime is mandatory, generationLocation is not filled. */
export function signSpdu(spdu: {
  payload: Uint8Array;
  aid: number;
  generationTimeMillis: number;
  signer: Signer;
  named: 'certificate' | 'digest';
  /** HashedId3 of certificates that were named by digest and are not known: their holders are asked to send them. */
  asks?: readonly Uint8Array[];
}): Promise<Uint8Array> {
  const { asks = [] } = spdu;
  const header: HeaderInfo = {
    psid: spdu.aid,
    generationTime: time64FromMillis(spdu.generationTimeMillis),
    ...(asks.length === 0 ? {} : { inlineP2pcdRequest: [...asks] }),
  };
  return signData(spdu.payload, header, spdu.signer, spdu.named);
}

export type SpduRefusal =
  | 'malformed'
  | 'version'
  | 'not-signed'
  | 'algorithm'
  | 'signer-form'
  | 'unknown-certificate'
  | 'aid-not-expected'
  | 'aid-not-permitted'
  | 'no-generation-time'
  | 'outside-certificate-validity'
  | 'from-the-future'
  | 'too-old'
  | 'expired'
  | 'certificate-period'
  | TrustRefusal
  | 'issuer-not-pca'
  | 'outside-region'
  | CertificateRefusal
  | 'revoked'
  | 'no-current-crl'
  | 'replayed'
  | 'signature';

export interface AcceptedSpdu {
  readonly kind: 'accepted';
  readonly payload: Uint8Array;
  readonly aid: number;
  readonly certificate: Certificate;
  /** The PCA, as the lists name it now. */
  readonly issuer: ListedAuthority;
  readonly generationTimeMillis: number;
  /** HashedId8 of the certificate in hex: what the sender is called as long as it signs with it. */
  readonly digestKey: string;
  readonly named: 'certificate' | 'digest';
  /** HashedId3 of certificates that the sender misses (inlineP2pcdRequest). */
  readonly asks: readonly Uint8Array[];
}

export interface SpduRules {
  readonly profile: Profile;
  readonly trust: TrustStore;
  readonly revocation: RevocationCheck;
  /** The applications this receiver listens to. */
  readonly aids: readonly number[];
  readonly verify?: VerifySignature;
  /** How many certificates are remembered. */
  readonly certificates?: number;
  /** Told the HashedId8 of a signer that is not known; anybody can make one up. */
  readonly missed?: (id8: Uint8Array, nowMillis: number) => void;
}

export interface Moment {
  readonly nowMillis: number;
  /** Where the receiver is; without it regions are not judged. */
  readonly here?: Place | undefined;
}

interface Read {
  readonly signed: SignedData;
  readonly payload: Uint8Array;
}

/** One receiver: the rules, and what it has learnt from messages that passed them all. */
export class SpduVerifier {
  private readonly known: KnownCertificates;
  private readonly seen = new SeenMessages(20_000);
  private readonly verifySignature: VerifySignature;

  constructor(private readonly rules: SpduRules) {
    this.known = new KnownCertificates(rules.certificates ?? 2000);
    this.verifySignature = rules.verify ?? tablingVerifier();
  }

  /** How many certificates this receiver knows. */
  get knownCertificates(): number {
    return this.known.size;
  }

  /**
   * Judges an encoded V2XSecData from the air. Order: form, signer known, AID, times, issuer on the lists, region, chain
   * (once a certificate and list), CRL, replay, signature. A refusal changes nothing.
   */
  verify(bytes: Uint8Array, moment: Moment): AcceptedSpdu | Refused<SpduRefusal> {
    const read = readSpdu(bytes);
    if (isRefused(read)) return read;
    const { signed, payload } = read;
    const certificate = this.certificateOf(signed, moment.nowMillis);
    if (isRefused(certificate)) return certificate;
    const header = signed.tbsData.value.headerInfo;
    const early = checkPermission(header, certificate, this.rules.aids) ?? this.checkTimes(header, certificate, moment);
    if (early !== undefined) return early;
    const issuer = this.issuerOf(certificate, moment.nowMillis);
    if (isRefused(issuer)) return issuer;
    const generationTimeMillis = millisFromTime64(header.generationTime as bigint);
    const digestKey = idKey(hashedId8(certificate));
    // A roadside unit sends several messages at once, each under its own application.
    const seenKey = `${digestKey} ${String(header.psid)} ${String(header.generationTime)}`;
    const late =
      this.checkRegion(header, certificate, issuer, moment) ??
      this.checkChain(certificate, issuer) ??
      this.checkRevocation(certificate, moment.nowMillis) ??
      (this.seen.has(seenKey) ? refused('replayed') : undefined) ??
      (this.isSigned(signed, certificate) ? undefined : refused('signature'));
    if (late !== undefined) return late;
    this.known.learn({ certificate, issuer });
    this.seen.add(seenKey, generationTimeMillis + GREATEST_AGE_MILLIS, moment.nowMillis);
    return {
      kind: 'accepted',
      ...{ payload, aid: header.psid, certificate, issuer, generationTimeMillis, digestKey },
      named: signed.signer.kind === 'digest' ? 'digest' : 'certificate',
      asks: header.inlineP2pcdRequest ?? [],
    };
  }

  private certificateOf({ signer }: SignedData, nowMillis: number): Certificate | Refused<SpduRefusal> {
    const certificate = signer.kind === 'digest' ? this.known.find(signer.value)?.certificate : onlyCertificate(signer);
    if (certificate === undefined) {
      if (signer.kind !== 'digest') return refused('signer-form');
      this.rules.missed?.(signer.value, nowMillis);
      return refused('unknown-certificate');
    }
    return verificationKeyOf(certificate) === undefined ? refused('algorithm') : certificate;
  }

  private checkTimes(
    header: HeaderInfo,
    certificate: Certificate,
    { nowMillis }: Moment,
  ): Refused<SpduRefusal> | undefined {
    if (header.generationTime === undefined) return refused('no-generation-time');
    const generated = millisFromTime64(header.generationTime);
    const tbs = certificate.value.toBeSigned.value;
    if (!isValidAt(tbs.validityPeriod, generated)) return refused('outside-certificate-validity');
    if (generated > nowMillis + FUTURE_TOLERANCE_MILLIS) return refused('from-the-future');
    if (nowMillis - generated > GREATEST_AGE_MILLIS) return refused('too-old');
    if (header.expiryTime !== undefined && millisFromTime64(header.expiryTime) <= nowMillis) return refused('expired');
    // iCert is the sender's word: one far from now would let it choose under which seeds of a CRL it is looked for.
    const period = periodAt(this.rules.profile.epochMillis, generated);
    if (tbs.id.kind === 'linkageData' && Math.abs(tbs.id.value.iCert - period) > 1)
      return refused('certificate-period');
    return undefined;
  }

  private issuerOf(certificate: Certificate, nowMillis: number): ListedAuthority | Refused<SpduRefusal> {
    const named = certificate.value.issuer;
    if (named.kind !== 'sm3AndDigest') return refused('certificate-issuer');
    const issuer = this.rules.trust.authority(named.value, nowMillis);
    if (isRefused(issuer)) return issuer;
    const role = scmsRoleOf(issuer.certificate, this.rules.profile.aid.management);
    return role?.kind === 'aca' ? issuer : refused('issuer-not-pca');
  }

  private checkRegion(
    header: HeaderInfo,
    certificate: Certificate,
    issuer: ListedAuthority,
    { here, nowMillis }: Moment,
  ): Refused<SpduRefusal> | undefined {
    if (here === undefined) return undefined;
    const region = certificate.value.toBeSigned.value.region ?? this.inheritedRegion(issuer, nowMillis);
    return isInRegion(placeOf(header.generationLocation, here), region) ? undefined : refused('outside-region');
  }

  /** An omitted region is the issuer's own, and so upwards (IEEE 1609.2-2022 6.4.8). */
  private inheritedRegion(issuer: ListedAuthority, nowMillis: number): GeographicRegion | undefined {
    const { issuer: named, toBeSigned } = issuer.certificate.value;
    if (toBeSigned.value.region !== undefined || named.kind !== 'sm3AndDigest') return toBeSigned.value.region;
    const parent = this.rules.trust.authority(named.value, nowMillis);
    return isRefused(parent) ? undefined : this.inheritedRegion(parent, nowMillis);
  }

  private checkChain(certificate: Certificate, issuer: ListedAuthority): Refused<CertificateRefusal> | undefined {
    const known = this.known.find(hashedId8(certificate));
    if (known?.issuer === issuer && sameCertificate(known.certificate, certificate)) return undefined;
    const verdict = verifyCertificate(certificate, issuer.certificate, this.verifySignature);
    return isRefused(verdict) ? verdict : undefined;
  }

  /** Only after `checkChain`, which has judged the key: to judge it again costs a fifth of a verification. */
  private isSigned(signed: SignedData, certificate: Certificate): boolean {
    const key = verificationKeyOf(certificate);
    const signature = sm2SignatureBytes(signed.signature);
    if (key === undefined || signature === undefined) return false;
    return this.verifySignature(key, signerId(certificate), signed.tbsData.bytes, signature);
  }

  private checkRevocation(certificate: Certificate, nowMillis: number): Refused<SpduRefusal> | undefined {
    switch (this.rules.revocation.check(certificate, nowMillis)) {
      case 'good':
        return undefined;
      case 'revoked':
        return refused('revoked');
      case 'no-crl':
        return refused('no-current-crl');
    }
  }
}

const sameCertificate = (a: Certificate, b: Certificate): boolean =>
  a === b || Buffer.compare(certificateHash(a), certificateHash(b)) === 0;

function readSpdu(bytes: Uint8Array): Read | Refused<SpduRefusal> {
  const decoded = tryDecode(V2XSecData, bytes);
  if (!decoded.ok) return refused('malformed');
  if (decoded.value.protocolVersion !== PROTOCOL_VERSION) return refused('version');
  if (decoded.value.content.kind !== 'signedData') return refused('not-signed');
  const signed = decoded.value.content.value;
  if (signed.hashId !== 'sm3' || signed.signature.kind !== 'sm2Signature') return refused('algorithm');
  const payload = signedPayload(signed);
  return payload === undefined ? refused('malformed') : { signed, payload };
}

function checkPermission(
  { psid }: HeaderInfo,
  certificate: Certificate,
  aids: readonly number[],
): Refused<SpduRefusal> | undefined {
  if (!aids.includes(psid)) return refused('aid-not-expected');
  return appPermission(certificate, psid) === undefined ? refused('aid-not-permitted') : undefined;
}
