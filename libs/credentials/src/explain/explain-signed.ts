/** A signed message, a CRL among them: what it says, who signed it, and whether that one may; IEEE 1609.2-2022 5.2. */
import type { HashAlgorithm, Signature } from '#wire/base-types.js';
import type { CrlContents } from '#wire/crl.js';
import type { Certificate, HeaderInfo, SignedData, SignerIdentifier } from '#wire/secured-data.js';
import { millisFromTime64 } from '#wire/time.js';
import { appPermission } from '../certificate-facts.js';
import { ccsa, ieee, type Profile } from '../profile.js';
import type { CertificatePool, Path } from './chain-paths.js';
import { cracaStep, crlFormProblems, crlOf, crlTimeProblems, isPast } from './crl-steps.js';
import { identityOf } from './identity.js';
import {
  certificateFormProblems,
  chainStep,
  effectiveRegion,
  pathSignatureProblems,
  pathTimeProblems,
  permissionSteps,
  regionStep,
  type Moment,
} from './path-steps.js';
import { profileStep } from './profile-step.js';
import type { GivenCrl, Question } from './question.js';
import { isPointInside } from '../region-standing.js';
import { revocationStep, STALE, type JudgedCrl } from './revocation-step.js';
import {
  explanationOf,
  fails,
  hexOf,
  moment,
  nameOf,
  notJudged,
  verdict,
  type Explanation,
  type Step,
  type StepName,
} from './step.js';
import { hashOfCurve, keysOf, signatureProblem } from './verification-key.js';

/** The first that is valid, else the one with the fewest faults: where candidates share an identifier, that one was meant. */
export function best(explanations: readonly Explanation[]): Explanation {
  const faults = ({ steps }: Explanation): number => steps.filter(({ ok }) => !ok).length;
  const [first, ...others] = explanations;
  return others.reduce((least, one) => (faults(one) < faults(least) ? one : least), first as Explanation);
}

/** The order in which a receiver asks: what it may, when, where, under whom, whether still. */
export function inOrder(steps: {
  permissions: Step[];
  time: Step;
  region: Step;
  chain: Step;
  revocation: Step;
}): Step[] {
  const [permissions, ssp, chainLength] = steps.permissions as [Step, Step, Step];
  return [permissions, ssp, steps.time, steps.region, steps.chain, chainLength, steps.revocation];
}

export const timeStep = (problems: readonly string[], moments: readonly Moment[]): Step =>
  verdict(
    'time',
    problems,
    `all certificates are valid ${moments.map(({ millis, what }) => `${what}, ${moment(millis)}`).join(', and ')}`,
  );

// ---- revocation ---------------------------------------------------------------------------------------------------------

/** Whether a CRL that counts names a certificate of the path. */
export function revocation(path: Path, question: Question): Step {
  return revocationStep(path, question.crls, (crl) => judgedCrl(crl, question));
}

function judgedCrl({ label, signed, contents }: GivenCrl, question: Question): JudgedCrl {
  // Of the CRL's own signer no CRL is asked, which could be this one.
  const { steps } = explainSigned({ signed, protocolVersion: 3 }, { ...question, crls: [], isProfileGiven: false });
  const wrong = steps.filter(({ ok }) => !ok);
  const isOnlyOld = wrong.length === 1 && wrong[0]?.step === 'time' && isPast(contents.nextCrl, question.atMillis);
  const [craca] = question.pool.withId8(contents.crlCraca);
  const first = wrong[0];
  const problem = isOnlyOld ? STALE : first && `${first.step}: ${first.why}`;
  return { label, contents, algorithm: craca === undefined ? 'sm3' : identityOf(craca).algorithm, problem };
}

// ---- signed messages ------------------------------------------------------------------------------------------------------

/** Each certificate that the signer may be, under each path to a trust anchor; the best is told. */
export function explainSigned(
  { signed, protocolVersion }: { signed: SignedData; protocolVersion: number },
  question: Question,
): Explanation {
  const crl = crlOf(signed, [ccsa.aid.crl, ieee.aid.crl]);
  const profile = crl === undefined || question.isProfileGiven ? question.profile : profileOfCrl(signed);
  const asked = { ...question, profile };
  const form = [...dataFormProblems(signed, protocolVersion), ...(crl ? crlFormProblems(signed, crl) : [])];
  const signers = signersOf(signed.signer, question.pool);
  if (signers.length === 0) return withoutSigner(form, signed.signer, crl);
  return best(
    signers.flatMap((signer) =>
      question.pool.pathsFrom(signer).map((path) => explanationOf(signedSteps({ signed, crl, form, path }, asked))),
    ),
  );
}

