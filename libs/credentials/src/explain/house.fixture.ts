/** Chains of both families for tests: real signatures over whatever a test writes into a certificate, message or list. */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import {
  implicitCertificateDigest,
  reconstructPrivateKey,
  reconstructionPrivateValue,
  reconstructionValue,
} from '#crypto/ecqv.js';
import { ecdsaSign, newP256PrivateKey, p256PublicKey, sha256 } from '#crypto/p256.js';
import { systemRandom } from '#crypto/random.js';
import { DEFAULT_SM2_ID, newSm2PrivateKey, sm2PublicKey, sm2Sign } from '#crypto/sm2.js';
import { nistSuite, smSuite } from '#crypto/suite.js';
import type { GeographicRegion, HashAlgorithm, PsidSspRange, Signature } from '#wire/base-types.js';
import { CrlContents, CrlSsp } from '#wire/crl.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import {
  CertificateBase,
  ToBeSignedCertificate,
  ToBeSignedData,
  type V2XSecData,
  type Certificate,
  type HeaderInfo,
  type IssuerIdentifier,
  type PsidGroupPermissions,
  type SignedData,
  type SignedDataPayload,
  type SignerIdentifier,
} from '#wire/secured-data.js';
import { time32FromMillis, time64FromMillis } from '#wire/time.js';
import { certificateFromBytes } from '../certificate-facts.js';
import { pointOf, sm2SignatureValue } from '../keys-on-the-wire.js';
import { unsecured } from '../signed-data.js';
import { CertificatePool } from './chain-paths.js';
import { explain } from './explain.js';
import { identityOf } from './identity.js';
import { ieee } from '../profile.js';
import type { Question } from './question.js';
import type { Explanation, StepName } from './step.js';
import type { Subject } from './subject.js';

export type Family = 'sm2' | 'p256';
export const NOON = Date.UTC(2026, 5, 1, 12);
export const DAY = 86_400_000;
export const BSM_AID = 32;

/** One who holds a certificate and its key. */
export interface Holder {
  readonly family: Family;
  readonly certificate: Certificate;
  readonly privateKey: Uint8Array;
}

const CHINA: GeographicRegion = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] };

export const opaqueSsp = (bytes: Uint8Array) => ({ kind: 'opaque', value: bytes }) as const;
export const rootSsp = opaqueSsp(encode(ScmsSsp, { kind: 'root', value: { version: 1 } }));
export const crlSsp = (crls: number[], associatedCraca: 'isCraca' | 'issuerIsCraca' = 'isCraca') =>
  opaqueSsp(encode(CrlSsp, { version: 1, associatedCraca, crls }));

/** A group of issue permissions; without applications for all. */
export function group(
  aids: readonly (number | PsidSspRange)[] | 'all',
  change: Partial<PsidGroupPermissions> = {},
): PsidGroupPermissions {
  const subjectPermissions: PsidGroupPermissions['subjectPermissions'] =
    aids === 'all'
      ? { kind: 'all', value: null }
      : { kind: 'explicit', value: aids.map((aid) => (typeof aid === 'number' ? { psid: aid } : aid)) };
  return { subjectPermissions, minChainLength: 1, chainLengthRange: 0, eeType: new Set(['app'] as const), ...change };
}

/** The signature of `by` over bytes that `signer`, its certificate or nobody else, stands for. */
export function signatureOf(
  family: Family,
  privateKey: Uint8Array,
  signer: Certificate | 'self',
  tbs: Uint8Array,
): Signature {
  if (family === 'sm2') {
    const id = signer === 'self' ? DEFAULT_SM2_ID : identityOf(signer).hash;
    return sm2SignatureValue(sm2Sign(privateKey, id, tbs));
  }
  const input = signer === 'self' ? sha256() : identityOf(signer).hash;
  const rs = ecdsaSign(privateKey, sha256(sha256(tbs), input));
  const rSig = { kind: 'x-only', value: rs.subarray(0, 32) } as const;
  return { kind: 'ecdsaNistP256Signature', value: { rSig, sSig: rs.subarray(32) } };
}

export const newKey = (family: Family): Uint8Array =>
  family === 'sm2' ? newSm2PrivateKey(systemRandom) : newP256PrivateKey(systemRandom);

export function issuerOf(issuer: Certificate): IssuerIdentifier {
  const { algorithm, hashedId8 } = identityOf(issuer);
  return { kind: `${algorithm}AndDigest`, value: hashedId8 } as IssuerIdentifier;
}

