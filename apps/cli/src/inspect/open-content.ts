/**
 * What octets hold, where the field itself does not say so: it follows from the application, from a number beside them, or
 * from the type around them. What cannot be read as expected stays octets.
 */
import type { Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { ccsa, ieee, type Profile } from '#credentials/profile.js';
import type { Described } from '#uper/codec.js';
import { decodeMessageFrame, MessageFrame } from '#uper/messages/message-frame.js';
import { UperError } from '#uper/uper-error.js';
import { Extension } from '#wire/base-types.js';
import { CrlContents, CrlSsp } from '#wire/crl.js';
import { ACPC_PSID, AcpcPdu } from '#wire/dot2dot1/acpc.js';
import { FULL_IEEE_CTL, FullIeeeTbsCtl, SequenceOfCertificate } from '#wire/dot2dot1/cert-management.js';
import { IeeeScmsPdu, IeeeSignedCertificateRequest, SignedX509CertificateRequest } from '#wire/dot2dot1/scms-pdu.js';
import { AcpcSsp, SecurityMgmtSsp } from '#wire/dot2dot1/security-mgmt-ssp.js';
import { MESSAGE_AIDS } from '#wire/message-applications.js';
import { EtsiTs103759Mbr, MisbehaviourReport, TemplateAsr } from '#wire/misbehaviour-report.js';
import { ScmsPdu, SignedCertificateRequest } from '#wire/scms-pdu.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import { OperatingOrganizationId, V2XSecData } from '#wire/secured-data.js';
import { standardName } from './known-types.js';
import { readWhole } from './recognise.js';

/** A SEQUENCE and its value. */
export interface Owner {
  readonly name: string;
  readonly value: unknown;
}

export interface OctetsPlace {
  readonly octets: Uint8Array;
  readonly owner: Owner;
  /** Component or alternative that the octets are, or are items of. */
  readonly field: string;
  readonly psid: number | undefined;
  readonly profile: Profile;
  readonly depth: number;
}

export type Content =
  | { readonly kind: 'coer'; readonly name: string; readonly codec: Codec<unknown>; readonly value: unknown }
  | { readonly kind: 'plain'; readonly type: Described; readonly value: unknown }
  | { readonly kind: 'note'; readonly note: string };

interface Candidate {
  readonly name: string;
  readonly codec: Codec<unknown>;
}
const types = (...codecs: Codec<unknown>[]): Candidate[] => codecs.map((codec) => ({ name: codec.name, codec }));

const isOf = (psid: number | undefined, aid: keyof Profile['aid']): boolean =>
  psid === ccsa.aid[aid] || psid === ieee.aid[aid];

/** A V2X message in the evidence of a report (ETSI TS 103 759). */
const SIGNED_MESSAGE = 2;
/** The extension that says who operates the holder (IEEE 1609.2-2022). */
const ORGANIZATION = 1;

/** The content of octets; `undefined` when nothing is known of it, or it is not what it should be. */
export function contentOf(place: OctetsPlace): Content | undefined {
  const candidates = CANDIDATES.get(place.owner.name)?.(place) ?? [];
  const isFrame = isMessageFrame(place);
  if (candidates.length === 0 && !isFrame) return undefined;
  if (place.depth <= 0) return { kind: 'note', note: 'nested too deep: left as octets' };
  return isFrame ? messageFrame(place.octets) : firstThatReads(place, candidates);
}

/** Where the application says what octets are, it is told why they are not; unsecured data alone may be anything. */
function firstThatReads({ octets, psid, depth }: OctetsPlace, candidates: readonly Candidate[]): Content | undefined {
  let note: string | undefined;
  for (const tolerant of [false, true]) {
    for (const { name, codec } of candidates) {
      try {
        return { kind: 'coer', name, codec, value: readWhole(codec, octets, tolerant, depth) };
      } catch (error) {
        if (!(error instanceof CoerError)) throw error;
        note ??= `not readable as ${standardName(name)}: ${error.message}`;
      }
    }
  }
  return note === undefined || psid === undefined ? undefined : { kind: 'note', note };
}

const isMessageFrame = ({ owner, field, psid }: OctetsPlace): boolean =>
  owner.name === 'V2XSecData' && field === 'unsecuredData' && psid !== undefined && MESSAGES.includes(psid);

/** The applications of vehicles and of roadside units alike: which message came is shown, whoever may send it. */
const MESSAGES: readonly number[] = Object.values(MESSAGE_AIDS).flat();

function messageFrame(octets: Uint8Array): Content {
  try {
    return { kind: 'plain', type: MessageFrame, value: decodeMessageFrame(octets) };
  } catch (error) {
    if (error instanceof UperError) return { kind: 'note', note: `not readable as a message: ${error.message}` };
    throw error;
  }
}

/** By the SEQUENCE around octets, the types that they may be, the likelier first. */
const CANDIDATES: ReadonlyMap<string, (place: OctetsPlace) => Candidate[]> = new Map([
  ['V2XSecData', secDataContent],
  ['PsidSsp', sspContent],
  ['PsidSspRange', sspContent],
  ['MultiSignedCtl', ctlContent],
  ['AidSpecificReport', () => types(TemplateAsr)],
  ['V2xPduStream', ({ owner }) => (numberIn(owner, 'type') === SIGNED_MESSAGE ? types(V2XSecData) : [])],
  ['ContributedExtensionBlock', () => types(Extension)],
  ['AppExtension', ({ owner }) => (numberIn(owner, 'id') === ORGANIZATION ? types(OperatingOrganizationId) : [])],
]);

/** Whether octets in such a SEQUENCE may hold something: the cheap question before the others. */
export const mayHoldContent = (owner: Owner): boolean => CANDIDATES.has(owner.name);

const numberIn = ({ value }: Owner, key: string): number => (value as Record<string, number>)[key] as number;

function ctlContent({ owner, field }: OctetsPlace): Candidate[] {
  if (numberIn(owner, 'type') !== FULL_IEEE_CTL) return [];
  return field === 'tbsCtl' ? types(FullIeeeTbsCtl) : types(SequenceOfCertificate);
}

/** The permissions of a part of the credential system. */
function sspContent({ field, psid }: OctetsPlace): Candidate[] {
  if (field !== 'opaque') return [];
  if (psid === ccsa.aid.management) return types(ScmsSsp);
  if (psid === ieee.aid.management) return types(SecurityMgmtSsp);
  if (isOf(psid, 'crl')) return types(CrlSsp);
  return psid === ACPC_PSID ? types(AcpcSsp) : [];
}

function secDataContent(place: OctetsPlace): Candidate[] {
  switch (place.field) {
    case 'signedCertificateRequest':
      return isOfIeee(place.octets[1], place.profile)
        ? types(IeeeSignedCertificateRequest, SignedCertificateRequest)
        : types(SignedCertificateRequest, IeeeSignedCertificateRequest);
    case 'signedX509CertificateRequest':
      return types(SignedX509CertificateRequest);
    default:
      return payloadOf(place);
  }
}

/** The payload of signed data follows from its application; unsecured data alone is a message for everybody, or a wrapping. */
function payloadOf({ psid, octets, profile }: OctetsPlace): Candidate[] {
  const pdus = isOfIeee(octets[0], profile) ? types(IeeeScmsPdu, ScmsPdu) : types(ScmsPdu, IeeeScmsPdu);
  if (psid === undefined) return [...types(V2XSecData), ...pdus];
  if (isOf(psid, 'management')) return [...pdus, ...types(V2XSecData)];
  if (isOf(psid, 'crl')) return types(CrlContents);
  if (psid === ccsa.aid.misbehaviour) return types(MisbehaviourReport, EtsiTs103759Mbr);
  if (psid === ieee.aid.misbehaviour) return types(EtsiTs103759Mbr);
  return psid === ACPC_PSID ? types(AcpcPdu) : [];
}

/** By the version of the ScmsPdu, and by the profile where that is another number. */
function isOfIeee(version: number | undefined, profile: Profile): boolean {
  return version === ieee.scmsVersion || (version !== ccsa.scmsVersion && profile.name === 'ieee');
}
