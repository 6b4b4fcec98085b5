/** The kinds of samples, in the order in which `chrysalis sample list` names them: a new one is a line here. */
import type { Codec } from '#coer/codec.js';
import type { Profile } from '#credentials/profile.js';
import { MisbehaviourReportData, SaeJ3287Data } from '#wire/misbehaviour-report.js';
import { Certificate, V2XSecData } from '#wire/secured-data.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import type { House, MemberName } from './house.js';
import * as lists from './lists.js';
import { ofCertificate, type Made } from './made.js';
import * as messages from './provisioning-messages.js';
import * as road from './road-messages.js';
import type { RoadsideKind } from './roadside-payloads.js';

export interface SampleKind {
  readonly name: string;
  readonly says: string;
  /** The profiles that have it. */
  readonly profiles: readonly Profile['name'][];
  /** What `chrysalis inspect --type` calls it. */
  readonly type: string;
  readonly codec: Codec<unknown>;
  make(house: House): Promise<Made>;
}

type Profiles = SampleKind['profiles'];
const BOTH: Profiles = ['ccsa', 'ieee'];
const CCSA: Profiles = ['ccsa'];
const IEEE: Profiles = ['ieee'];

const certificate = (name: MemberName, says: string, profiles = BOTH): SampleKind => ({
  name,
  says,
  profiles,
  type: 'Certificate',
  codec: Certificate,
  make: async (house) => ofCertificate(await house.member(name)),
});

/** Signed, encrypted or plain data, of whatever content. */
const data = (
  name: string,
  says: string,
  make: SampleKind['make'],
  type = 'V2XSecData',
  profiles = BOTH,
): SampleKind => ({ name, says, profiles, type, codec: V2XSecData, make });

const report = (name: string, says: string, form: 'plaintext' | 'signed' | 'sTE'): SampleKind[] => [
  {
    name,
    says,
    profiles: CCSA,
    type: 'MisbehaviourReportData',
    codec: MisbehaviourReportData,
    make: (house) => road.misbehaviourReport(house, form),
  },
  {
    name,
    says,
    profiles: IEEE,
    type: 'SaeJ3287Data',
    codec: SaeJ3287Data,
    make: (house) => road.misbehaviourReport(house, form),
  },
];

const ROADSIDE_WORDS: Readonly<Record<RoadsideKind, string>> = {
  map: 'MAP (地图消息)',
  spat: 'SPAT (信号灯消息)',
  rsi: 'RSI (路侧信息)',
  rsm: 'RSM (路侧安全消息)',
};

