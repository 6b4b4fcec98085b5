/** What there is to verify in a file: one signed thing, or several in one wrapping. */
import { tryDecode, type Codec } from '#coer/codec.js';
import {
  MultiSignedCtl,
  SequenceOfCertificate,
  fullIeeeCtl,
  IeeeCertificateChain,
  IeeeCompositeCrl,
} from '#wire/dot2dot1/cert-management.js';
import { IeeeCertManagementPdu } from '#wire/dot2dot1/cert-management.js';
import { IeeeScmsPdu, IeeeSignedCertificateRequest } from '#wire/dot2dot1/scms-pdu.js';
import {
  CertificateChain,
  CertManagementPdu,
  CompositeCrl,
  ScmsPdu,
  SignedCertificateRequest,
} from '#wire/scms-pdu.js';
import { Certificate, SignedData, V2XSecData, type SignerIdentifier } from '#wire/secured-data.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import type { HashAlgorithm, Signature } from '#wire/base-types.js';

/** A signed certificate request of either standard. */
export interface Request {
  readonly hashAlgorithmId: HashAlgorithm;
  readonly tbsRequest: { readonly bytes: Uint8Array; readonly value: { readonly content: unknown } };
  readonly signer: SignerIdentifier;
  readonly signature: Signature;
}

export type Subject =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'signed'; readonly signed: SignedData; readonly protocolVersion: number }
  | { readonly kind: 'request'; readonly request: Request; readonly protocolVersion: number }
  | { readonly kind: 'trcl'; readonly list: RootCtl }
  | { readonly kind: 'tdcl'; readonly list: PkiCtl }
  | { readonly kind: 'ctl'; readonly ctl: MultiSignedCtl }
  | { readonly kind: 'several'; readonly parts: readonly Part[] }
  /** `why` nothing of it can be verified, a sentence. */
  | { readonly kind: 'nothing'; readonly why: string };
export interface Part {
  readonly label: string;
  readonly subject: Subject;
}

const nothing = (why: string): Subject => ({ kind: 'nothing', why });
const certificateSubject = (certificate: Certificate): Subject => ({ kind: 'certificate', certificate });
const numbered = (label: string, subjects: readonly Subject[]): Part[] =>
  subjects.map((subject, index) => ({ label: `${label} ${index + 1} of ${subjects.length}`, subject }));
const certificates = (list: readonly Certificate[]): Part[] => numbered('certificate', list.map(certificateSubject));
const some = (parts: readonly Part[], what: string): Subject =>
  parts.length === 0 ? nothing(`${what} is empty`) : { kind: 'several', parts };

/** How a decoded value of each type is taken. */
interface Reading<T> {
  readonly codec: Codec<T>;
  take(value: T): Subject;
}
const reading = <T>(codec: Codec<T>, take: (value: T) => Subject): Reading<unknown> =>
  ({ codec, take }) as Reading<unknown>;

const compositeSubject = (crls: readonly V2XSecData[], ctl?: V2XSecData): Subject => {
  const parts = numbered('CRL', crls.map(dataSubject));
  return some(ctl === undefined ? parts : [...parts, { label: 'CTL', subject: dataSubject(ctl) }], 'the composite CRL');
};
const chainSubject = (others: readonly Certificate[], ctl?: V2XSecData): Subject => {
  const parts = certificates(others);
  return some(ctl === undefined ? parts : [...parts, { label: 'CTL', subject: dataSubject(ctl) }], 'the chain file');
};

function managementSubject(pdu: CertManagement): Subject {
  switch (pdu.kind) {
    case 'compositeCrl':
      return compositeSubject(pdu.value.crl, pdu.value.homeCtl);
    case 'certificateChain':
      return chainSubject(pdu.value.others, pdu.value.homeCtl);
    case 'multiSignedCtl':
      return { kind: 'ctl', ctl: pdu.value };
    default:
      return nothing(`${pdu.kind} carries no signature of its own`);
  }
}
type CertManagement =
  | { kind: 'compositeCrl'; value: { crl: V2XSecData[]; homeCtl?: V2XSecData } }
  | { kind: 'certificateChain'; value: { others: Certificate[]; homeCtl?: V2XSecData } }
  | { kind: 'multiSignedCtl'; value: MultiSignedCtl }
  | { kind: 'tbsCtlSignature' | 'infoStatus'; value: unknown };

const pduSubject = ({ content }: { content: { kind: string; value: unknown } }): Subject =>
  content.kind === 'cert'
    ? managementSubject(content.value as CertManagement)
    : nothing('the message is not signed, so that there is nothing to verify');

