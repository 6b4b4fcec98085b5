/**
 * Whether a certificate may say what it says under its issuer: AIDs and SSPs, chain lengths, end-entity types, regions.
 * IEEE 1609.2-2022 5.1.2 and 6.4.8 to 6.4.30.
 */
import type { GeographicRegion, PsidSsp, PsidSspRange } from '#wire/base-types.js';
import type { PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';

type EeType = 'app' | 'enroll';
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** A PsidSsp lies inside a PsidSspRange of the same AID; an omitted range means all. */
function sspInRange(permission: PsidSsp, range: PsidSspRange): boolean {
  if (permission.psid !== range.psid) return false;
  const allowed = range.sspRange;
  if (allowed === undefined || allowed.kind === 'all') return true;
  if (allowed.kind === 'opaque') {
    const opaque = permission.ssp?.kind === 'opaque' ? permission.ssp.value : new Uint8Array();
    return permission.ssp?.kind !== 'bitmapSsp' && allowed.value.some((one) => sameBytes(one, opaque));
  }
  const bitmap = permission.ssp?.kind === 'bitmapSsp' ? permission.ssp.value : undefined;
  const { sspValue, sspBitmask } = allowed.value;
  if (bitmap === undefined || bitmap.length !== sspValue.length) return false;
  return sspBitmask.every((mask, index) => (((bitmap[index] as number) ^ (sspValue[index] as number)) & mask) === 0);
}

function rangeInRange(inner: PsidSspRange, outer: PsidSspRange): boolean {
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
  if (inner.sspValue.length !== outer.sspValue.length || inner.sspBitmask.length !== outer.sspBitmask.length)
    return false;
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

function namesAid(permissions: PsidGroupPermissions[], aid: number): boolean {
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
  if (permission.subjectPermissions.kind === 'all') return !namesAid(list, aid);
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
  const [shortest, longest] = lengths;
  return issuer.some(
    (entry) =>
      entry.eeType.has(type) &&
      allowsLength(entry, shortest) &&
      (longest === Infinity ? entry.chainLengthRange === -1 : allowsLength(entry, longest)) &&
      coversAid(entry, issuer, range.psid, (outer) => rangeInRange(range, outer)),
  );
}

/** The ranges an entry names; `all` stands for itself and fits only under `all`. */
function mayIssueGroup(
  issuer: PsidGroupPermissions[],
  group: PsidGroupPermissions,
  type: EeType,
  lengths: [number, number],
): boolean {
  if (group.subjectPermissions.kind === 'explicit') {
    return group.subjectPermissions.value.every((range) => mayIssueRange(issuer, range, type, lengths));
  }
  return issuer.some(
    (entry) => entry.subjectPermissions.kind === 'all' && entry.eeType.has(type) && allowsLength(entry, lengths[0]),
  );
}

function mayDelegate(issuer: PsidGroupPermissions[], group: PsidGroupPermissions): boolean {
  if (group.minChainLength < 1) return false;
  const longest = group.chainLengthRange === -1 ? Infinity : group.minChainLength + group.chainLengthRange + 1;
  return [...group.eeType].every((type) => mayIssueGroup(issuer, group, type, [group.minChainLength + 1, longest]));
}

/** Whether the issuer's certificate allows all permissions the subject's carries (IEEE 1609.2-2022 5.1.2.3 and 5.1.2.4). */
export function permissionsWithin(subject: ToBeSignedCertificate, issuer: ToBeSignedCertificate): boolean {
  const allowed = issuer.certIssuePermissions ?? [];
  const app = (subject.appPermissions ?? []).every((permission) => mayIssueSsp(allowed, permission, 'app'));
  const request = (subject.certRequestPermissions ?? []).every((group) =>
    mayIssueGroup(allowed, group, 'enroll', [1, 1]),
  );
  const issue = (subject.certIssuePermissions ?? []).every((group) => mayDelegate(allowed, group));
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

/** A subject's region lies inside the issuer's; omitted means the issuer's own. Countries only: other forms must be equal. */
export function regionWithin(subject: GeographicRegion | undefined, issuer: GeographicRegion | undefined): boolean {
  if (subject === undefined || issuer === undefined) return true;
  if (subject.kind === 'identifiedRegion' && issuer.kind === 'identifiedRegion') {
    return subject.value.every((inner) => issuer.value.some((outer) => isIdentifiedWithin(inner, outer)));
  }
  return JSON.stringify(subject) === JSON.stringify(issuer);
}

type Identified = Extract<GeographicRegion, { kind: 'identifiedRegion' }>['value'][number];

function isIdentifiedWithin(inner: Identified, outer: Identified): boolean {
  const country = (region: Identified): number =>
    region.kind === 'countryOnly' ? region.value : region.value.countryOnly;
  if (country(inner) !== country(outer)) return false;
  return outer.kind === 'countryOnly' || JSON.stringify(inner) === JSON.stringify(outer);
}