export const sampleKinds: readonly SampleKind[] = [
  certificate('trcla', 'TRCLA, who signs the list of roots (可信根列表机构)', CCSA),
  certificate('elector', 'elector, who signs the trust list', IEEE),
  certificate('root', 'root CA (根CA)'),
  certificate('ica', 'intermediate CA (中间CA)'),
  certificate('eca', 'enrolment CA (注册CA)'),
  certificate('pra', 'pseudonym RA (假名证书注册机构)'),
  certificate('pca', 'pseudonym CA (假名证书CA)'),
  certificate('ara', 'RA of application and identity certificates'),
  certificate('aca', 'CA of application and identity certificates (应用证书CA)'),
  certificate('la', 'linkage authority (链接值机构)'),
  certificate('la2', 'the other linkage authority'),
  certificate('ma', 'misbehaviour authority (异常行为管理机构)'),
  certificate('cra', 'signer of CRLs (证书撤销机构)'),
  certificate('aaa', 'authentication and authorisation authority (认证授权机构)'),
  certificate('ec', 'enrolment certificate of a device (注册证书)'),
  certificate('pc', 'pseudonym certificate, explicit (假名证书)'),
  certificate('pc-implicit', 'pseudonym certificate, implicit: ECQV with SM2, by analogy', IEEE),
  certificate('pc-revoked', 'pseudonym certificate of a device that the CRLs revoke'),
  certificate('ac', 'application certificate of a roadside unit (应用证书)'),
  certificate('identity', 'identity certificate of a fire engine (身份证书)'),

  data('spdu', 'signed BSM with its certificate', (house) => road.bsmSpdu(house, 'pc', 'certificate')),
  data('spdu-digest', 'signed BSM with the digest of its certificate', (house) => road.bsmSpdu(house, 'pc', 'digest')),
  data('spdu-revoked', 'signed BSM of the device that is revoked', (house) =>
    road.bsmSpdu(house, 'pc-revoked', 'certificate'),
  ),
  data(
    'spdu-implicit',
    'signed BSM with an implicit certificate',
    (house) => road.bsmSpdu(house, 'pc-implicit', 'certificate'),
    'V2XSecData',
    IEEE,
  ),
  ...(['map', 'spat', 'rsi', 'rsm'] as const).map((kind) =>
    data(
      `spdu-${kind}`,
      `signed ${ROADSIDE_WORDS[kind]} of the roadside unit of ac`,
      (house) => road.roadsideSpdu(house, kind),
      'V2XSecData',
      CCSA,
    ),
  ),
  data('spdu-encrypted', 'signed BSM, encrypted for the holder of `identity`', road.encryptedSpdu),
  ...report('misbehaviour-report', 'report of a message, signed, encrypted for the MA', 'sTE'),
  ...report('misbehaviour-report-signed', 'report of a message, signed', 'signed'),
  ...report('misbehaviour-report-plain', 'report of a message, in the open', 'plaintext'),

  data('crl-linked', 'CRL by linkage seed: revokes the device of pc-revoked', lists.linkedCrl, 'SecuredCrl'),
  data('crl-delta', 'delta CRL by linkage seed', lists.linkedDelta, 'SecuredCrl'),
  data(
    'crl-hash',
    'CRL by hash: revokes the certificate pc-revoked',
    (house) => lists.hashCrl(house, 'fullHashCrl'),
    'SecuredCrl',
  ),
  data('crl-hash-delta', 'delta CRL by hash', (house) => lists.hashCrl(house, 'deltaHashCrl'), 'SecuredCrl'),
  {
    name: 'trcl',
    says: 'list of trusted roots (可信根证书列表)',
    profiles: CCSA,
    type: 'RootCtl',
    codec: RootCtl,
    make: lists.trcl,
  },
  {
    name: 'tdcl',
    says: "list of the CAs of a root's domain (可信域CA证书列表)",
    profiles: CCSA,
    type: 'PkiCtl',
    codec: PkiCtl,
    make: lists.tdcl,
  },
  data('ctl', 'trust list, signed by one elector', lists.ctl, 'MultiSignedCtlSpdu', IEEE),
  data('ctl-signature', "the elector's signature of the trust list", lists.ctlSignature, 'CtlSignatureSpdu', IEEE),
  data('composite', 'file of CRLs, in the IEEE profile with the trust list', lists.compositeCrl, 'CompositeCrlSpdu'),
  data('chain', 'chain file, from the PCA to the root', lists.certificateChain, 'CertificateChainSpdu'),
  data(
    'info-status',
    'when each file was last renewed',
    lists.infoStatus,
    'CertificateManagementInformationStatusSpdu',
    IEEE,
  ),

  data('ee-eca-request', 'a device asks for its enrolment certificate', messages.eeEcaRequest, 'EeEcaCertRequestSpdu'),
  data('eca-ee-response', 'the ECA answers with it', messages.ecaEeResponse, 'EcaEeCertResponseSpdu'),
  data(
    'ee-ra-request',
    'a device asks for pseudonyms, encrypted',
    messages.encryptedEeRaRequest,
    'EeRaCertRequestSpdu',
  ),
  data('ra-ee-ack', 'the RA has taken the request', messages.raEeAck, 'RaEeCertAckSpdu'),
  data('ra-ee-info', 'the .info file of a period', messages.raEeInfo, 'RaEeCertInfoSpdu'),
  data('download-request', 'a device asks for its file', messages.downloadRequest, 'EeRaDownloadRequestSpdu'),
  data('ra-aca-request', 'the RA asks for one pseudonym', messages.raAcaRequest, 'RaAcaCertRequestSpdu'),
  data('aca-ra-response', 'the CA answers the RA', messages.acaRaResponse, 'AcaRaCertResponseSpdu'),
  data('aca-response', 'the CA answers the device, sealed', messages.acaResponse, 'AcaEeCertResponsePrivateSpdu'),
  data('aca-response-plain', 'the same, in the open', messages.acaResponsePlain, 'AcaEeCertResponsePlainSpdu'),
  data(
    'pra-la-request',
    'the RA asks an LA for linkage values',
    messages.praLaRequest,
    'PraLaIndividualLinkageValueRequestSpdu',
    CCSA,
  ),
  data('la-pra-response', 'the LA gives them, sealed', messages.laPraResponse, 'LaPraLinkageValueResponseSpdu', CCSA),
  data('ma-la-request', 'the MA asks an LA for a seed', messages.maLaRequest, 'MaLaLinkageSeedRequestSpdu', CCSA),
  data('la-ma-response', 'the LA gives it', messages.laMaResponse, 'LaMaLinkageSeedResponseSpdu', CCSA),
];
