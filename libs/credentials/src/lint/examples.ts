/**
 * Sound subjects, for the examples of the rules: each rule bends one of them in one place. Their keys are the generators
 * of the curves, their signatures are over nothing, since no rule judges a signature.
 */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import type { EccP256CurvePoint, Signature } from '#wire/base-types.js';
import type { CrlContents } from '#wire/crl.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import {
  CertificateBase,
  ToBeSignedCertificate,
  ToBeSignedData,
  type Certificate,
  type HeaderInfo,
  type IssuerIdentifier,
  type SignedData,
  type SignedDataPayload,
} from '#wire/secured-data.js';
import { time32FromMillis, time64FromMillis } from '#wire/time.js';
import {
  authorityTbs,
  CHINA,
  CRL_SERIES,
  type AuthorityKind,
  type AuthoritySubject,
} from '../authority-certificate.js';
import { hashedId3, hashedId8, issuedBySelf, issuerIdOf } from '../certificate-facts.js';
import { sm2EncryptionKey, sm2VerificationKey } from '../keys-on-the-wire.js';
import { periodStartMillis, periodValidity } from '../period.js';
import { ccsa, ieee } from '../profile.js';
import { unsecured } from '../signed-data.js';
import type { CertificateSubject, CrlSubject, ListEntry, ListSubject, SpduSubject } from './subject.js';

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
/** The x of the generators of SM2 (GB/T 32918.5) and P-256 (FIPS 186). */
const SM2_X = fromHex('32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7');
const P256_X = fromHex('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296');
/** G and -G, the keys of devices; 2G, 3G and 4G, those of roots, ICAs and the authorities below. */
const KEY = Uint8Array.of(2, ...SM2_X);
const ROOT_KEY = fromHex('0356cefd60d7c87c000d58ef57fa73ba4d9c0dfa08c08a7331495c2e1da3f2bd52');
const ICA_KEY = fromHex('02a97f7cd4b3c993b4be2daa8cdb41e24ca13f6bd945302244e26918f1d0509ebf');
const AUTHORITY_KEY = fromHex('03c239507105c683242a81052ff641ed69009a084ad5cc937db21646cd34a0ced5');
const OTHER_KEY = Uint8Array.of(3, ...SM2_X);
export const P256_POINT: EccP256CurvePoint = { kind: 'compressed-y-1', value: P256_X };
/** No point of SM2 or of P-256 has an x that is not below their primes. */
export const NO_POINT: EccP256CurvePoint = { kind: 'compressed-y-0', value: new Uint8Array(32).fill(0xff) };
/** The key in the `encryptionKey` of the examples. */
export const SM2_OTHER: EccP256CurvePoint = { kind: 'compressed-y-1', value: SM2_X };
export const SM2_X_ONLY: EccP256CurvePoint = { kind: 'x-only', value: SM2_X };
const SM2_Y = fromHex('bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0');
export const SM2_UNCOMPRESSED: EccP256CurvePoint = { kind: 'uncompressedP256', value: { x: SM2_X, y: SM2_Y } };

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
export const SM2_SIGNATURE: Signature = { kind: 'sm2Signature', value: { rSig: bytes(32, 1), sSig: bytes(32, 2) } };
export const P256_SIGNATURE: Signature = {
  kind: 'ecdsaNistP256Signature',
  value: { rSig: { kind: 'x-only', value: bytes(32, 1) }, sSig: bytes(32, 2) },
};

/** The period of the examples, and its first second. */
export const EXAMPLE_I = 350;
const START = periodValidity(ccsa.epochMillis, EXAMPLE_I).start;
const DAY = 86_400;

type Tbs = ToBeSignedCertificate;
/** Parts of the to-be-signed certificate, and of the form around it. */
export interface Change {
  readonly tbs?: Partial<Tbs> | ((tbs: Tbs) => Partial<Tbs> | undefined);
  readonly form?: Partial<CertificateSubject>;
}

