/**
 * The types that the inspector knows. Two tables: what a file may be when nobody says, in the order of plausibility, and
 * the modules whose types `--type` finds by name. A new message is a line in the first, a new module a line in the second.
 */
import type { Codec } from '#coer/codec.js';
import type { Profile } from '#credentials/profile.js';
import * as baseTypes from '#wire/base-types.js';
import * as crl from '#wire/crl.js';
import * as acaRa from '#wire/dot2dot1/aca-ra.js';
import * as acpc from '#wire/dot2dot1/acpc.js';
import * as camRa from '#wire/dot2dot1/cam-ra.js';
import * as certManagement from '#wire/dot2dot1/cert-management.js';
import * as ecaEe from '#wire/dot2dot1/eca-ee.js';
import * as eeRa from '#wire/dot2dot1/ee-ra.js';
import * as ieeeScmsPdu from '#wire/dot2dot1/scms-pdu.js';
import * as securityMgmtSsp from '#wire/dot2dot1/security-mgmt-ssp.js';
import * as misbehaviourReport from '#wire/misbehaviour-report.js';
import * as scmsPdu from '#wire/scms-pdu.js';
import * as scmsSsp from '#wire/scms-ssp.js';
import * as securedData from '#wire/secured-data.js';
import * as transparencyLog from '#wire/transparency-log.js';
import * as trustLists from '#wire/trust-lists.js';
import { ccsaSpdus, ieeeSpdus } from '#wire/scms-spdus.js';

export type ProfileName = Profile['name'];

export interface KnownType {
  /** The name of its codec in libs/wire. */
  readonly name: string;
  readonly codec: Codec<unknown>;
  /** The standard that alone has it. */
  readonly profile?: ProfileName;
  /** How its bytes begin, in hexadecimal, where that tells it even when the rest is damaged. */
  readonly begins?: RegExp;
  /** Says of a value whether it is one of this type rather than of a later one in the list with the same form. */
  readonly isLikely?: (value: unknown) => boolean;
}

const hasVersion =
  (version: number, under = (value: unknown) => value) =>
  (value: unknown): boolean =>
    (under(value) as { version: number }).version === version;
const requestOf = (value: unknown): unknown => (value as { tbsRequest: { value: unknown } }).tbsRequest.value;

const {
  IeeeCertificateChain,
  IeeeCertManagementPdu,
  IeeeCompositeCrl,
  FullIeeeTbsCtl,
  MultiSignedCtl,
  SequenceOfCertificate,
} = certManagement;
const { IeeeScmsPdu, IeeeSignedCertificateRequest, SignedX509CertificateRequest } = ieeeScmsPdu;
const { CertificateChain, CertManagementPdu, CompositeCrl, ScmsPdu, SignedCertificateRequest } = scmsPdu;
const ccsaVersion = ccsaSpdus.version;
const ieeeVersion = ieeeSpdus.version;

/** What a file is taken for without `--type`: the first that reads all of it. */
export const detectableTypes: readonly KnownType[] = [
  { name: 'Certificate', begins: /^(80|00)03(00|01)8/, codec: securedData.Certificate },
  { name: 'V2XSecData', begins: /^038[0-4]/, codec: securedData.V2XSecData },
  { name: 'ScmsPdu', begins: /^018[0-9a]8/, codec: ScmsPdu, profile: 'ccsa', isLikely: hasVersion(ccsaVersion) },
  {
    name: 'IeeeScmsPdu',
    begins: /^028[0-9a]8/,
    codec: IeeeScmsPdu,
    profile: 'ieee',
    isLikely: hasVersion(ieeeVersion),
  },
  { name: 'RootCtl', begins: /^018(0|308|208|10[0-2])/, codec: trustLists.RootCtl, profile: 'ccsa' },
  { name: 'PkiCtl', begins: /^018(0|308|208|10[0-2])/, codec: trustLists.PkiCtl, profile: 'ccsa' },
  { name: 'MultiSignedCtl', codec: MultiSignedCtl, profile: 'ieee' },
  { name: 'CompositeCrl', codec: CompositeCrl, profile: 'ccsa' },
  { name: 'IeeeCompositeCrl', codec: IeeeCompositeCrl, profile: 'ieee' },
  { name: 'CertificateChain', codec: CertificateChain, profile: 'ccsa' },
  { name: 'IeeeCertificateChain', codec: IeeeCertificateChain, profile: 'ieee' },
  { name: 'SequenceOfCertificate', codec: SequenceOfCertificate },
  {
    name: 'SignedCertificateRequest',
    begins: /^0[0-2]018[0-9a]8/,
    codec: SignedCertificateRequest,
    profile: 'ccsa',
    isLikely: hasVersion(ccsaVersion, requestOf),
  },
  {
    name: 'IeeeSignedCertificateRequest',
    begins: /^0[0-2]028[0-9a]8/,
    codec: IeeeSignedCertificateRequest,
    profile: 'ieee',
    isLikely: hasVersion(ieeeVersion, requestOf),
  },
  { name: 'SignedX509CertificateRequest', codec: SignedX509CertificateRequest, profile: 'ieee' },
  {
    name: 'MisbehaviourReportData',
    codec: misbehaviourReport.MisbehaviourReportData,
    profile: 'ccsa',
    isLikely: hasVersion(1),
  },
  { name: 'SaeJ3287Data', codec: misbehaviourReport.SaeJ3287Data, profile: 'ieee', isLikely: hasVersion(1) },
  { name: 'EtsiTs103759Data', codec: misbehaviourReport.EtsiTs103759Data, profile: 'ieee' },
  { name: 'CrlContents', codec: crl.CrlContents },
  { name: 'ToBeSignedRootCtl', codec: trustLists.ToBeSignedRootCtl, profile: 'ccsa' },
  { name: 'ToBeSignedPkiCtl', codec: trustLists.ToBeSignedPkiCtl, profile: 'ccsa' },
  { name: 'FullIeeeTbsCtl', codec: FullIeeeTbsCtl, profile: 'ieee' },
  { name: 'ToBeSignedCertificate', codec: securedData.ToBeSignedCertificate },
  { name: 'ToBeSignedData', codec: securedData.ToBeSignedData },
  { name: 'SignedData', codec: securedData.SignedData },
  { name: 'EncryptedData', codec: securedData.EncryptedData },
  { name: 'CertManagementPdu', codec: CertManagementPdu, profile: 'ccsa' },
  { name: 'IeeeCertManagementPdu', codec: IeeeCertManagementPdu, profile: 'ieee' },
  { name: 'MisbehaviourReport', codec: misbehaviourReport.MisbehaviourReport, profile: 'ccsa' },
  { name: 'EtsiTs103759Mbr', codec: misbehaviourReport.EtsiTs103759Mbr, profile: 'ieee' },
];

