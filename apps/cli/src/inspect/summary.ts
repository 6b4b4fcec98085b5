/** The first lines about a file: what it is, and of the types that operators handle what they ask first. */
import type { MisbehaviourReport } from '#wire/misbehaviour-report.js';
import type { ToBeSignedPkiCtl, ToBeSignedRootCtl } from '#wire/trust-lists.js';
import type { CrlContents } from '#wire/crl.js';
import type { Certificate, SignedData, SignerIdentifier } from '#wire/secured-data.js';
import { applicationName } from './application-names.js';
import { certificateWords, holderWords, idWords, issuerWords, quoted, regionWords } from './certificate-words.js';
import type { Field } from './field-tree.js';
import type { Decoded, Inspection } from './inspection.js';
import { hexOf } from './json-value.js';
import { groupWords, permissionWords } from './permission-words.js';
import { plural, time32Words, time64Words, validityWords } from './time-words.js';

/** What a type is called in Chinese, where operators have a word for it (GLOSSARY.md). */
const CHINESE: Readonly<Record<string, string>> = {
  Certificate: '证书',
  V2XSecData: '安全协议数据单元',
  Ieee1609Dot2Data: '安全协议数据单元',
  SecuredCrl: '证书撤销列表',
  CrlContents: '证书撤销列表内容',
  RootCtl: '可信根证书列表 TRCL',
  PkiCtl: '可信域CA证书列表 TDCL',
  CompositeCrl: '组合证书撤销列表',
  CompositeCrlSpdu: '组合证书撤销列表',
  CertificateChain: '证书链',
  CertificateChainSpdu: '证书链',
  MultiSignedCtl: '多签名证书信任列表',
  MultiSignedCtlSpdu: '多签名证书信任列表',
  MisbehaviourReport: '异常行为报告',
  MisbehaviourReportData: '异常行为报告',
};
const STANDARDS = { ccsa: 'YD/T 3957', ieee: 'IEEE 1609.2' } as const;

const LABEL_WIDTH = 14;
/** To the width of the labels on a terminal, where a Chinese character takes two places. */
const padded = (label: string): string =>
  label + ' '.repeat(LABEL_WIDTH - label.length - (label.match(/\p{Script=Han}/gu)?.length ?? 0));

type Line = readonly [label: string, words: string];

export function summaryLines(file: string, inspection: Inspection): string[] {
  const { type, bytes, encoding } = inspection;
  const from = encoding === 'binary' ? '' : ` from ${encoding} text`;
  const size = `${plural(bytes.length, 'byte')}${from}`;
  const name = shown(file);
  if (inspection.kind === 'undecoded') return [`${name}: ${type}, ${size}`, `  not decoded: ${inspection.error}`];
  const profile = inspection.profile.name;
  const title = CHINESE[type] === undefined ? type : `${type} ${CHINESE[type]}`;
  const details = detailsOf(inspection);
  return [
    `${name}: ${title}, ${size}, profile ${profile} (${STANDARDS[profile]})`,
    ...details.map(([label, words]) => `  ${padded(label)}${words}`),
  ];
}

/** The name of a file, in quotes when it could steer a terminal. */
const shown = (file: string): string => (/[\p{Cc}\p{Cf}]/u.test(file) ? quoted(file) : file);

function detailsOf({ type, tree, layers }: Decoded): Line[] {
  const through: Line[] = layers.length > 0 ? [['carries', layers.join(' › ')]] : [];
  const signed = layers[0] === 'signedData' ? signedLines(tree) : [];
  switch (tree.type) {
    case 'Certificate':
      return certificateLines(tree.value as Certificate);
    case 'RootCtl':
    case 'PkiCtl':
      return listLines(tree);
    default:
      return [...through, ...signed, ...crlLines(type, tree), ...reportLines(tree)];
  }
}

/** The fields of a type, from the outside inwards and in the order of the bytes. */
function find(field: Field, type: string): Field[] {
  const found: Field[] = [];
  const look = (one: Field): void => {
    if (one.type === type) found.push(one);
    one.children.forEach(look);
  };
  look(field);
  return found;
}

