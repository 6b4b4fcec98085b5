/**
 * How each message of the credential system travels: in which wrappings, and which message of ScmsPdu is in them. One
 * object a standard: YD/T 3957-2021 annexes C and E, IEEE 1609.2.1-2022. Signers and signatures are judged elsewhere.
 */
import { decode, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import type { Preserved } from '#coer/preserved.js';
import { IeeeScmsPdu, IeeeSignedCertificateRequest, SignedX509CertificateRequest } from './dot2dot1/scms-pdu.js';
import { ScmsPdu, SignedCertificateRequest } from './scms-pdu.js';
import { V2XSecData, type EncryptedData, type V2XSecDataContent } from './secured-data.js';

/** The kind of V2XSecData content that a wrapping is. */
export type Wrapping = V2XSecDataContent['kind'];

interface AnyPdu {
  readonly content: { readonly kind: string; readonly value: unknown };
}
/** Line and message, as the alternatives of ScmsPdu name them. */
type MessageOf<P extends AnyPdu> = P['content'] extends infer C
  ? C extends { kind: infer L; value: { kind: infer M } }
    ? readonly [L, M]
    : never
  : never;

export interface SpduForm<P extends AnyPdu> {
  /** Outermost first. */
  readonly wrappings: readonly Wrapping[];
  readonly message: MessageOf<P>;
}

export interface SpduFamily<P extends AnyPdu> {
  /** `version` of ScmsPdu and of everything in it. */
  readonly version: number;
  readonly pdu: Codec<P>;
  readonly request: Codec<{ tbsRequest: Preserved<P> }>;
  /** Requests that an X.509 certificate signs: of IEEE 1609.2.1 alone. */
  readonly x509Request?: Codec<{ tbsRequest: Preserved<P> }>;
  readonly forms: Readonly<Record<string, SpduForm<P>>>;
}

const PLAIN: readonly Wrapping[] = ['unsecuredData'];
const SIGNED: readonly Wrapping[] = ['signedData'];
const ENCRYPTED: readonly Wrapping[] = ['encryptedData'];
const SIGNED_THEN_ENCRYPTED: readonly Wrapping[] = ['encryptedData', 'signedData'];
const ENCRYPTED_THEN_SIGNED: readonly Wrapping[] = ['signedData', 'encryptedData'];
const REQUEST: readonly Wrapping[] = ['signedCertificateRequest'];
const ENCRYPTED_REQUEST: readonly Wrapping[] = ['encryptedData', 'signedCertificateRequest'];
const ENCRYPTED_X509_REQUEST: readonly Wrapping[] = ['encryptedData', 'signedX509CertificateRequest'];

/** What both standards send alike. */
const COMMON = {
  AcaEeCertResponsePlainSpdu: { wrappings: PLAIN, message: ['aca-ee', 'acaEeCertResponse'] },
  AcaEeCertResponsePrivateSpdu: { wrappings: ENCRYPTED_THEN_SIGNED, message: ['aca-ee', 'acaEeCertResponse'] },
  AcaEeCertResponseCubkSpdu: { wrappings: ENCRYPTED, message: ['aca-ee', 'acaEeCertResponse'] },
  RaAcaCertRequestSpdu: { wrappings: REQUEST, message: ['aca-ra', 'raAcaCertRequest'] },
  AcaRaCertResponseSpdu: { wrappings: SIGNED, message: ['aca-ra', 'acaRaCertResponse'] },
  CompositeCrlSpdu: { wrappings: PLAIN, message: ['cert', 'compositeCrl'] },
  CertificateChainSpdu: { wrappings: PLAIN, message: ['cert', 'certificateChain'] },
  EeEcaCertRequestSpdu: { wrappings: REQUEST, message: ['eca-ee', 'eeEcaCertRequest'] },
  EcaEeCertResponseSpdu: { wrappings: SIGNED, message: ['eca-ee', 'ecaEeCertResponse'] },
  EeRaCertRequestPlainSpdu: { wrappings: PLAIN, message: ['ee-ra', 'eeRaCertRequest'] },
  EeRaCertRequestSpdu: { wrappings: ENCRYPTED_REQUEST, message: ['ee-ra', 'eeRaCertRequest'] },
  EeRaSuccessorEnrollmentCertRequestSpdu: {
    wrappings: ENCRYPTED_REQUEST,
    message: ['ee-ra', 'eeRaSuccessorEnrollmentCertRequest'],
  },
  RaEeCertAckSpdu: { wrappings: SIGNED, message: ['ee-ra', 'raEeCertAck'] },
  RaEeCertInfoSpdu: { wrappings: PLAIN, message: ['ee-ra', 'raEeCertInfo'] },
  RaEeEnrollmentCertAckSpdu: { wrappings: SIGNED, message: ['ee-ra', 'raEeCertInfo'] },
  EeRaDownloadRequestPlainSpdu: { wrappings: PLAIN, message: ['ee-ra', 'eeRaDownloadRequest'] },
  EeRaDownloadRequestSpdu: { wrappings: SIGNED_THEN_ENCRYPTED, message: ['ee-ra', 'eeRaDownloadRequest'] },
} as const satisfies Readonly<Record<string, SpduForm<ScmsPdu> & SpduForm<IeeeScmsPdu>>>;

/** YD/T 3957-2021. The last three are one vendor's: the device's first steps hidden from whoever listens. */
export const ccsaSpdus = {
  version: 1,
  pdu: ScmsPdu,
  request: SignedCertificateRequest,
  forms: {
    ...COMMON,
    PraLaIndividualLinkageValueRequestSpdu: {
      wrappings: SIGNED_THEN_ENCRYPTED,
      message: ['la-ra', 'praLaLinkageValueRequest'],
    },
    PraLaGroupLinkageValueRequestSpdu: {
      wrappings: SIGNED_THEN_ENCRYPTED,
      message: ['la-ra', 'praLaLinkageValueRequest'],
    },
    LaPraLinkageValueResponseSpdu: {
      wrappings: SIGNED_THEN_ENCRYPTED,
      message: ['la-ra', 'laPraLinkageValueResponse'],
    },
    MaLaLinkageSeedRequestSpdu: { wrappings: SIGNED_THEN_ENCRYPTED, message: ['la-ma', 'maLaLinkageSeedRequest'] },
    LaMaLinkageSeedResponseSpdu: { wrappings: SIGNED_THEN_ENCRYPTED, message: ['la-ma', 'laMaLinkageSeedResponse'] },
    EeEcaCertRequestEncSpdu: {
      wrappings: ['encryptedData', 'signedData', 'signedCertificateRequest'],
      message: ['eca-ee', 'eeEcaCertRequest'],
    },
    EcaEeCertResponseEncSpdu: { wrappings: SIGNED_THEN_ENCRYPTED, message: ['eca-ee', 'ecaEeCertResponse'] },
    RaEeCertAckEncSpdu: { wrappings: SIGNED_THEN_ENCRYPTED, message: ['ee-ra', 'raEeCertAck'] },
  },
} as const satisfies SpduFamily<ScmsPdu>;

/** IEEE 1609.2.1-2022. */
export const ieeeSpdus = {
  version: 2,
  pdu: IeeeScmsPdu,
  request: IeeeSignedCertificateRequest,
  x509Request: SignedX509CertificateRequest,
  forms: {
    ...COMMON,
    EeRaX509AuthenticatedCertRequestSpdu: {
      wrappings: ENCRYPTED_X509_REQUEST,
      message: ['ee-ra', 'eeRaCertRequest'],
    },
    RaEeCertAndAcpcInfoSpdu: { wrappings: SIGNED, message: ['ee-ra', 'raEeCertInfo'] },
    MultiSignedCtlSpdu: { wrappings: PLAIN, message: ['cert', 'multiSignedCtl'] },
    CtlSignatureSpdu: { wrappings: SIGNED, message: ['cert', 'tbsCtlSignature'] },
    CertificateManagementInformationStatusSpdu: { wrappings: SIGNED, message: ['cert', 'infoStatus'] },
  },
} as const satisfies SpduFamily<IeeeScmsPdu>;

export type Opened<T> =
  | { readonly kind: 'content'; readonly value: T }
  /** Who has a key opens `value` and goes on with its plaintext and the wrappings that are left. */
  | { readonly kind: 'sealed'; readonly value: EncryptedData; readonly wrappings: readonly Wrapping[] };

/**
 * The message in an encoded SPDU of `family`, as far as it can be read without a key. For a plaintext give the
 * wrappings that were left. Refuses (CoerError) other wrappings than the form's, bytes that are not of their type, and
 * another message. Whether signatures hold, and of whom, is not asked; neither is the header of signed data.
 */
export function openSpdu<P extends AnyPdu>(
  family: SpduFamily<P>,
  form: SpduForm<NoInfer<P>>,
  bytes: Uint8Array,
  wrappings: readonly Wrapping[] = form.wrappings,
): Opened<P> {
  const opened = unwrap(bytes, wrappings);
  if (opened.kind === 'sealed') return opened;
  const pdu = pduOf(family, wrappings.at(-1), opened.value);
  // No two lines have a message of one name, so that the message tells the line.
  const [line, message] = form.message as readonly [string, string];
  if ((pdu.content.value as { kind?: unknown } | null)?.kind !== message)
    throw new CoerError(`another message than ${line}.${message}`, 0);
  return { kind: 'content', value: pdu };
}

function pduOf<P extends AnyPdu>(family: SpduFamily<P>, innermost: Wrapping | undefined, bytes: Uint8Array): P {
  if (innermost === 'signedCertificateRequest') return decode(family.request, bytes).tbsRequest.value;
  if (innermost !== 'signedX509CertificateRequest') return decode(family.pdu, bytes);
  if (family.x509Request === undefined) throw new CoerError('no request of this standard is signed with X.509', 0);
  return decode(family.x509Request, bytes).tbsRequest.value;
}

/** The bytes that the wrappings hold, down to the first that is encrypted. Refuses (CoerError) other wrappings. */
export function unwrap(bytes: Uint8Array, wrappings: readonly Wrapping[]): Opened<Uint8Array> {
  let content: Uint8Array | V2XSecData = bytes;
  for (const [index, wrapping] of wrappings.entries()) {
    const data: V2XSecData = content instanceof Uint8Array ? decode(V2XSecData, content) : content;
    if (data.content.kind !== wrapping) throw new CoerError(`${data.content.kind} where ${wrapping} is due`, 0);
    if (data.content.kind === 'encryptedData') {
      return { kind: 'sealed', value: data.content.value, wrappings: wrappings.slice(index + 1) };
    }
    content = inside(data.content);
  }
  if (!(content instanceof Uint8Array)) throw new CoerError(`${content.content.kind} where the message is due`, 0);
  return { kind: 'content', value: content };
}

/**
 * What one wrapping holds. Signed data carries a V2XSecData: unsecured data, whose bytes are the message or the next
 * wrapping, or the next wrapping itself.
 */
function inside(content: Exclude<V2XSecDataContent, { kind: 'encryptedData' }>): Uint8Array | V2XSecData {
  if (content.kind !== 'signedData') return content.value;
  const { data } = content.value.tbsData.value.payload;
  if (data === undefined) throw new CoerError('signed data without data', 0);
  return data.content.kind === 'unsecuredData' ? data.content.value : data;
}