const modules: readonly Readonly<Record<string, unknown>>[] = [
  baseTypes,
  securedData,
  crl,
  trustLists,
  transparencyLog,
  scmsPdu,
  scmsSsp,
  misbehaviourReport,
  ieeeScmsPdu,
  acaRa,
  acpc,
  camRa,
  certManagement,
  ecaEe,
  eeRa,
  securityMgmtSsp,
];

/** Other names of the same forms, as IEEE 1609.2 and ETSI have them. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Ieee1609Dot2Data: 'V2XSecData',
    SecuredCrl: 'V2XSecData',
    CertificateBase: 'Certificate',
    Psid: 'Aid',
    SaeJ3287Mbr: 'EtsiTs103759Mbr',
  }),
);

const isCodec = (value: unknown): value is Codec<unknown> =>
  typeof value === 'object' && value !== null && 'read' in value && 'write' in value && 'shape' in value;

const byName: ReadonlyMap<string, Codec<unknown>> = new Map(
  modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, value]): [string, Codec<unknown>][] =>
      isCodec(value) ? [[name, value]] : [],
    ),
  ),
);

/** The names that `--type` takes, beside aliases and the names of whole messages (`…Spdu`). */
export const typeNames = (): string[] => [...byName.keys()].sort();

/** The type of the standard behind a name of libs/wire, where two types of one name are told apart by a word in front. */
export const standardName = (name: string): string =>
  name.replace(/^Ieee(?=[A-Z])/, '').replace(/CertificateBase$/, 'Certificate');

/** As `standardName`; IEEE 1609.2 and YD/T 3957 call one form by two names. */
export const typeLabel = (name: string, profile: ProfileName): string =>
  name === 'V2XSecData' && profile === 'ieee' ? 'Ieee1609Dot2Data' : standardName(name);

/** The names of whole messages: a wrapped ScmsPdu. */
export const isSpduName = (name: string): boolean =>
  Object.hasOwn(ccsaSpdus.forms, name) || Object.hasOwn(ieeeSpdus.forms, name);

/**
 * The types that `--type name` may mean, the likelier first: where the two standards form one name differently both,
 * unless the profile says which. None for a name that nobody has.
 */
export function typesNamed(name: string, profile: ProfileName | undefined): KnownType[] {
  const plain = isSpduName(name) ? 'V2XSecData' : (aliases.get(name) ?? name);
  const found = [plain, `Ieee${plain}`].flatMap((one): KnownType[] => {
    const codec = byName.get(one);
    return codec === undefined
      ? []
      : [detectableTypes.find((type) => type.name === one) ?? { name: one, codec, ...ownerOf(one) }];
  });
  const fitting = found.filter(
    (type) => profile === undefined || type.profile === undefined || type.profile === profile,
  );
  return fitting.length > 0 ? fitting : found;
}

/** The word in front tells that IEEE's form of the name is another one, and so that the one without is CCSA's. */
function ownerOf(name: string): { profile?: ProfileName } {
  if (name.startsWith('Ieee')) return { profile: 'ieee' };
  return byName.has(`Ieee${name}`) ? { profile: 'ccsa' } : {};
}
