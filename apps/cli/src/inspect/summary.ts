/** The first lines about a file: what it is, and of the types that operators handle what they ask first. */
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
  if (inspection.kind === 'undecoded') return [`${file}: ${type}, ${size}`, `  not decoded: ${inspection.error}`];
  const { name } = inspection.profile;
  const title = CHINESE[type] === undefined ? type : `${type} ${CHINESE[type]}`;
  const details = detailsOf(inspection);
  return [
    `${file}: ${title}, ${size}, profile ${name} (${STANDARDS[name]})`,
    ...details.map(([label, words]) => `  ${padded(label)}${words}`),
  ];
}

function detailsOf({ tree, layers }: Decoded): Line[] {
  const through: Line[] = layers.length > 0 ? [['carries', layers.join(' › ')]] : [];
  switch (tree.type) {
    case 'Certificate':
      return certificateLines(tree.value as Certificate);
    case 'V2XSecData':
      return [...through, ...signedLines(tree), ...crlLines(find(tree, 'CrlContents'))];
    case 'CrlContents':
      return crlLines(tree);
    case 'RootCtl':
    case 'PkiCtl':
      return listLines(tree);
    default:
      return through;
  }
}

/** The first field of a type, from the outside inwards and in the order of the bytes. */
function find(field: Field, type: string): Field | undefined {
  if (field.type === type) return field;
  for (const child of field.children) {
    const found = find(child, type);
    if (found !== undefined) return found;
  }
  return undefined;
}

function certificateLines(certificate: Certificate): Line[] {
  const { type, issuer, toBeSigned } = certificate.value;
  const tbs = toBeSigned.value;
  return [
    ['HashedId8', idWords(certificate)],
    ['of', `${holderWords(certificate)}, ${type}`],
    ['issued by', issuerWords(issuer)],
    ['valid 有效期', validityWords(tbs.validityPeriod)],
    ...(tbs.region === undefined ? [] : [['region', regionWords(tbs.region)] as const]),
    ...(tbs.appPermissions ?? []).map((permission): Line => ['may use', permissionWords(permission)]),
    ...(tbs.certIssuePermissions ?? []).map((group): Line => ['may certify', groupWords(group)]),
    ...(tbs.certRequestPermissions ?? []).map((group): Line => ['may request', groupWords(group)]),
  ];
}

function signedLines(tree: Field): Line[] {
  const signed = find(tree, 'SignedData')?.value as SignedData | undefined;
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

function crlLines(field: Field | undefined): Line[] {
  if (field === undefined) return [];
  const { crlSeries, crlCraca, issueDate, nextCrl, typeSpecific } = field.value as CrlContents;
  return [
    ['CRL', `${typeSpecific.kind}, series ${crlSeries} of CRACA ${hexOf(crlCraca)}`],
    ['issued', `${time32Words(issueDate)}, next ${time32Words(nextCrl)}`],
    ['revokes', revokedWords(field)],
  ];
}

function revokedWords(field: Field): string {
  const chains = countOf(field, 'IndividualRevocation') + countOf(field, 'GroupCrlEntry');
  const certificates = countOf(field, 'HashBasedRevocationInfo');
  if (chains + certificates === 0) return 'nothing';
  return certificates > 0 ? plural(certificates, 'certificate') : plural(chains, 'device');
}

function countOf(field: Field, type: string): number {
  const own = field.type === type ? 1 : 0;
  return field.children.reduce((sum, child) => sum + countOf(child, type), own);
}

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
