/** The checks of a path of certificates, one by one: what each is, not who trusts it for what. */
import type { GeographicRegion } from '#wire/base-types.js';
import type { Certificate } from '#wire/secured-data.js';
import { spanOf, type Span } from '../period.js';
import { LONGEST_PATH, type CertificatePool, type Path } from './chain-paths.js';
import { canonicalTbsBytes, hashAlgorithmOf } from './identity.js';
import { formProblems, permissionProblems, type PermissionProblems } from './permission-steps.js';
import { regionStanding } from '../region-standing.js';
import { fails, hexOf, holds, moment, nameOf, notJudged, verdict, type Step } from './step.js';
import { explicitKeyOf, keysOf, signatureProblem } from './verification-key.js';

/** Real certificates begin 3 or 5 s beside the period: makers count leap seconds differently. */
const LEAP_TOLERANCE_MILLIS = 5_000;

/** The pairs of a certificate and its issuer that are at hand. */
const linksOf = ({ certificates }: Path): [subject: Certificate, issuer: Certificate][] =>
  certificates.slice(1).map((issuer, index) => [certificates[index] as Certificate, issuer]);

const isWhole = ({ end }: Path): boolean => end.kind === 'trusted' || end.kind === 'self-signed';

function issuerId({ value }: Certificate): string {
  const { issuer } = value;
  return issuer.kind === 'self' ? 'itself' : `${hexOf(issuer.value)} (${issuer.kind.replace('AndDigest', '')})`;
}

const lastOf = ({ certificates }: Path): Certificate => certificates.at(-1) as Certificate;

/** Why what depends on the issuers cannot be said; `undefined` when all of them are at hand. */
function gap(path: Path): string | undefined {
  if (isWhole(path)) return undefined;
  return path.end.kind === 'no-issuer'
    ? `the issuer of ${nameOf(lastOf(path))} is not at hand`
    : 'the chain has no end';
}

/** The problems found, else that the rest could not be judged, else that all is well. */
function overPath(step: Step['step'], path: Path, problems: readonly string[], otherwise: string): Step {
  const missing = gap(path);
  return problems.length === 0 && missing !== undefined ? notJudged(step, missing) : verdict(step, problems, otherwise);
}

// ---- form ---------------------------------------------------------------------------------------------------------------

/** IEEE 1609.2-2022 6.4.2 to 6.4.8. */
export function certificateFormProblems(certificate: Certificate): string[] {
  const { version, type, issuer, signature, toBeSigned } = certificate.value;
  const { verifyKeyIndicator: indicator } = toBeSigned.value;
  const name = nameOf(certificate);
  const problems: string[] = [];
  if (version !== 3) problems.push(`${name} is of version ${version} and not 3 (IEEE 1609.2-2022 6.4.3)`);
  if (type === 'explicit' && (indicator.kind !== 'verificationKey' || signature === undefined))
    problems.push(
      `${name} is explicit without a verification key and a signature (IEEE 1609.2-2022, ExplicitCertificate)`,
    );
  if (
    type === 'implicit' &&
    (indicator.kind !== 'reconstructionValue' || signature !== undefined || issuer.kind === 'self')
  )
    problems.push(`${name} is implicit and not a reconstruction value alone (IEEE 1609.2-2022, ImplicitCertificate)`);
  if (issuer.kind === 'self' && indicator.kind === 'verificationKey' && issuer.value !== hashAlgorithmOf(certificate))
    problems.push(`${name} names ${issuer.value} for itself, its key goes with ${hashAlgorithmOf(certificate)}`);
  const key = type === 'explicit' && indicator.kind === 'verificationKey' ? explicitKeyOf(certificate) : undefined;
  if (key?.kind === 'none' && !key.why.includes('not supported'))
    problems.push(`${name} has no key because ${key.why} (IEEE 1609.2-2022, EccP256CurvePoint)`);
  return problems;
}

// ---- signatures -----------------------------------------------------------------------------------------------------------

/** Problems of all signatures in the path, a root's own included. What is above its end is not at hand. */
export function pathSignatureProblems(path: Path): string[] {
  const { certificates } = path;
  const keys = keysOf(certificates);
  return certificates.flatMap((certificate, index): string[] => {
    const { signature, issuer } = certificate.value;
    const tbs = canonicalTbsBytes(certificate);
    const name = nameOf(certificate);
    if (signature === undefined) {
      const key = keys[index];
      const isMissing = certificates[index + 1] === undefined;
      return key?.kind === 'none' && !isMissing ? [`${name} gives no key because ${key.why}`] : [];
    }
    if (issuer.kind === 'self') {
      const problem = signatureProblem(explicitKeyOf(certificate), 'self', { tbs, signature });
      return problem === undefined ? [] : [`${name} did not sign itself: ${problem}`];
    }
    const above = certificates[index + 1];
    const key = keys[index + 1];
    if (above === undefined || key === undefined) return [];
    const problem = signatureProblem(key, above, { tbs, signature });
    return problem === undefined ? [] : [`${nameOf(above)} did not sign ${name}: ${problem}`];
  });
}

/** What a certificate's own signature shows. */
export function certificateSignatureStep(path: Path): Step {
  const [subject] = path.certificates as [Certificate];
  const count = path.certificates.filter(({ value }) => value.signature !== undefined).length;
  const signed = count === 1 ? 'the one signature verifies' : `all ${count} signatures verify`;
  if (subject.value.type === 'explicit') return overPath('signature', path, pathSignatureProblems(path), signed);
  const key = keysOf(path.certificates)[0];
  const found = key?.kind === 'key' ? hexOf(key.bytes) : '';
  const implicit = `an implicit certificate has none of its own: under its issuer it stands for the key ${found}, which proves itself by signing`;
  return overPath('signature', path, pathSignatureProblems(path), count === 0 ? implicit : `${implicit}; ${signed}`);
}

