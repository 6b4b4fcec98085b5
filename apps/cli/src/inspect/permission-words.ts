/** Permissions in words: what a certificate may say, what it may certify, and what may be asked for with it. */
import type { UnknownAlternative } from '#coer/choice.js';
import { tryDecode } from '#coer/codec.js';
import { ccsa, ieee } from '#credentials/profile.js';
import type { PsidSsp, PsidSspRange } from '#wire/base-types.js';
import { CrlSsp } from '#wire/crl.js';
import { SecurityMgmtSsp } from '#wire/dot2dot1/security-mgmt-ssp.js';
import { rightsOf } from '#wire/message-applications.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { PsidGroupPermissions } from '#wire/secured-data.js';
import { applicationName } from './application-names.js';
import { hexOf } from './json-value.js';
import { plural } from './time-words.js';

/** The parts of a credential system, as its two types of SSP name them. */
const PARTS: Readonly<Record<ScmsSsp['kind'] | SecurityMgmtSsp['kind'], string>> = {
  elector: 'elector',
  root: 'root CA 根CA',
  pg: 'policy generator',
  ica: 'ICA 中间CA',
  eca: 'ECA 注册CA',
  aca: 'PCA or ACA 假名证书CA',
  cra: 'CRA 证书撤销机构',
  crl: 'CRL signer',
  dcm: 'DCM 设备配置管理',
  la: 'LA 链接值机构',
  lop: 'location obscurer',
  ma: 'MA 异常行为管理机构',
  ra: 'PRA 假名证书注册机构',
  ee: 'end entity 终端',
  dc: 'distribution centre',
};

/** The part that an SSP under the management AID or PSID makes of its holder. */
function partOf(aid: number, octets: Uint8Array): string | undefined {
  if (aid !== ccsa.aid.management && aid !== ieee.aid.management) return undefined;
  const ssp = aid === ccsa.aid.management ? tryDecode(ScmsSsp, octets) : tryDecode(SecurityMgmtSsp, octets);
  if (!ssp.ok) return undefined;
  const { kind, value } = ssp.value;
  return `as ${PARTS[kind]}${kind === 'la' ? ` ${value.laId}` : ''}`;
}

function crlsOf(aid: number, octets: Uint8Array): string | undefined {
  if (aid !== ccsa.aid.crl && aid !== ieee.aid.crl) return undefined;
  const ssp = tryDecode(CrlSsp, octets);
  if (!ssp.ok) return undefined;
  const { associatedCraca, crls } = ssp.value;
  return `${associatedCraca === 'isCraca' ? 'as CRACA' : 'for its issuer as CRACA'}, series ${crls.join(', ')}`;
}

/** `3627 security management 安全管理, as root CA 根CA`. */
export function permissionWords({ psid, ssp }: PsidSsp): string {
  const name = applicationName(psid);
  switch (ssp?.kind) {
    case 'opaque':
      return `${name}, ${partOf(psid, ssp.value) ?? crlsOf(psid, ssp.value) ?? `SSP ${hexOf(ssp.value) || 'empty'}`}`;
    case 'bitmapSsp':
      return `${name}, SSP bits ${hexOf(ssp.value)}${rightsWords({ psid, ssp })}`;
    default:
      return name;
  }
}

/** What the bits allow under an application of the road, as far as they have names. */
function rightsWords(permission: PsidSsp): string {
  const rights = [...rightsOf(permission)];
  return rights.length === 0 ? '' : ` (${rights.join(', ')})`;
}

/** An application and which SSPs of it. */
export function rangeWords({ psid, sspRange }: PsidSspRange): string {
  const name = applicationName(psid);
  switch (sspRange?.kind) {
    case 'opaque':
      return `${name}, ${sspRange.value.length === 1 ? 'one SSP' : `${sspRange.value.length} SSPs`}`;
    case 'bitmapSspRange':
      return `${name}, SSP bits in a range`;
    default:
      return name;
  }
}

/** The length of chains below, down to and including the end entity's certificate. */
function chainWords(shortest: number, range: number): string {
  if (range === -1) return shortest <= 1 ? 'in chains of any length' : `in chains of ${shortest} or more certificates`;
  if (range === 0 && shortest === 1) return 'directly';
  return range === 0
    ? `in chains of ${plural(shortest, 'certificate')}`
    : `in chains of ${shortest} to ${shortest + range} certificates`;
}

function subjectWords(subject: PsidGroupPermissions['subjectPermissions'] | UnknownAlternative): string {
  switch (subject.kind) {
    case 'explicit':
      return subject.value.map(rangeWords).join('; ');
    case 'all':
      return 'any application not named beside';
    case 'unknown':
      return 'what a later edition says';
  }
}

const TYPES: Readonly<Record<string, string>> = { app: 'applications', enroll: 'enrolment' };

/** `any application not named beside – in chains of 2 or more certificates, for applications and enrolment`. */
export function groupWords(group: PsidGroupPermissions): string {
  const { subjectPermissions, minChainLength, chainLengthRange, eeType } = group;
  const what = subjectWords(subjectPermissions);
  const types = [...eeType].map((type) => TYPES[type] ?? type).join(' and ') || 'nobody';
  return `${what} – ${chainWords(minChainLength, chainLengthRange)}, for ${types}`;
}