/** Every type that holds something signed. Of two with one form the first that reads the bytes is taken. */
const READINGS: readonly Reading<unknown>[] = [
  reading(Certificate, certificateSubject),
  reading(V2XSecData, dataSubject),
  reading(SignedData, (signed) => ({ kind: 'signed', signed, protocolVersion: 3 })),
  reading(SignedCertificateRequest, (request) => ({ kind: 'request', request, protocolVersion: 3 })),
  reading(IeeeSignedCertificateRequest, (request) => ({ kind: 'request', request, protocolVersion: 3 })),
  reading(RootCtl, (list) => ({ kind: 'trcl', list })),
  reading(PkiCtl, (list) => ({ kind: 'tdcl', list })),
  reading(MultiSignedCtl, (ctl) => ({ kind: 'ctl', ctl })),
  reading(CompositeCrl, ({ crl }) => compositeSubject(crl)),
  reading(IeeeCompositeCrl, ({ crl, homeCtl }) => compositeSubject(crl, homeCtl)),
  reading(CertificateChain, ({ others }) => chainSubject(others)),
  reading(IeeeCertificateChain, ({ others, homeCtl }) => chainSubject(others, homeCtl)),
  reading(SequenceOfCertificate, (others) => chainSubject(others)),
  reading(CertManagementPdu, (pdu) => managementSubject(pdu)),
  reading(IeeeCertManagementPdu, (pdu) => managementSubject(pdu)),
  reading(ScmsPdu, pduSubject),
  reading(IeeeScmsPdu, pduSubject),
];

function dataSubject({ protocolVersion, content }: V2XSecData): Subject {
  switch (content.kind) {
    case 'signedData':
      return { kind: 'signed', signed: content.value, protocolVersion };
    case 'signedCertificateRequest': {
      const request =
        decodedAs(SignedCertificateRequest, content.value) ?? decodedAs(IeeeSignedCertificateRequest, content.value);
      return request === undefined
        ? nothing('its certificate request cannot be decoded')
        : { kind: 'request', request, protocolVersion };
    }
    case 'unsecuredData':
      return unsecuredSubject(content.value);
    case 'encryptedData':
      return nothing('it is encrypted: what it holds can be verified by its recipient alone');
    case 'signedX509CertificateRequest':
      return nothing('a request signed with an X.509 certificate is not supported');
  }
}

function unsecuredSubject(bytes: Uint8Array): Subject {
  for (const codec of [ScmsPdu, IeeeScmsPdu] as readonly Codec<{ content: { kind: string; value: unknown } }>[]) {
    const pdu = decodedAs(codec, bytes);
    if (pdu?.content.kind === 'cert') return pduSubject(pdu);
  }
  return nothing('it is not signed, so that there is nothing to verify');
}

function decodedAs<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  const decoded = tryDecode(codec, bytes);
  return decoded.ok ? decoded.value : undefined;
}

/**
 * What bytes of a known type hold. Strict: an alternative that only a later edition knows is refused, because what it means
 * cannot be judged (IEEE 1609.2-2022 5.2). `undefined` with the reason where the bytes are not of the type.
 */
export function subjectOf(codec: Codec<unknown>, bytes: Uint8Array): Subject {
  const found = READINGS.find((one) => one.codec === codec);
  if (found === undefined) return nothing(`${codec.name} is not signed, so that there is nothing to verify`);
  const decoded = tryDecode(found.codec, bytes);
  return decoded.ok ? found.take(decoded.value) : nothing(`it says what this edition does not know: ${decoded.why}`);
}

/** All certificates that a subject brings along: bytes, no trust. */
export function certificatesIn(subject: Subject): readonly Certificate[] {
  switch (subject.kind) {
    case 'certificate':
      return [subject.certificate];
    case 'signed':
      return certificatesOfSigner(subject.signed.signer);
    case 'request':
      return certificatesOfSigner(subject.request.signer);
    case 'trcl':
      return subject.list.toBeSignedRootCtl.value.pkiCtlInfoList.map(({ rootCertificate }) => rootCertificate);
    case 'tdcl':
      return subject.list.toBeSignedPkiCtl.value.pkiCertInfoList.flatMap(({ certificate }) => certificate);
    case 'ctl':
      return ctlContents(subject.ctl)?.certificates ?? [];
    case 'several':
      return subject.parts.flatMap((part) => certificatesIn(part.subject));
    case 'nothing':
      return [];
  }
}

const certificatesOfSigner = (signer: SignerIdentifier): readonly Certificate[] =>
  signer.kind === 'certificate' ? signer.value : [];

/** The list and certificates of a CTL; `undefined` when they cannot be decoded. */
export function ctlContents(ctl: MultiSignedCtl): ReturnType<typeof fullIeeeCtl> {
  try {
    return fullIeeeCtl(ctl);
  } catch (error) {
    if (error instanceof Error && error.name === 'CoerError') return undefined;
    throw error;
  }
}

/** A subject and all that it is made of. */
export function flattened(subject: Subject): readonly Subject[] {
  return subject.kind === 'several' ? subject.parts.flatMap((part) => flattened(part.subject)) : [subject];
}