const changed = (tbs: Tbs, { tbs: change }: Change): Tbs => ({
  ...tbs,
  ...(typeof change === 'function' ? change(tbs) : change),
});

/** Days before the examples' period, years, and key. */
const BIRTHS: Partial<Record<AuthorityKind, [number, number, Uint8Array]>> = {
  trcla: [4, 30, ROOT_KEY],
  root: [3, 25, ROOT_KEY],
  ica: [2, 15, ICA_KEY],
};

function authority(kind: AuthorityKind): Tbs {
  const [days, years, verificationKey] = BIRTHS[kind] ?? [1, 8, AUTHORITY_KEY];
  const subject: AuthoritySubject = {
    kind,
    hostname: `${kind}.example`,
    verificationKey,
    encryptionKey: kind === 'root' || kind === 'trcla' ? undefined : OTHER_KEY,
    validity: { start: START - days * DAY, duration: { kind: 'years', value: years } },
    ...(kind === 'la' ? { laId: 1 } : {}),
  };
  return authorityTbs(subject, ccsa);
}

const REGION: Tbs['region'] = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: CHINA }] };

const END_ENTITY_SSP = { kind: 'opaque', value: encode(ScmsSsp, { kind: 'ee', value: { version: 1 } }) } as const;

function enrolment(): Tbs {
  return {
    id: { kind: 'none', value: null },
    cracaId: bytes(3, 0),
    crlSeries: 0,
    validityPeriod: { start: START, duration: { kind: 'years', value: 3 } },
    region: REGION,
    appPermissions: [{ psid: ccsa.aid.management, ssp: END_ENTITY_SSP }],
    certRequestPermissions: [
      {
        subjectPermissions: { kind: 'explicit', value: [{ psid: ccsa.aid.bsm }, { psid: ccsa.aid.misbehaviour }] },
        minChainLength: 1,
        chainLengthRange: 0,
        eeType: new Set(['app'] as const),
      },
    ],
    encryptionKey: sm2EncryptionKey(OTHER_KEY),
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(KEY) },
  };
}

const LINKAGE_VALUE = bytes(9, 0x5a);

function pseudonym(): Tbs {
  return {
    id: { kind: 'linkageData', value: { iCert: EXAMPLE_I, 'linkage-value': LINKAGE_VALUE } },
    cracaId: hashedId3(certificateOf('cra')),
    crlSeries: CRL_SERIES,
    validityPeriod: periodValidity(ccsa.epochMillis, EXAMPLE_I),
    region: REGION,
    appPermissions: [{ psid: ccsa.aid.bsm }, { psid: ccsa.aid.misbehaviour }],
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(KEY) },
  };
}

function application(): Tbs {
  return {
    ...pseudonym(),
    id: { kind: 'name', value: 'rsu.example' },
    appPermissions: [{ psid: 3620 }],
    validityPeriod: { start: START, duration: { kind: 'hours', value: 720 } },
  };
}

type ExampleKind = AuthorityKind | 'ec' | 'pc' | 'ac' | 'identity';

function tbsOf(kind: ExampleKind): Tbs {
  switch (kind) {
    case 'ec':
      return enrolment();
    case 'pc':
      return pseudonym();
    case 'ac':
    case 'identity':
      return application();
    default:
      return authority(kind);
  }
}

/** Who issues a kind here. */
function parentOf(kind: ExampleKind): AuthorityKind | 'self' {
  if (kind === 'root' || kind === 'trcla') return 'self';
  if (kind === 'ica' || kind === 'tcmf') return 'root';
  if (kind === 'ec') return 'eca';
  if (kind === 'ac' || kind === 'identity') return 'aca';
  return kind === 'pc' ? 'pca' : 'ica';
}

