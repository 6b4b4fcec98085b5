/**
 * Trust lists of YD/T 3957-2021 clause 8: the TRCL by the TRCLA, the TDCL by a root. The certificates that a list carries are
 * judged too: a list names, a signature binds.
 */
import type { Signature } from '#wire/base-types.js';
import type { Certificate, IssuerIdentifier } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import type { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { scmsRoleOf } from '../certificate-facts.js';
import type { CertificatePool } from './chain-paths.js';
import { isPast } from './crl-steps.js';
import { best, inOrder, revocation, signedSignatureStep, timeStep } from './explain-signed.js';
import { hashAlgorithmOf, identityOf, sameBytes } from './identity.js';
import {
  certificateFormProblems,
  chainStep,
  pathSignatureProblems,
  pathTimeProblems,
  permissionSteps,
  regionStep,
} from './path-steps.js';
import { profileStep } from './profile-step.js';
import type { Question } from './question.js';
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
} from './step.js';

interface SignedList {
  readonly name: string;
  readonly version: number;
  readonly issuer: IssuerIdentifier;
  readonly issueDate: number;
  readonly nextUpdate: number;
  readonly bytes: Uint8Array;
  readonly signature: Signature;
  readonly certificates: readonly Certificate[];
}

export function explainRootCtl(
  { toBeSignedRootCtl: { value, bytes }, signature }: RootCtl,
  question: Question,
): Explanation {
  const certificates = value.pkiCtlInfoList.map(({ rootCertificate }) => rootCertificate);
  const contents = verdict(
    'contents',
    certificates.flatMap(rootProblems),
    `${certificates.length} roots, each signed by itself`,
  );
  const list = { name: 'TRCL', ...value, nextUpdate: value.nextRootCtl, bytes, signature, certificates };
  return explainList(list, contents, question);
}

export function explainPkiCtl(
  { toBeSignedPkiCtl: { value, bytes }, signature }: PkiCtl,
  question: Question,
): Explanation {
  const certificates = value.pkiCertInfoList.flatMap(({ certificate }) => certificate);
  for (const certificate of certificates) question.pool.add(certificate);
  const problems = certificates.flatMap((certificate) => domainProblems(certificate, value.issuer, question.pool));
  const contents = verdict(
    'contents',
    problems,
    `${certificates.length} certificates of CAs, all under the root that signed it`,
  );
  return explainList(
    { name: 'TDCL', ...value, nextUpdate: value.nextPkiCtl, bytes, signature, certificates },
    contents,
    question,
  );
}

function rootProblems(root: Certificate): string[] {
  if (root.value.issuer.kind !== 'self') return [`${nameOf(root)} is no root: another issued it (YD/T 3957-2021 8.5)`];
  return pathSignatureProblems({ certificates: [root], end: { kind: 'self-signed' } });
}

/** TDCLs are for one root's domain: each certificate stands under it. */
function domainProblems(certificate: Certificate, issuer: IssuerIdentifier, pool: CertificatePool): string[] {
  const paths = pool.pathsFrom(certificate).filter(({ certificates }) => {
    const top = certificates.at(-1) as Certificate;
    return issuer.kind !== 'self' && sameBytes(identityOf(top).hashedId8, issuer.value);
  });
  if (paths.length === 0)
    return [`${nameOf(certificate)} is not of the domain of the root that signed the list (YD/T 3957-2021 8.6)`];
  const problems = paths.map(pathSignatureProblems);
  return problems.some((one) => one.length === 0) ? [] : (problems[0] ?? []);
}

function explainList(list: SignedList, contents: Step, question: Question): Explanation {
  const { issuer } = list;
  const form = [
    ...(list.version === 1 ? [] : [`it is of version ${list.version} and not 1 (YD/T 3957-2021 annex C)`]),
    ...(issuer.kind === 'self' ? ['it names no issuer (YD/T 3957-2021 annex C)'] : []),
  ];
  const signers =
    issuer.kind === 'self'
      ? []
      : question.pool.withId8(issuer.value).filter((one) => issuer.kind === `${hashAlgorithmOf(one)}AndDigest`);
  if (signers.length === 0) {
    const id = issuer.kind === 'self' ? 'itself' : hexOf(issuer.value);
    return explanationOf([
      verdict('structure', form, `a ${list.name} of ${list.certificates.length} certificates`),
      verdict('time', listTimeProblems(list, question.atMillis), 'the list is current'),
      fails('chain', `the certificate of its issuer, ${id}, is not among the files (YD/T 3957-2021 clause 8)`),
      contents,
      notJudged('signature', 'the certificate of its issuer is not at hand'),
    ]);
  }
  return best(
    signers.flatMap((signer) =>
      question.pool.pathsFrom(signer).map((path) => {
        const moments = [{ millis: question.atMillis, what: question.isAtGiven ? 'at the moment asked about' : 'now' }];
        const isRoot = scmsRoleOf(signer, question.profile.aid.management)?.kind === 'root';
        const role = isRoot
          ? []
          : [
              `${nameOf(signer)} is neither a root nor the TRCLA by its SSP: it may sign no ${list.name} (YD/T 3957-2021 clause 8)`,
            ];
        const times = [...listTimeProblems(list, question.atMillis), ...pathTimeProblems(path, moments)];
        return explanationOf([
          verdict(
            'structure',
            [...form, ...path.certificates.flatMap(certificateFormProblems)],
            `a ${list.name} of ${list.certificates.length} certificates`,
          ),
          profileStep(question, path.certificates),
          ...inOrder({
            permissions: permissionSteps(path, { permissions: role }),
            time: timeStep(times, moments),
            region: regionStep(path, [], 'each region lies inside that of the issuer'),
            chain: chainStep(path, question.pool),
            revocation: revocation(path, question),
          }),
          contents,
          signedSignatureStep(
            { hashId: identityOf(signer).algorithm, tbs: list.bytes, signature: list.signature },
            path,
          ),
        ]);
      }),
    ),
  );
}

function listTimeProblems({ issueDate, nextUpdate }: SignedList, atMillis: number): string[] {
  const issued = millisFromTime32(issueDate);
  if (issued > atMillis)
    return [`it was issued ${moment(issued)}, after ${moment(atMillis)} (YD/T 3957-2021 clause 8)`];
  const next = moment(millisFromTime32(nextUpdate));
  return isPast(nextUpdate, atMillis)
    ? [`it is out of date: the next one is due since ${next} (YD/T 3957-2021 clause 8)`]
    : [];
}
