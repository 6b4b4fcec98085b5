/**
 * Whether a certificate may say what it says under its issuer: AIDs and SSPs, chain lengths, end-entity types, regions.
 * IEEE 1609.2-2022 5.1.2 and 6.4.8 to 6.4.30.
 */
import type { GeographicRegion, PsidSsp, PsidSspRange } from '#wire/base-types.js';
import type { PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';
import { regionStanding } from './region-standing.js';

type EeType = PsidGroupPermissions['eeType'] extends ReadonlySet<infer T> ? T : never;
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** A PsidSsp lies inside a PsidSspRange of the same AID; an omitted range means all. */
export function sspInRange(permission: PsidSsp, range: PsidSspRange): boolean {
  if (permission.psid !== range.psid) return false;
  const allowed = range.sspRange;
  if (allowed === undefined || allowed.kind === 'all') return true;
  if (allowed.kind === 'opaque') {
    const opaque = permission.ssp?.kind === 'opaque' ? permission.ssp.value : new Uint8Array();
    return permission.ssp?.kind !== 'bitmapSsp' && allowed.value.some((one) => sameBytes(one, opaque));
  }
  const bitmap = permission.ssp?.kind === 'bitmapSsp' ? permission.ssp.value : undefined;
  const { sspValue, sspBitmask } = allowed.value;
  if (bitmap === undefined || bitmap.length !== sspValue.length || sspBitmask.length !== sspValue.length) return false;
  return sspBitmask.every((mask, index) => (((bitmap[index] as number) ^ (sspValue[index] as number)) & mask) === 0);
}

/** A range that is granted on lies inside the range it is granted from; of the same AID. */
export function rangeInRange(inner: PsidSspRange, outer: PsidSspRange): boolean {
  if (inner.psid !== outer.psid) return false;
  const allowed = outer.sspRange;
  if (allowed === undefined || allowed.kind === 'all') return true;
  const asked = inner.sspRange;
  if (asked === undefined || asked.kind === 'all' || asked.kind !== allowed.kind) return false;
  if (asked.kind === 'opaque' && allowed.kind === 'opaque') {
    return asked.value.every((one) => allowed.value.some((other) => sameBytes(one, other)));
  }
  return (
    asked.kind === 'bitmapSspRange' && allowed.kind === 'bitmapSspRange' && bitmapInBitmap(asked.value, allowed.value)
  );
}

interface BitmapRange {
  sspValue: Uint8Array;
  sspBitmask: Uint8Array;
}

function bitmapInBitmap(inner: BitmapRange, outer: BitmapRange): boolean {
  const length = outer.sspValue.length;
  if ([inner.sspValue, inner.sspBitmask, outer.sspBitmask].some((part) => part.length !== length)) return false;
  return outer.sspBitmask.every((mask, index) => {
    const fixed = ((inner.sspBitmask[index] as number) & mask) === mask;
    return fixed && (((inner.sspValue[index] as number) ^ (outer.sspValue[index] as number)) & mask) === 0;
  });
}

/** The chain may have `length` certificates below this one, the end entity included. */
function allowsLength(permission: PsidGroupPermissions, length: number): boolean {
  const { minChainLength, chainLengthRange } = permission;
  return (
    minChainLength >= 1 &&
    length >= minChainLength &&
    (chainLengthRange === -1 || length <= minChainLength + chainLengthRange)
  );
}

/** Both ends of a range of lengths; Infinity is a chain without bound. */
export function allowsLengths(permission: PsidGroupPermissions, [shortest, longest]: [number, number]): boolean {
  const isLongestAllowed =
    longest === Infinity ? permission.chainLengthRange === -1 : allowsLength(permission, longest);
  return allowsLength(permission, shortest) && isLongestAllowed;
}

/** Whether a group of the list names the AID. */
export function isNamed(permissions: PsidGroupPermissions[], aid: number): boolean {
  return permissions.some(
    ({ subjectPermissions }) =>
      subjectPermissions.kind === 'explicit' && subjectPermissions.value.some(({ psid }) => psid === aid),
  );
}

/** `all` means every AID that no other entry of the same list names. */
function coversAid(
  permission: PsidGroupPermissions,
  list: PsidGroupPermissions[],
  aid: number,
  fits: (range: PsidSspRange) => boolean,
): boolean {
  if (permission.subjectPermissions.kind === 'all') return !isNamed(list, aid);
  return permission.subjectPermissions.value.some(fits);
}

function mayIssueSsp(issuer: PsidGroupPermissions[], permission: PsidSsp, type: EeType): boolean {
  return issuer.some(
    (entry) =>
      entry.eeType.has(type) &&
      allowsLength(entry, 1) &&
      coversAid(entry, issuer, permission.psid, (range) => sspInRange(permission, range)),
  );
}

function mayIssueRange(
  issuer: PsidGroupPermissions[],
  range: PsidSspRange,
  type: EeType,
  lengths: [number, number],
): boolean {
  return issuer.some(
    (entry) =>
      entry.eeType.has(type) &&
      allowsLengths(entry, lengths) &&
      coversAid(entry, issuer, range.psid, (outer) => rangeInRange(range, outer)),
  );
}

/** AIDs that the issuer's list names and the subject's does not: the subject's `all` covers them too, in full. */
function namedByIssuerOnly(issuer: PsidGroupPermissions[], subject: PsidGroupPermissions[]): number[] {
  const named = issuer.flatMap(({ subjectPermissions }) =>
    subjectPermissions.kind === 'explicit' ? subjectPermissions.value.map(({ psid }) => psid) : [],
  );
  return named.filter((aid) => !isNamed(subject, aid));
}

interface Group {
  readonly group: PsidGroupPermissions;
  /** The list it stands in. */
  readonly list: PsidGroupPermissions[];
}

/** The ranges a group names; `all` fits only under `all`, and where the issuer names AIDs apart, under those too. */
function mayIssueGroup(
  issuer: PsidGroupPermissions[],
  { group, list }: Group,
  type: EeType,
  lengths: [number, number],
): boolean {
  if (group.subjectPermissions.kind === 'explicit') {
    return group.subjectPermissions.value.every((range) => mayIssueRange(issuer, range, type, lengths));
  }
  const isAllAllowed = issuer.some(
    (entry) => entry.subjectPermissions.kind === 'all' && entry.eeType.has(type) && allowsLengths(entry, lengths),
  );
  return (
    isAllAllowed && namedByIssuerOnly(issuer, list).every((psid) => mayIssueRange(issuer, { psid }, type, lengths))
  );
}

/** Seen from the issuer, the chains of a subject's group are one certificate longer. */
function mayDelegate(issuer: PsidGroupPermissions[], { group, list }: Group): boolean {
  const { minChainLength, chainLengthRange, eeType } = group;
  // A least length of 0 is invalid here (6.4.30), -1 is the only range below 0, and a group of no type allows nothing.
  if (minChainLength < 1 || chainLengthRange < -1 || eeType.size === 0) return false;
  const longest = chainLengthRange === -1 ? Infinity : minChainLength + chainLengthRange + 1;
  return [...eeType].every((type) => mayIssueGroup(issuer, { group, list }, type, [minChainLength + 1, longest]));
}

/** Each AID at most once in appPermissions, and `all` at most once in a list (IEEE 1609.2-2022 6.4.8): else two readers may read two things. */
export function namesEachOnce(tbs: ToBeSignedCertificate): boolean {
  const aids = (tbs.appPermissions ?? []).map(({ psid }) => psid);
  const lists = [tbs.certIssuePermissions ?? [], tbs.certRequestPermissions ?? []];
  return (
    new Set(aids).size === aids.length &&
    lists.every((list) => list.filter(({ subjectPermissions }) => subjectPermissions.kind === 'all').length <= 1)
  );
}

/** Whether the issuer's certificate allows all permissions the subject's carries (IEEE 1609.2-2022 5.1.2.3 and 5.1.2.4). */
export function permissionsWithin(subject: ToBeSignedCertificate, issuer: ToBeSignedCertificate): boolean {
  const allowed = issuer.certIssuePermissions ?? [];
  const app = (subject.appPermissions ?? []).every((permission) => mayIssueSsp(allowed, permission, 'app'));
  const requestList = subject.certRequestPermissions ?? [];
  const request = requestList.every((group) => mayIssueGroup(allowed, { group, list: requestList }, 'enroll', [1, 1]));
  const issueList = subject.certIssuePermissions ?? [];
  const issue = issueList.every((group) => mayDelegate(allowed, { group, list: issueList }));
  return app && request && issue;
}

/** Whether application permissions asked for in a request lie inside an enrolment certificate's certRequestPermissions. */
export function mayRequest(enrolment: ToBeSignedCertificate, asked: PsidSsp[]): boolean {
  const allowed = enrolment.certRequestPermissions ?? [];
  return asked.every((permission) =>
    allowed.some(
      (entry) =>
        entry.eeType.has('app') && coversAid(entry, allowed, permission.psid, (range) => sspInRange(permission, range)),
    ),
  );
}

/**
 * A subject's region lies inside the issuer's; omitted means the issuer's own. What is not known to lie inside does not:
 * a drawn region in a country must lie well inside it, since there is no map (IEEE 1609.2-2022 6.4.17 and on).
 */
export const regionWithin = (subject: GeographicRegion | undefined, issuer: GeographicRegion | undefined): boolean =>
  regionStanding(subject, issuer) === 'inside';