/** A whole certificate of a kind, under the others of these examples. */
export function certificateOf(kind: ExampleKind, change: Change = {}): Certificate {
  const parent = parentOf(kind);
  const issuer: IssuerIdentifier = parent === 'self' ? issuedBySelf : issuerIdOf(certificateOf(parent));
  const toBeSigned = preserve(ToBeSignedCertificate, changed(tbsOf(kind), change));
  return preserve(CertificateBase, { version: 3, type: 'explicit', issuer, toBeSigned, signature: SM2_SIGNATURE });
}

/** A certificate without its issuer at hand. */
export function certificate(kind: ExampleKind, change: Change = {}): CertificateSubject {
  const parent = parentOf(kind);
  return {
    kind,
    profile: ccsa,
    version: 3,
    type: 'explicit',
    issuerId: parent === 'self' ? issuedBySelf : issuerIdOf(certificateOf(parent)),
    tbs: changed(tbsOf(kind), change),
    signature: SM2_SIGNATURE,
    issuer: undefined,
    ...change.form,
  };
}

/** A certificate with its issuer, which `issuer` may bend. */
export function issued(kind: ExampleKind, change: Change = {}, issuer: Change = {}): CertificateSubject {
  const by = certificateOf(parentOf(kind) as AuthorityKind, issuer);
  return certificate(kind, { ...change, form: { issuer: by, issuerId: issuerIdOf(by), ...change.form } });
}

/** A pseudonym certificate as IEEE 1609.2 has them: P-256, implicit, 169 hours. */
export function ieeePseudonym(change: Change = {}): CertificateSubject {
  return certificate('pc', {
    tbs: (tbs) => {
      const ours: Tbs = {
        ...tbs,
        validityPeriod: {
          start: time32FromMillis(periodStartMillis(ieee.epochMillis, EXAMPLE_I)),
          duration: { kind: 'hours', value: 169 },
        },
        region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] },
        appPermissions: [{ psid: ieee.aid.bsm }, { psid: ieee.aid.misbehaviour }],
        verifyKeyIndicator: { kind: 'reconstructionValue', value: P256_POINT },
      };
      return changed(ours, change);
    },
    form: {
      profile: ieee,
      type: 'implicit',
      signature: undefined,
      issuerId: { kind: 'sha256AndDigest', value: bytes(8, 7) },
      ...change.form,
    },
  });
}

/** An explicit P-256 certificate of the same profile. */
export const ieeeApplication = (change: Change = {}): CertificateSubject =>
  ieeePseudonym({
    tbs: (tbs) => {
      const named: Tbs = {
        ...tbs,
        id: { kind: 'name', value: 'rsu.example' },
        verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: P256_POINT } },
      };
      return changed(named, change);
    },
    form: { kind: 'ac', type: 'explicit', signature: P256_SIGNATURE, ...change.form },
  });

// ---- revocation lists -------------------------------------------------------------------------------------------------

type TypeSpecific = CrlContents['typeSpecific'];
export interface CrlChange {
  readonly contents?: Partial<CrlContents>;
  readonly form?: Partial<CrlSubject>;
}

const CRL_ISSUED = START + 3600;
const seed = (value: number): Uint8Array => bytes(16, value);
export const la = (id: number): Uint8Array => Uint8Array.of(0, id);
type Linked = Extract<TypeSpecific, { kind: 'fullLinkedCrl' }>['value'];

/** A linked list with these IMaxGroups under two LAs. */
export function linked(change: Partial<Linked> = {}): TypeSpecific {
  const contents = [
    { 'linkage-seed1': seed(1), 'linkage-seed2': seed(2) },
    { 'linkage-seed1': seed(3), 'linkage-seed2': seed(4) },
  ];
  const individual: Linked['individual'] = [
    { jmax: 20, contents: [{ la1Id: la(1), la2Id: la(2), contents: [{ iMax: EXAMPLE_I + 10, contents }] }] },
  ];
  return { kind: 'fullLinkedCrl', value: { iRev: EXAMPLE_I, indexWithinI: 0, individual, ...change } };
}

