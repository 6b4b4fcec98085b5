/**
 * Whether what a certificate may do lies within what its issuer may grant, told apart by what does not fit: the
 * application or end-entity type, the SSP, or the length of the chain. `permissions.ts` gives the one answer for all three.
 * IEEE 1609.2-2022 5.1.2 and 6.4.8 to 6.4.30.
 */
import type { PsidSsp, PsidSspRange } from '#wire/base-types.js';
import type { Certificate, PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';
import { allowsLengths, isNamed, rangeInRange, sspInRange } from '../permissions.js';
import { nameOf } from './step.js';

export interface PermissionProblems {
  readonly permissions: string[];
  readonly ssp: string[];
  readonly chainLength: string[];
}

type EeType = PsidGroupPermissions['eeType'] extends ReadonlySet<infer T> ? T : never;

/** One thing that the issuer must grant. */
interface Wanted {
  readonly subject: string;
  readonly issuer: string;
  /** Absent: every application that nobody names, an `all`. */
  readonly aid: number | undefined;
  readonly type: EeType;
  readonly fits: (range: PsidSspRange) => boolean;
  /** Shortest and longest chain below the issuer. */
  readonly lengths: [number, number];
}

/** What is wrong with `subject` under `issuer`; nothing in all three lists when all of it is granted. */
export function permissionProblems(subject: Certificate, issuer: Certificate): PermissionProblems {
  const problems: PermissionProblems = { permissions: [], ssp: [], chainLength: [] };
  const granted = issuer.value.toBeSigned.value.certIssuePermissions ?? [];
  const names = { subject: nameOf(subject), issuer: nameOf(issuer) };
  for (const wanted of wantedBy(subject.value.toBeSigned.value, granted, names)) judge(wanted, granted, problems);
  return problems;
}

function* wantedBy(
  tbs: ToBeSignedCertificate,
  granted: PsidGroupPermissions[],
  names: { subject: string; issuer: string },
): Generator<Wanted> {
  for (const permission of tbs.appPermissions ?? []) {
    yield { ...names, aid: permission.psid, type: 'app', fits: sspFits(permission), lengths: [1, 1] };
  }
  for (const group of tbs.certRequestPermissions ?? []) {
    yield* wantedByGroup({ group, list: tbs.certRequestPermissions ?? [] }, granted, ['enroll'], [1, 1], names);
  }
  for (const group of tbs.certIssuePermissions ?? []) {
    const { minChainLength, chainLengthRange, eeType } = group;
    // Seen from the issuer the chains are one certificate longer.
    const longest = chainLengthRange === -1 ? Infinity : minChainLength + chainLengthRange + 1;
    const lengths: [number, number] = [minChainLength + 1, longest];
    yield* wantedByGroup({ group, list: tbs.certIssuePermissions ?? [] }, granted, [...eeType], lengths, names);
  }
}

const sspFits =
  (permission: PsidSsp) =>
  (range: PsidSspRange): boolean =>
    sspInRange(permission, range);

function* wantedByGroup(
  { group, list }: { group: PsidGroupPermissions; list: PsidGroupPermissions[] },
  granted: PsidGroupPermissions[],
  types: EeType[],
  lengths: [number, number],
  names: { subject: string; issuer: string },
): Generator<Wanted> {
  for (const type of types) {
    if (group.subjectPermissions.kind === 'explicit') {
      for (const range of group.subjectPermissions.value) {
        yield { ...names, aid: range.psid, type, fits: (outer) => rangeInRange(range, outer), lengths };
      }
      continue;
    }
    yield { ...names, aid: undefined, type, fits: () => true, lengths };
    if (!granted.some(({ subjectPermissions }) => subjectPermissions.kind === 'all')) continue;
    // The subject's `all` covers, in full, what the issuer names apart and the subject does not.
    for (const psid of namedIn(granted).filter((aid) => !isNamed(list, aid))) {
      yield { ...names, aid: psid, type, fits: (outer) => rangeInRange({ psid }, outer), lengths };
    }
  }
}

function namedIn(list: PsidGroupPermissions[]): number[] {
  const aids = list.flatMap(({ subjectPermissions }) =>
    subjectPermissions.kind === 'explicit' ? subjectPermissions.value.map(({ psid }) => psid) : [],
  );
  return [...new Set(aids)];
}

function judge(wanted: Wanted, granted: PsidGroupPermissions[], problems: PermissionProblems): void {
  const { subject, issuer, type, aid, lengths } = wanted;
  const what = aid === undefined ? 'all applications' : `application ${aid}`;
  const covering = granted.filter((group) => group.eeType.has(type) && covers(group, granted, aid));
  if (covering.length === 0) {
    const ends = type === 'app' ? 'application' : type === 'enroll' ? 'enrolment' : 'other';
    problems.permissions.push(
      `${subject} has ${what}, which ${issuer} may not issue for ${ends} certificates (IEEE 1609.2-2022 5.1.2.3)`,
    );
    return;
  }
  const withSsp = covering.filter((group) => hasFitting(group, wanted));
  if (withSsp.length === 0) {
    problems.ssp.push(
      `the SSP of ${subject} for ${what} lies outside the range of ${issuer} (IEEE 1609.2-2022, SspRange)`,
    );
  }
  const suitable = withSsp.length === 0 ? covering : withSsp;
  if (!suitable.some((group) => allowsLengths(group, lengths))) {
    problems.chainLength.push(
      `${issuer} may issue ${what} for ${lengthWords(suitable)} below it, and ${subject} makes it ${rangeWords(lengths)} ` +
        '(IEEE 1609.2-2022 6.4.30)',
    );
  }
}

function covers(group: PsidGroupPermissions, list: PsidGroupPermissions[], aid: number | undefined): boolean {
  const { subjectPermissions } = group;
  if (subjectPermissions.kind === 'all') return aid === undefined || !isNamed(list, aid);
  return subjectPermissions.value.some(({ psid }) => psid === aid);
}

function hasFitting({ subjectPermissions }: PsidGroupPermissions, { aid, fits }: Wanted): boolean {
  return (
    subjectPermissions.kind === 'all' || subjectPermissions.value.some((range) => range.psid === aid && fits(range))
  );
}

function rangeWords([shortest, longest]: readonly [number, number]): string {
  if (longest === Infinity) return `${shortest} or more`;
  return shortest === longest ? String(shortest) : `${shortest} to ${longest}`;
}

/** `2 or more certificates`. */
function lengthWords(groups: readonly PsidGroupPermissions[]): string {
  const ranges = groups.map(({ minChainLength, chainLengthRange }) =>
    rangeWords([minChainLength, chainLengthRange === -1 ? Infinity : minChainLength + chainLengthRange]),
  );
  return `${[...new Set(ranges)].join(' or ')} certificates`;
}

/** Groups that say nothing that could be granted: no type, no length, or `all` and an application twice (6.4.8, 6.4.30). */
export function formProblems(certificate: Certificate): PermissionProblems {
  const problems: PermissionProblems = { permissions: [], ssp: [], chainLength: [] };
  const { appPermissions, certIssuePermissions, certRequestPermissions } = certificate.value.toBeSigned.value;
  const name = nameOf(certificate);
  const aids = (appPermissions ?? []).map(({ psid }) => psid);
  if (new Set(aids).size < aids.length)
    problems.permissions.push(`${name} names an application twice (IEEE 1609.2-2022 6.4.8)`);
  for (const list of [certIssuePermissions ?? [], certRequestPermissions ?? []]) {
    if (list.filter(({ subjectPermissions }) => subjectPermissions.kind === 'all').length > 1)
      problems.permissions.push(`${name} has more than one group for all applications (IEEE 1609.2-2022 6.4.8)`);
    if (list.some(({ eeType }) => eeType.size === 0))
      problems.permissions.push(`${name} has a group for no type of end entity (IEEE 1609.2-2022 6.4.30)`);
  }
  for (const { subjectPermissions } of [...(certIssuePermissions ?? []), ...(certRequestPermissions ?? [])]) {
    if (subjectPermissions.kind === 'explicit' && subjectPermissions.value.some(isUneven))
      problems.ssp.push(`${name} has an SSP mask of another length than its value (IEEE 1609.2-2022, BitmapSspRange)`);
  }
  if (
    (certIssuePermissions ?? []).some(
      ({ minChainLength, chainLengthRange }) => minChainLength < 1 || chainLengthRange < -1,
    )
  )
    problems.chainLength.push(`${name} may issue for no chain there can be (IEEE 1609.2-2022 6.4.30)`);
  return problems;
}

const isUneven = ({ sspRange }: PsidSspRange): boolean =>
  sspRange?.kind === 'bitmapSspRange' && sspRange.value.sspValue.length !== sspRange.value.sspBitmask.length;