const profileOfCrl = (signed: SignedData): Profile =>
  signed.tbsData.value.headerInfo.psid === ccsa.aid.crl ? ccsa : ieee;

function dataFormProblems({ tbsData, signer }: SignedData, protocolVersion: number): string[] {
  const { payload } = tbsData.value;
  const problems: string[] = [];
  if (protocolVersion !== 3)
    problems.push(`it is of protocol version ${protocolVersion} and not 3 (IEEE 1609.2-2022, Ieee1609Dot2Data)`);
  if (payload.data === undefined && payload.extDataHash === undefined && payload.omitted === undefined)
    problems.push('it has no payload (IEEE 1609.2-2022, SignedDataPayload)');
  if (signer.kind === 'self')
    problems.push('a message cannot be signed by itself, only a request can (IEEE 1609.2-2022, SignerIdentifier)');
  if (signer.kind === 'x509') problems.push('a signer with an X.509 certificate is not supported');
  if (signer.kind === 'certificate' && signer.value.length === 0)
    problems.push('its list of signer certificates is empty');
  return problems;
}

/** The certificates that a signer identifier may mean. */
export function signersOf(signer: SignerIdentifier, pool: CertificatePool): readonly Certificate[] {
  if (signer.kind === 'digest') return pool.withId8(signer.value);
  return signer.kind === 'certificate' ? signer.value.slice(0, 1) : [];
}

const AFTER_STRUCTURE: readonly StepName[] = [
  'permissions',
  'ssp',
  'time',
  'region',
  'chain',
  'chain-length',
  'revocation',
];

/** What is left to say when the certificate of the signer is not at hand. */
export function withoutSigner(
  form: readonly string[],
  signer: SignerIdentifier,
  crl: CrlContents | undefined,
): Explanation {
  const named = signer.kind === 'digest' ? `the signer ${hexOf(signer.value)}` : 'the signer';
  const names = [...AFTER_STRUCTURE, ...(crl === undefined ? [] : ['craca' as const]), 'signature' as const];
  return explanationOf([
    verdict('structure', form, 'a signed message of protocol version 3'),
    ...names.map((step) =>
      step === 'chain'
        ? fails('chain', `the certificate of ${named} is not among the files (IEEE 1609.2-2022 5.2)`)
        : notJudged(step, `the certificate of ${named} is not at hand`),
    ),
  ]);
}

interface SignedOnPath {
  readonly signed: SignedData;
  readonly crl: CrlContents | undefined;
  readonly form: readonly string[];
  readonly path: Path;
}

function signedSteps({ signed, crl, form, path }: SignedOnPath, question: Question): Step[] {
  const { headerInfo } = signed.tbsData.value;
  const [signer] = path.certificates as [Certificate];
  const moments = crl === undefined ? momentsOf(headerInfo, question) : momentsOf({ psid: headerInfo.psid }, question);
  const times = [
    ...headerTimeProblems(headerInfo, question),
    ...(crl === undefined ? [] : crlTimeProblems(crl, question.atMillis)),
    ...pathTimeProblems(path, moments),
  ];
  const what = crl === undefined ? `a message of application ${headerInfo.psid}` : `a CRL, ${crl.typeSpecific.kind}`;
  const place = placeProblems(headerInfo, path);
  return [
    verdict('structure', [...form, ...path.certificates.flatMap(certificateFormProblems)], `${what}, signed`),
    profileStep(question, path.certificates, [headerInfo.psid]),
    ...inOrder({
      permissions: permissionSteps(path, { permissions: applicationProblems(headerInfo.psid, signer) }),
      time: timeStep(times, moments),
      region: regionStep(path, place.problems, place.words),
      chain: chainStep(path, question.pool),
      revocation: revocation(path, question),
    }),
    ...(crl === undefined ? [] : [cracaStep(crl, path.certificates, question.profile)]),
    signedSignatureStep({ hashId: signed.hashId, tbs: signed.tbsData.bytes, signature: signed.signature }, path),
  ];
}