// ---- chain ----------------------------------------------------------------------------------------------------------------

export function chainStep(path: Path, pool: CertificatePool): Step {
  const { certificates, end } = path;
  const names = certificates.map(nameOf).join(' → ');
  const last = lastOf(path);
  switch (end.kind) {
    case 'trusted':
      return holds('chain', `${names}, ${end.by}`);
    case 'self-signed':
      return fails(
        'chain',
        `${names} ends with a root that nobody vouches for: it is not among the trusted (IEEE 1609.2-2022 5.1.2)`,
      );
    case 'too-long':
      return fails('chain', `more than ${LONGEST_PATH} certificates without a trusted one`);
    case 'no-issuer': {
      const { issuer } = last.value;
      const others = issuer.kind === 'self' ? [] : pool.withId8(issuer.value);
      const hint =
        others[0] === undefined
          ? 'is not among the files'
          : `is named by another hash than ${hashAlgorithmOf(others[0])}, that of its key`;
      return fails('chain', `the issuer of ${nameOf(last)}, ${issuerId(last)}, ${hint} (IEEE 1609.2-2022 5.1.2)`);
    }
  }
}

// ---- time -----------------------------------------------------------------------------------------------------------------

const widened = ({ startMillis, endMillis }: Span): Span => ({
  startMillis: startMillis - LEAP_TOLERANCE_MILLIS,
  endMillis: endMillis + LEAP_TOLERANCE_MILLIS,
});

const spanWords = ({ startMillis, endMillis }: Span): string => `${moment(startMillis)} to ${moment(endMillis)}`;

/** `what`: of what moment it is, such as "it was signed". */
export interface Moment {
  readonly millis: number;
  readonly what: string;
}

/** Each certificate at each moment, and each within its issuer's time; IEEE 1609.2-2022 5.1.2.4 and 6.4.14. */
export function pathTimeProblems(path: Path, moments: readonly Moment[]): string[] {
  const now = path.certificates.flatMap((certificate) => {
    const span = spanOf(certificate.value.toBeSigned.value.validityPeriod);
    const { startMillis, endMillis } = widened(span);
    return moments
      .filter(({ millis }) => millis < startMillis || millis > endMillis)
      .map(({ millis, what }) => {
        const how = millis < startMillis ? 'not yet' : 'no longer';
        return `${nameOf(certificate)} is ${how} valid ${what}, ${moment(millis)}: ${spanWords(span)} (IEEE 1609.2-2022 6.4.14)`;
      });
  });
  const nested = linksOf(path).flatMap(([subject, issuer]) => {
    const inner = spanOf(subject.value.toBeSigned.value.validityPeriod);
    const outer = spanOf(issuer.value.toBeSigned.value.validityPeriod);
    const { startMillis, endMillis } = widened(outer);
    const isWithin = inner.startMillis >= startMillis && inner.endMillis <= endMillis;
    return isWithin
      ? []
      : [
          `${nameOf(subject)}, ${spanWords(inner)}, is not within the time of ${nameOf(issuer)}, ${spanWords(outer)} ` +
            '(IEEE 1609.2-2022 5.1.2.4)',
        ];
  });
  return [...now, ...nested];
}

// ---- region ---------------------------------------------------------------------------------------------------------------

/** What holds for the certificate at `index`: its own region, or that of the nearest above that names one. */
export function effectiveRegion(certificates: readonly Certificate[], index: number): GeographicRegion | undefined {
  return certificates.slice(index).find(({ value }) => value.toBeSigned.value.region !== undefined)?.value.toBeSigned
    .value.region;
}

/** IEEE 1609.2-2022 5.1.2.4 and 6.4.8: what is omitted is inherited, from a root it is the world. */
export function pathRegionProblems(path: Path): string[] {
  return linksOf(path).flatMap(([subject, issuer], index) => {
    const standing = regionStanding(
      subject.value.toBeSigned.value.region,
      effectiveRegion(path.certificates, index + 1),
    );
    if (standing === 'inside') return [];
    const how = standing === 'outside' ? 'is not inside' : 'cannot, without a map, be compared with';
    return [`the region of ${nameOf(subject)} ${how} that of ${nameOf(issuer)} (IEEE 1609.2-2022 5.1.2.4)`];
  });
}

export const regionStep = (path: Path, more: readonly string[], otherwise: string): Step =>
  overPath('region', path, [...pathRegionProblems(path), ...more], otherwise);

// ---- permissions ------------------------------------------------------------------------------------------------------------

/** The three steps about what may be done; `more`: what the signed object adds to the first two. */
export function permissionSteps(path: Path, more: Partial<PermissionProblems> = {}): Step[] {
  const found = [
    ...path.certificates.map(formProblems),
    ...linksOf(path).map(([subject, issuer]) => permissionProblems(subject, issuer)),
  ];
  const of = (key: keyof PermissionProblems): string[] => [...(more[key] ?? []), ...found.flatMap((one) => one[key])];
  return [
    overPath(
      'permissions',
      path,
      of('permissions'),
      'each certificate may do what it names, and its issuer may grant it',
    ),
    overPath('ssp', path, of('ssp'), 'each SSP lies within the range that its issuer may grant'),
    overPath(
      'chain-length',
      path,
      of('chainLength'),
      `${path.certificates.length} certificates, as their issuers allow`,
    ),
  ];
}
