/**
 * What the certificate of each authority says: its role, what it may issue, its CRL series. One table, used by those who
 * ask for a certificate, by the ceremony that signs it, and by tests.
 */
import { encode } from '#coer/codec.js';
import type { PsidSsp, PsidSspRange, ValidityPeriod } from '#wire/base-types.js';
import { CrlSsp } from '#wire/crl.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';
import { HASH_CRL_SERIES } from './hash-crl.js';
import { sm2EncryptionKey, sm2VerificationKey } from './keys-on-the-wire.js';
import type { Profile } from './profile.js';

export type AuthorityKind =
  'trcla' | 'root' | 'ica' | 'aaa' | 'eca' | 'pra' | 'pca' | 'la' | 'ara' | 'aca' | 'ma' | 'cra' | 'tcmf';
export const CRL_SERIES = 1;
export const CHINA = 156;
const SSP_VERSION = 1;

/** The applications a device may be certified for: BSM and its kin, MAP, SPAT, RSI, RSM (messages and AIDs: docs/choices.md). */
export const APPLICATION_AIDS = [111, 112, 113, 114, 3618, 3619, 3620, 3621, 3622, 3623, 3624];

export interface AuthoritySubject {
  readonly kind: AuthorityKind;
  readonly hostname: string;
  /** 33-byte SM2 keys. The TRCLA and the root need no encryption key. */
  readonly verificationKey: Uint8Array;
  readonly encryptionKey: Uint8Array | undefined;
  readonly validity: ValidityPeriod;
  /** Of an LA: its 16-bit identifier. */
  readonly laId?: number;
}

type EeTypes = PsidGroupPermissions['eeType'];
const APP: EeTypes = new Set(['app']);
const ENROLL: EeTypes = new Set(['enroll']);
const BOTH: EeTypes = new Set(['app', 'enroll']);
const ranges = (aids: readonly number[]): PsidSspRange[] => aids.map((psid) => ({ psid }));

function group(
  aids: readonly number[] | 'all',
  minChainLength: number,
  chainLengthRange: number,
  eeType: EeTypes,
): PsidGroupPermissions {
  const subjectPermissions: PsidGroupPermissions['subjectPermissions'] =
    aids === 'all' ? { kind: 'all', value: null } : { kind: 'explicit', value: ranges(aids) };
  return { subjectPermissions, minChainLength, chainLengthRange, eeType };
}

function scmsSsp(subject: AuthoritySubject): ScmsSsp {
  const plain = { version: SSP_VERSION };
  switch (subject.kind) {
    case 'trcla':
    case 'root':
      return { kind: 'root', value: plain };
    case 'ica':
      return { kind: 'ica', value: plain };
    case 'aaa':
      return { kind: 'dcm', value: plain };
    case 'eca':
      return { kind: 'eca', value: plain };
    case 'pra':
    case 'ara':
      return { kind: 'ra', value: plain };
    case 'pca':
    case 'aca':
      return { kind: 'aca', value: plain };
    case 'la':
      return { kind: 'la', value: { ...plain, laId: subject.laId ?? 0 } };
    case 'ma':
      return { kind: 'ma', value: { ...plain, relevantAids: APPLICATION_AIDS } };
    case 'cra':
      return { kind: 'cra', value: plain };
    case 'tcmf':
      // There is no role of its own for who publishes lists; the policy generator's is to hand out what all must know.
      return { kind: 'pg', value: plain };
  }
}

function appPermissions(subject: AuthoritySubject, profile: Profile): PsidSsp[] {
  const role = encode(ScmsSsp, scmsSsp(subject));
  const list: PsidSsp[] = [{ psid: profile.aid.management, ssp: { kind: 'opaque', value: role } }];
  if (subject.kind === 'cra' || subject.kind === 'trcla' || subject.kind === 'root') {
    const ssp = encode(CrlSsp, {
      version: SSP_VERSION,
      associatedCraca: 'isCraca',
      // Of a CRA: the list by linkage seed, and the one by hash.
      crls: subject.kind === 'cra' ? [CRL_SERIES, HASH_CRL_SERIES] : [0],
    });
    list.push({ psid: profile.aid.crl, ssp: { kind: 'opaque', value: ssp } });
  }
  return list;
}

/** IEEE 1609.2-2022, SequenceOfPsidSspRange: a reader need not understand a longer list. */
const UNDERSTOOD = 8;

/** As `group`, in as many as are needed to keep each list of AIDs short. */
function groups(...[aids, ...shape]: [readonly number[], number, number, EeTypes]): PsidGroupPermissions[] {
  const lists = Array.from({ length: Math.ceil(aids.length / UNDERSTOOD) }, (_, n) =>
    aids.slice(n * UNDERSTOOD, (n + 1) * UNDERSTOOD),
  );
  return lists.map((list) => group(list, ...shape));
}

function issuePermissions(kind: AuthorityKind, profile: Profile): PsidGroupPermissions[] | undefined {
  const own = [profile.aid.management, profile.aid.crl, profile.aid.misbehaviour];
  switch (kind) {
    case 'trcla':
    case 'root':
      return [group('all', 2, -1, BOTH), group(own, 1, -1, BOTH)];
    case 'ica':
      // Authorities below the ICA are one step down; devices are two, through the ECA or the PCA.
      return [group(own, 1, 1, BOTH), ...groups(APPLICATION_AIDS, 2, 0, BOTH)];
    case 'eca':
      return [
        ...groups([...APPLICATION_AIDS, profile.aid.misbehaviour], 1, 0, ENROLL),
        group([profile.aid.management], 1, 0, APP),
      ];
    case 'pca':
      return groups([...APPLICATION_AIDS, profile.aid.misbehaviour], 1, 0, APP);
    case 'aca':
      return groups(APPLICATION_AIDS, 1, 0, APP);
    default:
      return undefined;
  }
}

/** The to-be-signed part of an authority's certificate, China as region. */
export function authorityTbs(subject: AuthoritySubject, profile: Profile): ToBeSignedCertificate {
  return {
    id: { kind: 'name', value: subject.hostname },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: subject.validity,
    region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: CHINA }] },
    appPermissions: appPermissions(subject, profile),
    certIssuePermissions: issuePermissions(subject.kind, profile),
    encryptionKey: subject.encryptionKey && sm2EncryptionKey(subject.encryptionKey),
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(subject.verificationKey) },
  };
}