/** IEEE 1609.2-2022 5.2: the certificate is valid when the message was made; and when asked for, at that moment. */
export function momentsOf({ generationTime }: HeaderInfo, { atMillis, isAtGiven }: Question): Moment[] {
  const generated = generationTime === undefined ? undefined : millisFromTime64(generationTime);
  const moments: Moment[] = generated === undefined ? [] : [{ millis: generated, what: 'when it was signed' }];
  if (isAtGiven) return [...moments, { millis: atMillis, what: 'at the moment asked about' }];
  return generated === undefined ? [{ millis: atMillis, what: 'now' }] : moments;
}

/** Two clocks may differ by how leap seconds are counted. */
const CLOCK_TOLERANCE_MILLIS = 5_000;

function headerTimeProblems({ generationTime, expiryTime }: HeaderInfo, { atMillis, isAtGiven }: Question): string[] {
  const problems: string[] = [];
  const generated = generationTime === undefined ? undefined : millisFromTime64(generationTime);
  if (generated !== undefined && generated > atMillis + CLOCK_TOLERANCE_MILLIS)
    problems.push(`it says that it was signed ${moment(generated)}, after ${moment(atMillis)} (IEEE 1609.2-2022 5.2)`);
  if (expiryTime === undefined) return problems;
  const expires = millisFromTime64(expiryTime);
  if (generated !== undefined && expires <= generated)
    problems.push('it expires before it was signed (IEEE 1609.2-2022, HeaderInfo)');
  else if (isAtGiven && expires <= atMillis) problems.push(`it expired ${moment(expires)} (IEEE 1609.2-2022 5.2)`);
  return problems;
}

function applicationProblems(psid: number, signer: Certificate): string[] {
  return appPermission(signer, psid) === undefined
    ? [`${nameOf(signer)} has no permission for application ${psid} (IEEE 1609.2-2022 5.2)`]
    : [];
}

const UNKNOWN_LATITUDE = 900_000_001;
const UNKNOWN_LONGITUDE = 1_800_000_001;

function placeProblems({ generationLocation }: HeaderInfo, path: Path): { problems: string[]; words: string } {
  const inside = 'each region lies inside that of the issuer';
  if (generationLocation === undefined) return { problems: [], words: inside };
  const region = effectiveRegion(path.certificates, 0);
  const { latitude, longitude } = generationLocation;
  const place = `${latitude / 1e7}°, ${longitude / 1e7}°`;
  if (region === undefined || latitude === UNKNOWN_LATITUDE || longitude === UNKNOWN_LONGITUDE)
    return { problems: [], words: inside };
  if (region.kind === 'identifiedRegion')
    return { problems: [], words: `${inside}; whether ${place} lies in the countries named would take a map` };
  if (isPointInside(generationLocation, region)) return { problems: [], words: `${inside}, and ${place} in them` };
  return {
    problems: [`it was signed at ${place}, outside the region of its signer (IEEE 1609.2-2022 5.2)`],
    words: inside,
  };
}

interface SignatureParts {
  readonly hashId: HashAlgorithm;
  readonly tbs: Uint8Array;
  readonly signature: Signature;
}

/** The signature of the object, and those of all certificates under which it counts. */
export function signedSignatureStep({ hashId, tbs, signature }: SignatureParts, path: Path): Step {
  const [signer] = path.certificates as [Certificate];
  const [key] = keysOf(path.certificates);
  if (key === undefined || key.kind === 'none') return notJudged('signature', key?.why ?? 'there is no key');
  const own = signatureProblem(key, signer, { tbs, signature });
  const problems = own === undefined ? [] : [`${nameOf(signer)} did not sign it: ${own}`];
  if (hashId !== hashOfCurve(key.curve))
    problems.push(
      `it names the hash ${hashId}, the key of its signer goes with ${hashOfCurve(key.curve)} (IEEE 1609.2-2022, SignedData)`,
    );
  problems.push(...pathSignatureProblems(path));
  if (problems.length === 0 && path.end.kind === 'no-issuer')
    return notJudged(
      'signature',
      `the issuer of ${nameOf(path.certificates.at(-1) as Certificate)} is not at hand; its own verifies`,
    );
  return verdict('signature', problems, `signed by ${nameOf(signer)}; the signatures of its chain verify too`);
}