function certificateLines(certificate: Certificate): Line[] {
  const { type, issuer, toBeSigned } = certificate.value;
  const tbs = toBeSigned.value;
  return [
    ['HashedId8', idWords(certificate)],
    ['holder', `${holderWords(certificate)}, ${type}`],
    ['issued by', issuerWords(issuer)],
    ['valid 有效期', validityWords(tbs.validityPeriod)],
    ...(tbs.region === undefined ? [] : [['region', regionWords(tbs.region)] as const]),
    ...(tbs.appPermissions ?? []).map((permission): Line => ['may use', permissionWords(permission)]),
    ...(tbs.certIssuePermissions ?? []).map((group): Line => ['may certify', groupWords(group)]),
    ...(tbs.certRequestPermissions ?? []).map((group): Line => ['may request', groupWords(group)]),
  ];
}

function signedLines(tree: Field): Line[] {
  const signed = find(tree, 'SignedData')[0]?.value as SignedData | undefined;
  if (signed === undefined) return [];
  const { psid, generationTime } = signed.tbsData.value.headerInfo;
  return [
    ['application', applicationName(psid)],
    ...(generationTime === undefined ? [] : [['generated', time64Words(generationTime)] as const]),
    ['signed by', signerWords(signed.signer)],
  ];
}

function signerWords(signer: SignerIdentifier): string {
  switch (signer.kind) {
    case 'digest':
      return `the certificate with HashedId8 ${hexOf(signer.value)}`;
    case 'certificate':
      return signer.value[0] === undefined ? 'no certificate' : certificateWords(signer.value[0]);
    case 'self':
      return 'itself';
    case 'x509':
      return 'an X.509 certificate';
    default:
      return 'a signer of a later edition';
  }
}

/** One list in three lines; of many, one each. */
function crlLines(type: string, tree: Field): Line[] {
  const lists = find(tree, 'CrlContents');
  const isOne = type === 'SecuredCrl' || type === 'CrlContents';
  return lists.flatMap((list): Line[] => {
    const { crlSeries, crlCraca, issueDate, nextCrl, typeSpecific } = list.value as CrlContents;
    const which = `${typeSpecific.kind}, series ${crlSeries} of CRACA ${hexOf(crlCraca)}`;
    if (!isOne) return [['CRL', `${which}, revokes ${revokedWords(list)}`]];
    return [
      ['CRL', which],
      ['issued', `${time32Words(issueDate)}, next ${time32Words(nextCrl)}`],
      ['revokes', revokedWords(list)],
    ];
  });
}

function reportLines(tree: Field): Line[] {
  const reports = [...find(tree, 'MisbehaviourReport'), ...find(tree, 'EtsiTs103759Mbr')];
  return reports.map(({ value }): Line => {
    const { generationTime, report } = value as MisbehaviourReport;
    return ['report', `about ${applicationName(report.aid)}, of ${time64Words(generationTime)}`];
  });
}

/** Each entry is a device's chain of certificates, with a seed of each LA or of one alone; or a certificate by its hash. */
function revokedWords(list: Field): string {
  const entries = ['IndividualRevocation', 'GroupCrlEntry', 'GroupSingleSeedCrlEntry'];
  const seeds = find(list, 'SequenceOfLinkageSeed').reduce((sum, { children }) => sum + children.length, 0);
  const devices = entries.reduce((sum, type) => sum + countOf(list, type), seeds);
  const certificates = countOf(list, 'HashBasedRevocationInfo');
  if (devices + certificates === 0) return 'nothing';
  return certificates > 0 ? plural(certificates, 'certificate') : plural(devices, 'device');
}

const countOf = (field: Field, type: string): number => find(field, type).length;

function listLines(tree: Field): Line[] {
  const { value } = tree.children[0]?.value as { value: ToBeSignedRootCtl | ToBeSignedPkiCtl };
  const head: Line[] = [['issued by', issuerWords(value.issuer)]];
  if ('pkiCtlInfoList' in value) {
    head.push([
      'issued',
      `${time32Words(value.issueDate)}, next ${time32Words(value.nextRootCtl)}, series ${value.series}`,
    ]);
    return [
      ...head,
      ...value.pkiCtlInfoList.map(({ rootCertificate, caListUrl }): Line => {
        return [
          'root 根CA',
          `${certificateWords(rootCertificate)}${caListUrl === undefined ? '' : `, ${quoted(caListUrl)}`}`,
        ];
      }),
    ];
  }
  head.push([
    'issued',
    `${time32Words(value.issueDate)}, next ${time32Words(value.nextPkiCtl)}, series ${value.series}`,
  ]);
  const certificates = value.pkiCertInfoList.flatMap(({ certificate }) => certificate);
  return [...head, ...certificates.map((one): Line => ['CA', certificateWords(one)])];
}
