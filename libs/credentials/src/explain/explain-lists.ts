/**
 * Trust lists: TRCL by the TRCLA and TDCL by a root (YD/T 3957-2021 clause 8), and the certificate trust list that electors
 * sign together (IEEE 1609.2.1-2022). The certificates that a list carries are judged too: a list names, a signature binds.
 */
import { tryDecode } from '#coer/codec.js';
import { sha384 } from '#crypto/sha384.js';
import { IeeeScmsPdu } from '#wire/dot2dot1/scms-pdu.js';
import { FULL_IEEE_CTL, type FullIeeeTbsCtl, type MultiSignedCtl } from '#wire/dot2dot1/cert-management.js';
import type { Signature } from '#wire/base-types.js';
import type { Certificate, IssuerIdentifier, SignedData, V2XSecData } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import type { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { scmsRoleOf } from '../certificate-facts.js';
import { unsecuredBytes } from '../signed-data.js';
import type { CertificatePool } from './chain-paths.js';
import { isPast } from './crl-steps.js';
import { best, explainSigned, inOrder, revocation, signedSignatureStep, timeStep } from './explain-signed.js';
import { hashBy, identityOf, hashAlgorithmOf, sameBytes, canonicalBytes } from './identity.js';
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
import { ctlContents } from './subject.js';

// ---- TRCL and TDCL ----------------------------------------------------------------------------------------------------------

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

// ---- the list of the electors ---------------------------------------------------------------------------------------------

const HASH_BYTES_OF_ELECTOR = 48;
const HASH_BYTES_OF_ROOT = 32;

/** The end of the certificate's hash, of which a shorter one stands behind zeros. */
function isHashOf(certificate: Certificate, entry: Uint8Array): boolean {
  const candidates = [identityOf(certificate).hash, hashBy('sha384', canonicalBytes(certificate))];
  return candidates.some((hash) => {
    const end = hash.subarray(-entry.length);
    const rest = entry.subarray(0, entry.length - end.length);
    return sameBytes(entry.subarray(rest.length), end) && rest.every((byte) => byte === 0);
  });
}

/** The certificates of a CTL that its list approves, electors and roots. */
export function approvedIn(ctl: MultiSignedCtl): Certificate[] {
  const contents = ctlContents(ctl);
  if (contents === undefined) return [];
  const entries = [...contents.list.electorApprove, ...contents.list.rootCaApprove];
  return contents.certificates.filter((certificate) => entries.some((entry) => isHashOf(certificate, entry)));
}

/** Of one elector: whose it is, and why his signature does not count. */
interface Vote {
  readonly elector: Certificate | undefined;
  readonly problem: string | undefined;
}

export function explainCtl(ctl: MultiSignedCtl, question: Question): Explanation {
  const contents = ctlContents(ctl);
  if (contents === undefined || ctl.type !== FULL_IEEE_CTL)
    return explanationOf([
      fails('structure', `its list, of type ${ctl.type}, cannot be decoded (IEEE 1609.2.1-2022, MultiSignedCtl)`),
    ]);
  const { list, certificates } = contents;
  for (const certificate of certificates) question.pool.add(certificate);
  const votes = ctl.signatures.map((signature, index) =>
    voteOf(signature, `signature ${index + 1}`, { ctl, list, question }),
  );
  const broken = votes.flatMap(({ problem }) => problem ?? []);
  const effective = millisFromTime32(list.effectiveDate);
  const early =
    effective > question.atMillis ? [`it takes effect ${moment(effective)}, after ${moment(question.atMillis)}`] : [];
  return explanationOf([
    verdict(
      'structure',
      list.type === ctl.type ? [] : ['the list inside is of another type (IEEE 1609.2.1-2022, MultiSignedCtl)'],
      `list ${list.sequenceNumber} of the series ${hexOf(list.ctlSeriesId)}: ${list.rootCaApprove.length} roots, ${list.electorApprove.length} electors`,
    ),
    verdict('time', early, `in effect since ${moment(effective)}`),
    contentsStep(list, certificates),
    quorumStep(list, votes, question.pool),
    verdict('signature', broken, `${votes.length} signatures of electors verify`),
  ]);
}

function contentsStep(list: FullIeeeTbsCtl, certificates: readonly Certificate[]): Step {
  const entries = [...list.electorApprove, ...list.rootCaApprove];
  const unnamed = certificates.filter((certificate) => !entries.some((entry) => isHashOf(certificate, entry)));
  const sizes = [...new Set(entries.map(({ length }) => length))].every(
    (size) => size === HASH_BYTES_OF_ELECTOR || size === HASH_BYTES_OF_ROOT,
  );
  const problems = unnamed.map(
    (one) => `${nameOf(one)} is in the file and not approved by the list (IEEE 1609.2.1-2022, FullIeeeTbsCtl)`,
  );
  return verdict(
    'contents',
    sizes ? problems : ['its hashes are of another size'],
    `${certificates.length} certificates, all approved by the list`,
  );
}

function quorumStep(list: FullIeeeTbsCtl, votes: readonly Vote[], pool: CertificatePool): Step {
  const counting = votes.flatMap(({ elector, problem }) =>
    elector !== undefined && problem === undefined ? [elector] : [],
  );
  const trusted = counting.filter((elector) => pool.trustedBy(elector) !== undefined);
  const electors = new Set(trusted.map((elector) => hexOf(identityOf(elector).hash)));
  const needed = list.quorum ?? 1;
  const words = `${electors.size} trusted ${electors.size === 1 ? 'elector' : 'electors'} signed it, ${list.quorum === undefined ? 'and it names no quorum' : `the quorum is ${needed}`}`;
  return electors.size >= needed && electors.size > 0
    ? verdict('quorum', [], words)
    : fails('quorum', `${words} (IEEE 1609.2.1-2022, FullIeeeTbsCtl)`);
}

function voteOf(
  data: V2XSecData,
  label: string,
  { ctl, list, question }: { ctl: MultiSignedCtl; list: FullIeeeTbsCtl; question: Question },
): Vote {
  if (data.content.kind !== 'signedData') return { elector: undefined, problem: `${label} is not signed` };
  const signed = data.content.value;
  const elector = electorOf(signed, question.pool);
  if (elector === undefined) return { elector, problem: `${label} is of an elector whose certificate is not at hand` };
  const statement = statementOf(signed);
  if (statement === undefined)
    return { elector, problem: `${label} signs no CTL (IEEE 1609.2.1-2022, ToBeSignedCtlSignature)` };
  const isOfThis =
    statement.ctlType === list.type &&
    statement.sequenceNumber === list.sequenceNumber &&
    sameBytes(statement.ctlSeriesId, list.ctlSeriesId) &&
    sameBytes(statement.tbsCtlHash, sha384(ctl.tbsCtl));
  if (!isOfThis)
    return {
      elector,
      problem: `${label}, of ${nameOf(elector)}, is over another list (IEEE 1609.2.1-2022, ToBeSignedCtlSignature)`,
    };
  const { steps } = explainSigned({ signed, protocolVersion: data.protocolVersion }, { ...question, crls: [] });
  const wrong = steps.find(({ step, ok }) => step === 'signature' && !ok);
  return { elector, problem: wrong === undefined ? undefined : `${label}: ${wrong.why}` };
}

function electorOf({ signer }: SignedData, pool: CertificatePool): Certificate | undefined {
  if (signer.kind === 'digest') return pool.withId8(signer.value)[0];
  return signer.kind === 'certificate' ? signer.value[0] : undefined;
}

function statementOf(signed: SignedData): CtlStatement | undefined {
  const payload = unsecuredBytes(signed.tbsData.value.payload.data);
  const decoded = payload && tryDecode(IeeeScmsPdu, payload);
  if (!decoded?.ok || decoded.value.content.kind !== 'cert') return undefined;
  const pdu = decoded.value.content.value;
  return pdu.kind === 'tbsCtlSignature' ? pdu.value : undefined;
}

interface CtlStatement {
  readonly ctlSeriesId: Uint8Array;
  readonly ctlType: number;
  readonly sequenceNumber: number;
  readonly tbsCtlHash: Uint8Array;
}