export const validity = (startMillis: number, days: number) =>
  ({ start: time32FromMillis(startMillis), duration: { kind: 'hours', value: days * 24 } }) as const;

export interface Change {
  readonly tbs?: Partial<ToBeSignedCertificate>;
  readonly form?: Partial<Omit<CertificateBase, 'toBeSigned'>>;
  /** Holds the same private key as before, so that two certificates of one holder can be told apart by their text alone. */
  readonly privateKey?: Uint8Array;
  /** Signs in the issuer's place. */
  readonly signedWith?: Uint8Array;
}

function tbsOf(family: Family, privateKey: Uint8Array, tbs: Partial<ToBeSignedCertificate>): ToBeSignedCertificate {
  const publicKey = family === 'sm2' ? sm2PublicKey(privateKey) : p256PublicKey(privateKey);
  const kind = family === 'sm2' ? 'ecsigSm2' : 'ecdsaNistP256';
  return {
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: validity(NOON - 10 * DAY, 20),
    region: CHINA,
    verifyKeyIndicator: { kind: 'verificationKey', value: { kind, value: pointOf(publicKey) } },
    ...tbs,
  };
}

/** An explicit certificate by `issuer`, or by itself. */
export function certified(family: Family, issuer: Holder | 'self', change: Change = {}): Holder {
  const privateKey = change.privateKey ?? newKey(family);
  const toBeSigned = preserve(ToBeSignedCertificate, tbsOf(family, privateKey, change.tbs ?? {}));
  const hash: HashAlgorithm = family === 'sm2' ? 'sm3' : 'sha256';
  const signature =
    issuer === 'self'
      ? signatureOf(family, change.signedWith ?? privateKey, 'self', toBeSigned.bytes)
      : signatureOf(issuer.family, change.signedWith ?? issuer.privateKey, issuer.certificate, toBeSigned.bytes);
  const named: IssuerIdentifier = issuer === 'self' ? { kind: 'self', value: hash } : issuerOf(issuer.certificate);
  const base: CertificateBase = { version: 3, type: 'explicit', issuer: named, toBeSigned, signature, ...change.form };
  return { family, certificate: certificateFromBytes(encode(CertificateBase, base)), privateKey };
}

/** An implicit certificate by `issuer`; of its family. */
export function certifiedImplicitly(issuer: Holder, tbs: Partial<ToBeSignedCertificate> = {}): Holder {
  const { family } = issuer;
  const suite = family === 'sm2' ? smSuite : nistSuite;
  const [requested, k] = [newKey(family), newKey(family)];
  const value = reconstructionValue(suite, suite.publicKey(requested), k);
  const toBeSigned = preserve(ToBeSignedCertificate, {
    ...tbsOf(family, requested, tbs),
    verifyKeyIndicator: { kind: 'reconstructionValue', value: pointOf(value) },
  });
  const e = implicitCertificateDigest(suite, toBeSigned.bytes, identityOf(issuer.certificate).hash);
  const r = reconstructionPrivateValue(suite, e, k, issuer.privateKey);
  const base: CertificateBase = {
    version: 3,
    type: 'implicit',
    issuer: issuerOf(issuer.certificate),
    toBeSigned,
    signature: undefined,
  };
  const certificate = certificateFromBytes(encode(CertificateBase, base));
  return { family, certificate, privateKey: reconstructPrivateKey(suite, e, requested, r) };
}

export interface House {
  readonly family: Family;
  readonly root: Holder;
  readonly pca: Holder;
  readonly pc: Holder;
}

const both = new Set(['app', 'enroll'] as const);
export const rootTbs = (crlAid: number, managementAid: number): Partial<ToBeSignedCertificate> => ({
  id: { kind: 'name', value: 'root.example' },
  validityPeriod: validity(NOON - 100 * DAY, 300),
  appPermissions: [
    { psid: managementAid, ssp: rootSsp },
    { psid: crlAid, ssp: crlSsp([7, 8]) },
  ],
  certIssuePermissions: [
    group('all', { minChainLength: 2, chainLengthRange: -1, eeType: both }),
    group([managementAid, crlAid], { chainLengthRange: -1, eeType: both }),
  ],
});
export const pcaTbs: Partial<ToBeSignedCertificate> = {
  id: { kind: 'name', value: 'pca.example' },
  validityPeriod: validity(NOON - 50 * DAY, 100),
  certIssuePermissions: [
    group([
      { psid: BSM_AID, sspRange: { kind: 'opaque', value: [new Uint8Array(), Uint8Array.of(1)] } },
      {
        psid: 33,
        sspRange: { kind: 'bitmapSspRange', value: { sspValue: Uint8Array.of(0x10), sspBitmask: Uint8Array.of(0xf0) } },
      },
    ]),
  ],
};
export const pcTbs: Partial<ToBeSignedCertificate> = {
  appPermissions: [{ psid: BSM_AID }, { psid: 33, ssp: { kind: 'bitmapSsp', value: Uint8Array.of(0x1f) } }],
};

