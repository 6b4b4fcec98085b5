/**
 * One certificate, from an item of the ARA to the sealed answer: judged, linted, intent stored, signed, compared, stored,
 * handed out (BI1). One item has one answer for ever, one key and one request are certified once; the tables decide.
 */
import { decode } from '#coer/codec.js';
import { certificateHash, certificateToBytes, sm2EncryptionPoint } from '#credentials/certificate-facts.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { lintToBeSigned } from '#credentials/lint/lint-certificate.js';
import { errorsOf } from '#credentials/lint/run-rules.js';
import { spanOf } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { signerCovering } from '#edge/own-signer.js';
import { applicationItemHash, type IssueApplication } from '#edges/aca-ara/issue-application.js';
import type { ValidityPeriod } from '#wire/base-types.js';
import { RaAcaCertRequest } from '#wire/scms-pdu.js';
import { ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';
import type { ApplicationKind, Lifetimes } from './application-kind.js';
import { judgeItem } from './judge-item.js';
import { refuse, type IssueRefusal } from './refusal.js';
import { answerFor, signIntent } from './sign-application.js';

/** What is meant to be issued; stored before it is signed (BI2). */
export interface Intent {
  /** 32 bytes each. */
  readonly itemHash: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly requestHash: Uint8Array;
  readonly kind: ApplicationKind;
  /** An encoded ToBeSignedCertificate. */
  readonly tbs: Uint8Array;
  readonly createdMillis: number;
  readonly expiresMillis: number;
}

export type StoredIntent = Pick<Intent, 'itemHash' | 'kind' | 'tbs' | 'expiresMillis'> & {
  /** The encoded AcaRaCertResponse; `undefined` while it is owed. */
  readonly response: Uint8Array | undefined;
};

export interface IssuedStore {
  ofItem(itemHash: Uint8Array): Promise<StoredIntent | undefined>;
  /** Stores an intent; the stored one when this item has one already, `undefined` when key or request belong to another. */
  intend(intent: Intent): Promise<StoredIntent | undefined>;
  /** Stores the result of an intent, once; answers with the response that is stored first. */
  complete(
    itemHash: Uint8Array,
    issued: { certificate: Uint8Array; certificateHash: Uint8Array; response: Uint8Array },
  ): Promise<Uint8Array>;
}

export interface IssueNeeds {
  readonly identity: LineIdentity;
  readonly store: IssuedStore;
  readonly lifetimes: Lifetimes;
  /** Where a certificate of now is listed when it is revoked; absent where it names no list. */
  readonly crlPlace?: () => CrlPlace;
}

/** The CRACA (HashedId3) and the series that a certificate names. */
export type CrlPlace = Pick<ToBeSignedCertificate, 'cracaId' | 'crlSeries'>;

/** The encoded AcaRaCertResponse for an item. */
export async function issueApplication(
  request: IssueApplication,
  needs: IssueNeeds,
): Promise<Uint8Array | Refused<IssueRefusal>> {
  const known = await needs.store.ofItem(applicationItemHash(request.item));
  if (known !== undefined) return answerAgain(known, request, needs);
  const { profile, clock } = needs.identity;
  const nowMillis = clock.nowMillis();
  const issuerFor = (period: ValidityPeriod): Certificate => signerCovering(period, needs.identity).certificate;
  const judged = judgeItem(request, { profile, issuerFor, nowMillis, lifetimes: needs.lifetimes });
  if (isRefused(judged)) return judged;
  // The item has dummies there, as all requests: who is asked knows where it lists.
  const tbs = { ...judged.tbs, ...needs.crlPlace?.() };
  if (!isClean(tbs, judged.kind, issuerFor(tbs.validityPeriod), profile)) return refuse('item-form');
  const stored = await needs.store.intend({
    itemHash: judged.itemHash,
    keyHash: judged.keyHash,
    requestHash: judged.requestHash,
    kind: judged.kind,
    tbs: toBeSignedBytes(tbs),
    createdMillis: nowMillis,
    expiresMillis: spanOf(tbs.validityPeriod).endMillis,
  });
  if (stored === undefined) return refuse('already-certified');
  return stored.response ?? certify(stored, request, needs);
}

/** The first answer; it is gone when the certificate has ended, and an intent that was not signed by then never is. */
function answerAgain(
  known: StoredIntent,
  request: IssueApplication,
  needs: IssueNeeds,
): Promise<Uint8Array | Refused<IssueRefusal>> {
  if (known.response !== undefined) return Promise.resolve(known.response);
  const isOver = known.expiresMillis <= needs.identity.clock.nowMillis();
  return isOver ? Promise.resolve(refuse('item-validity')) : certify(known, request, needs);
}

/** What the linter finds stops an item before it is meant (BI4); the same rules stand before the key itself. */
function isClean(tbs: ToBeSignedCertificate, kind: ApplicationKind, issuer: Certificate, profile: Profile): boolean {
  return errorsOf(lintToBeSigned(tbs, issuer, { profile, kind: lintKind(kind) })).length === 0;
}

export const lintKind = (kind: ApplicationKind): 'ac' | 'identity' => (kind === 'identity' ? 'identity' : 'ac');

/** Signs a stored intent. May run twice for one intent, after a crash or side by side: the first that is stored counts. */
async function certify(
  intent: StoredIntent,
  { item }: IssueApplication,
  { identity, store }: IssueNeeds,
): Promise<Uint8Array> {
  const asked = decode(RaAcaCertRequest, item);
  const encryptionKey = sm2EncryptionPoint(asked.certEncKey);
  if (encryptionKey === undefined) throw new Error('a stored intent has no key for its answer');
  // An item is made before it is brought, and may be brought again: it may begin before the certificate that counts now.
  const signer = signerCovering(decode(ToBeSignedCertificate, intent.tbs).validityPeriod, identity);
  const certificate = await signIntent(intent.tbs, lintKind(intent.kind), { ...identity, signer });
  const { itemHash } = intent;
  const response = await answerFor({ itemHash, certificate, encryptionKey }, { ...identity, signer });
  return store.complete(itemHash, {
    certificate: certificateToBytes(certificate),
    certificateHash: certificateHash(certificate),
    response,
  });
}
