/**
 * The certificate trust list that electors sign together, IEEE 1609.2.1-2022: MultiSignedCtl. It counts when as many trusted
 * electors signed it as it asks for.
 */
import { tryDecode } from '#coer/codec.js';
import { concat } from '#crypto/bytes.js';
import { sha384 } from '#crypto/sha384.js';
import { FULL_IEEE_CTL, type FullIeeeTbsCtl, type MultiSignedCtl } from '#wire/dot2dot1/cert-management.js';
import { IeeeScmsPdu } from '#wire/dot2dot1/scms-pdu.js';
import type { Certificate, SignedData, V2XSecData } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { unsecuredBytes } from '../signed-data.js';
import type { CertificatePool } from './chain-paths.js';
import { explainSigned } from './explain-signed.js';
import { canonicalBytes, hashBy, identityOf, sameBytes } from './identity.js';
import type { Question } from './question.js';
import { explanationOf, fails, hexOf, moment, nameOf, verdict, type Explanation, type Step } from './step.js';
import { ctlContents } from './subject.js';

/** The end of the certificate's own hash or of its SHA-384; a hash that is shorter than the entry stands beside zeros. */
function isHashOf(certificate: Certificate, entry: Uint8Array): boolean {
  return [identityOf(certificate).hash, hashBy('sha384', canonicalBytes(certificate))].some((hash) => {
    const end = hash.subarray(-entry.length);
    const zeros = new Uint8Array(entry.length - end.length);
    return sameBytes(entry, concat(zeros, end)) || sameBytes(entry, concat(end, zeros));
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
  const problems = unnamed.map(
    (one) => `${nameOf(one)} is in the file and not approved by the list (IEEE 1609.2.1-2022, FullIeeeTbsCtl)`,
  );
  return verdict('contents', problems, `${certificates.length} certificates, all approved by the list`);
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