/** One chain with these seeds, LAs and bounds. */
export const oneChain = (
  parts: { seed1?: Uint8Array; seed2?: Uint8Array; la1?: number; la2?: number; iMax?: number; jmax?: number } = {},
): Linked['individual'] => {
  const { seed1 = seed(1), seed2 = seed(2), la1 = 1, la2 = 2, iMax = EXAMPLE_I + 10, jmax = 20 } = parts;
  const contents = [{ 'linkage-seed1': seed1, 'linkage-seed2': seed2 }];
  return [{ jmax, contents: [{ la1Id: la(la1), la2Id: la(la2), contents: [{ iMax, contents }] }] }];
};

/** A list by hash with these entries: last byte of the identifier, and expiry in seconds after the issue. */
export const hashList = (entries: readonly [id: number, after: number][]): TypeSpecific => ({
  kind: 'fullHashCrl',
  value: {
    crlSerial: 1,
    entries: entries.map(([id, after]) => ({ id: Uint8Array.of(...bytes(9, 0), id), expiry: CRL_ISSUED + after })),
  },
});

export function crl(change: CrlChange = {}): CrlSubject {
  const contents: CrlContents = {
    version: 1,
    crlSeries: CRL_SERIES,
    crlCraca: hashedId8(certificateOf('cra')),
    issueDate: CRL_ISSUED,
    nextCrl: CRL_ISSUED + 7 * DAY,
    priorityInfo: {},
    typeSpecific: linked(),
    ...change.contents,
  };
  return {
    profile: ccsa,
    contents,
    header: { psid: ccsa.aid.crl },
    signer: certificateOf('cra'),
    ...change.form,
  };
}

// ---- trust lists ------------------------------------------------------------------------------------------------------

export const entryOf = (certificate: Certificate, n = 0, urls: readonly string[] = []): ListEntry => ({
  path: `pkiCtlInfoList[${n}].rootCertificate`,
  certificate,
  urls,
});

export function trcl(change: Partial<ListSubject> = {}): ListSubject {
  const signer = certificateOf('trcla');
  return {
    kind: 'trcl',
    profile: ccsa,
    version: 1,
    issuer: issuerIdOf(signer),
    issueDate: START,
    nextUpdate: START + 30 * DAY,
    entries: [entryOf(certificateOf('root'), 0, ['https://tcmf.example/tdcl'])],
    signer,
    ...change,
  };
}

export function tdcl(change: Partial<ListSubject> = {}): ListSubject {
  const signer = certificateOf('root');
  return trcl({
    kind: 'tdcl',
    issuer: issuerIdOf(signer),
    entries: [entryOf(certificateOf('ica')), entryOf(certificateOf('pca'), 1)],
    signer,
    ...change,
  });
}

// ---- signed messages --------------------------------------------------------------------------------------------------

export interface SpduChange {
  readonly header?: Partial<HeaderInfo>;
  readonly payload?: SignedDataPayload;
  readonly signed?: Partial<SignedData>;
  readonly form?: Partial<SpduSubject>;
}

export const GENERATED_MILLIS = periodStartMillis(ccsa.epochMillis, EXAMPLE_I) + 3_600_000;

export function spdu(change: SpduChange = {}): SpduSubject {
  const signer = certificateOf('pc');
  const headerInfo = { psid: ccsa.aid.bsm, generationTime: time64FromMillis(GENERATED_MILLIS), ...change.header };
  const payload = change.payload ?? { data: unsecured(bytes(4, 1)) };
  return {
    profile: ccsa,
    protocolVersion: 3,
    signed: {
      hashId: 'sm3',
      tbsData: preserve(ToBeSignedData, { payload, headerInfo }),
      signer: { kind: 'certificate', value: [signer] },
      signature: SM2_SIGNATURE,
      ...change.signed,
    },
    certificate: signer,
    ...change.form,
  };
}
