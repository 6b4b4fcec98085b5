/** An operator's order for an authority's certificate: what will be signed, or why not. The request supplies keys alone. */
import { sm3 } from '#crypto/sm3.js';
import { authorityTbs, type AuthorityKind, type AuthoritySubject } from '#credentials/authority-certificate.js';
import { openAuthorityRequest } from '#credentials/authority-request.js';
import { sm2EncryptionPoint, verificationKeyOf } from '#credentials/certificate-facts.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { compressedOf } from '#credentials/keys-on-the-wire.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import { lint } from './lint.js';
import { refuse, type IcaRefused } from './refusal.js';

/** The operator's word: what the authority is, its name, and how long. */
export interface OrderedAs {
  readonly kind: AuthorityKind;
  readonly hostname: string;
  /** 16 bits; of an LA only. */
  readonly laId?: number;
  /** 1 … 65535, the hours of a Duration (Uint16). */
  readonly validForHours: number;
}

export interface AuthorityOrder {
  /** 33 bytes, from the request. */
  readonly verificationKey: Uint8Array;
  readonly as: OrderedAs;
  readonly tbs: ToBeSignedCertificate;
  /** SM3 of what was ordered but for the moment: the same order again has the same, any other has another. */
  readonly orderHash: Uint8Array;
}

export interface OrderRules {
  readonly profile: Profile;
  readonly issuer: Certificate;
  readonly nowMillis: number;
  readonly beginsHoursBefore: number;
}

const HOUR_MILLIS = 3_600_000;
const KINDS: readonly AuthorityKind[] = ['aaa', 'eca', 'pra', 'pca', 'la', 'ara', 'aca', 'ma', 'cra'];
/** RFC 1123: labels of letters, digits and inner hyphens. */
const HOSTNAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

const isWithinRange = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && Number.isInteger(value) && value >= least && value <= most;

/** Whether the operator's words make sense by themselves. */
function judgeWords(as: OrderedAs): IcaRefused | undefined {
  if (!KINDS.includes(as.kind)) return refuse('kind-not-allowed');
  if (!HOSTNAME.test(as.hostname)) return refuse('hostname-malformed');
  if (as.kind === 'la' ? !isWithinRange(as.laId, 0, 0xffff) : as.laId !== undefined) return refuse('la-id');
  return isWithinRange(as.validForHours, 1, 0xffff) ? undefined : refuse('validity-length');
}

interface RequestedKeys {
  verificationKey: Uint8Array;
  encryptionKey: Uint8Array;
}

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

/** The two keys of a request that is signed by the one it names (proof of possession). */
function requestedKeys(request: Uint8Array, { profile, issuer }: OrderRules): RequestedKeys | IcaRefused {
  const asked = openAuthorityRequest(request, profile);
  if (isRefused(asked)) return asked;
  const indicator = asked.verifyKeyIndicator;
  const verificationKey =
    indicator.kind === 'verificationKey' && indicator.value.kind === 'ecsigSm2'
      ? compressedOf(indicator.value.value)
      : undefined;
  const encryptionKey = sm2EncryptionPoint(asked.encryptionKey);
  if (verificationKey === undefined) return refuse('request-key');
  if (encryptionKey === undefined) return refuse('request-encryption-key');
  if (same(encryptionKey, verificationKey)) return refuse('request-one-key-for-both');
  if (same(verificationKeyOf(issuer), verificationKey)) return refuse('key-of-the-issuer');
  return { verificationKey, encryptionKey };
}

/** Begins a little before now, not before the issuer itself. */
function beginning({ issuer, nowMillis, beginsHoursBefore }: OrderRules): number {
  const issuerStart = millisFromTime32(issuer.value.toBeSigned.value.validityPeriod.start);
  return time32FromMillis(Math.max(nowMillis - beginsHoursBefore * HOUR_MILLIS, issuerStart));
}

/**
 * What to sign for this request and these words. Refuses words that make no sense, a request that is not signed by the key
 * it names, and whatever does not lie inside the issuer's own certificate.
 */
export function judgeOrder(request: Uint8Array, as: OrderedAs, rules: OrderRules): AuthorityOrder | IcaRefused {
  const wrong = judgeWords(as);
  if (wrong !== undefined) return wrong;
  const keys = requestedKeys(request, rules);
  if (isRefused(keys)) return keys;
  const subject = (start: number): AuthoritySubject => ({
    kind: as.kind,
    hostname: as.hostname,
    ...keys,
    validity: { start, duration: { kind: 'hours', value: as.validForHours } },
    ...(as.laId === undefined ? {} : { laId: as.laId }),
  });
  const tbs = authorityTbs(subject(beginning(rules)), rules.profile);
  const orderHash = sm3(toBeSignedBytes(authorityTbs(subject(0), rules.profile)));
  return lint(tbs, rules.issuer) ?? { verificationKey: keys.verificationKey, as, tbs, orderHash };
}