/** Root, PCA and a certificate of a device, all sound. */
export function house(family: Family, type: 'explicit' | 'implicit' = 'explicit'): House {
  const root = certified(family, 'self', { tbs: rootTbs(ieee.aid.crl, ieee.aid.management) });
  const pca = certified(family, root, { tbs: pcaTbs });
  const pc = type === 'explicit' ? certified(family, pca, { tbs: pcTbs }) : certifiedImplicitly(pca, pcTbs);
  return { family, root, pca, pc };
}

// ---- signed data ----------------------------------------------------------------------------------------------------------

export interface Bend {
  readonly payload?: Uint8Array;
  /** In the place of unsecured data. */
  readonly body?: SignedDataPayload;
  readonly header?: Partial<HeaderInfo>;
  readonly signed?: Partial<SignedData>;
  readonly named?: 'certificate' | 'digest';
  readonly protocolVersion?: number;
  readonly privateKey?: Uint8Array;
}

/** A message signed at noon. */
export function signedBy(holder: Holder, bend: Bend = {}): V2XSecData {
  const tbsData = preserve(ToBeSignedData, {
    payload: bend.body ?? { data: unsecured(bend.payload ?? new Uint8Array(20)) },
    headerInfo: { psid: BSM_AID, generationTime: time64FromMillis(NOON), ...bend.header },
  });
  const { certificate, family } = holder;
  const signature = signatureOf(family, bend.privateKey ?? holder.privateKey, certificate, tbsData.bytes);
  const signer: SignerIdentifier =
    bend.named === 'digest'
      ? { kind: 'digest', value: identityOf(certificate).hashedId8 }
      : { kind: 'certificate', value: [certificate] };
  const hashId = family === 'sm2' ? 'sm3' : 'sha256';
  return {
    protocolVersion: bend.protocolVersion ?? 3,
    content: { kind: 'signedData', value: { hashId, tbsData, signer, signature, ...bend.signed } },
  };
}

export const crlContents = (craca: Certificate, change: Partial<CrlContents> = {}): CrlContents => ({
  version: 1,
  crlSeries: 7,
  crlCraca: identityOf(craca).hashedId8,
  issueDate: time32FromMillis(NOON - DAY),
  nextCrl: time32FromMillis(NOON + DAY),
  priorityInfo: {},
  typeSpecific: { kind: 'fullHashCrl', value: { crlSerial: 1, entries: [] } },
  ...change,
});

/** A CRL of `craca`, signed by `signer`. */
export const crlBy = (signer: Holder, contents: CrlContents, bend: Bend = {}, aid = ieee.aid.crl): V2XSecData =>
  signedBy(signer, {
    named: 'digest',
    payload: encode(CrlContents, contents),
    ...bend,
    header: { psid: aid, generationTime: undefined, ...bend.header },
  });

// ---- asking ---------------------------------------------------------------------------------------------------------------

/** A pool that trusts the first and knows the others. */
export function poolOf(trusted: readonly Holder[], others: readonly Holder[] = []): CertificatePool {
  const pool = new CertificatePool();
  for (const { certificate } of others) pool.add(certificate);
  for (const { certificate } of trusted) pool.trust(certificate, 'which is trusted');
  return pool;
}

export const asked = (pool: CertificatePool, change: Partial<Question> = {}): Question => ({
  profile: ieee,
  isProfileGiven: false,
  pool,
  crls: [],
  atMillis: NOON,
  isAtGiven: true,
  ...change,
});

export const signedSubject = (data: V2XSecData): Subject => {
  if (data.content.kind !== 'signedData') throw new Error('not signed');
  return { kind: 'signed', signed: data.content.value, protocolVersion: data.protocolVersion };
};

/** The names of the steps that do not hold. */
export const wrongSteps = ({ steps }: Explanation): StepName[] => steps.filter(({ ok }) => !ok).map(({ step }) => step);

export const wrongIn = (subject: Subject, question: Question): StepName[] => wrongSteps(explain(subject, question));

export const whyOf = ({ steps }: Explanation, name: StepName): string =>
  steps.find(({ step }) => step === name)?.why ?? '';
export { ieee };
