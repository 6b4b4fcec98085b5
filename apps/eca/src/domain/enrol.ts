/**
 * One enrolment from the sealed body to the sealed answer: authorised, linted, intent stored, signed, compared, stored,
 * handed out. One request has one answer for ever, whatever its age: the answer is sealed to the asker, and a device whose
 * answer was lost on its way must be able to fetch it. One key is certified once; one device has one active certificate.
 */
import { decode } from '#coer/codec.js';
import { certificateHash, certificateToBytes, sm2EncryptionPoint } from '#credentials/certificate-facts.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { spanOf } from '#credentials/period.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { sm3 } from '#crypto/sm3.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { signerCovering } from '#edge/own-signer.js';
import type { EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import { retryAfterSeconds } from '#service/pace.js';
import { ToBeSignedCertificate } from '#wire/secured-data.js';
import { askAaa, type AaaNeeds, type Claim } from './ask-aaa.js';
import { composeCertificate } from './compose-certificate.js';
import { judgeRequest, type AskedEnrolment } from './judge-request.js';
import { openEnrolment } from './open-enrolment.js';
import { refuse, refuseFor, type EnrolRefused } from './refusal.js';
import { sealedAnswer, signIntent } from './sign-certificate.js';

/** What is meant to be issued; stored before it is signed. */
export interface Intent {
  /** 32 bytes: SM3 of the request, and of the key to be certified. */
  readonly requestHash: Uint8Array;
  readonly keyHash: Uint8Array;
  /** Which device, by a name that only this ECA can compute. */
  readonly deviceIndex: Uint8Array;
  /** An encoded ToBeSignedCertificate. */
  readonly tbs: Uint8Array;
  /** From before the AAA was asked: what is stopped later than this was stopped after the question. */
  readonly createdMillis: number;
  readonly expiresMillis: number;
}

export type StoredEnrolment = Pick<Intent, 'requestHash' | 'deviceIndex' | 'tbs' | 'createdMillis'> & {
  /** The sealed answer; `undefined` while it is owed. */
  readonly answer: Uint8Array | undefined;
  /** Whether its device was stopped with it: nothing is answered to this request any more. */
  readonly isStopped: boolean;
};

export interface EnrolmentStore {
  ofRequest(requestHash: Uint8Array): Promise<StoredEnrolment | undefined>;
  ofKey(keyHash: Uint8Array): Promise<StoredEnrolment | undefined>;
  /** Stores an intent; the stored one when this request has one already, `undefined` when the key belongs to another. */
  intend(intent: Intent): Promise<StoredEnrolment | undefined>;
  /**
   * Stores the certificate as the device's active one, retires the one before, and answers with what is stored first.
   * Nothing is stored when a later enrolment of the device is active (`already-enrolled`: an old intent retires nothing newer)
   * and when the device was stopped after this was asked for (`device-blocked`, for ever).
   */
  complete(
    enrolment: StoredEnrolment,
    issued: { certificate: Uint8Array; certificateHash: Uint8Array; answer: Uint8Array },
  ): Promise<Uint8Array | Refused<'already-enrolled' | 'device-blocked'>>;
}

export interface EnrolNeeds extends AaaNeeds {
  readonly identity: LineIdentity;
  readonly store: EnrolmentStore;
  /** The keyed index under which a device of the AAA is kept here. */
  readonly indexOf: (deviceId: Uint8Array) => Promise<Uint8Array>;
  /** Milliseconds until the AAA is asked again about this key (SM3, 32 bytes); 0, and counted, when now. */
  readonly waitOfKey: (keyHash: Uint8Array) => number;
}

/** The sealed answer to a sealed request. */
export async function enrol(body: Uint8Array, needs: EnrolNeeds): Promise<Uint8Array | EnrolRefused> {
  const { profile, clock } = needs.identity;
  const envelope = await openEnrolment(body, needs.identity);
  if (isRefused(envelope)) return envelope;
  const known = await needs.store.ofRequest(sm3(envelope.request));
  const given = known && givenBefore(known);
  if (given !== undefined) return given;
  const rules = { profile, nowMillis: clock.nowMillis(), wasTaken: known !== undefined };
  const asked = judgeRequest(envelope.request, rules);
  return isRefused(asked) ? asked : answerTo(asked, known, { proof: envelope.proof }, needs);
}

/** What a request got that was answered before; `undefined` while its answer is owed. */
export const givenBefore = ({
  answer,
  isStopped,
}: StoredEnrolment): Uint8Array | Refused<'device-blocked'> | undefined =>
  isStopped ? refuse('device-blocked') : answer;

/** From a judged request to its answer; `known` is the intent it has, when it came before. */
export async function answerTo(
  asked: AskedEnrolment,
  known: StoredEnrolment | undefined,
  claim: Claim,
  needs: EnrolNeeds,
): Promise<Uint8Array | EnrolRefused> {
  const enrolment = await (known === undefined
    ? authorised(asked, claim, needs)
    : stillAuthorised(known, asked, claim, needs));
  if (isRefused(enrolment)) return enrolment;
  return givenBefore(enrolment) ?? issue(enrolment, needs);
}

/** So long the AAA's word is good for an intent that was not signed at once. */
const PERMISSION_LASTS_MILLIS = 5 * 60_000;

/** BI10: an intent that was never signed may be old by now, and its device stopped: the AAA is asked once more. */
async function stillAuthorised(
  owed: StoredEnrolment,
  asked: AskedEnrolment,
  claim: Claim,
  needs: EnrolNeeds,
): Promise<StoredEnrolment | EnrolRefused> {
  if (needs.identity.clock.nowMillis() - owed.createdMillis <= PERMISSION_LASTS_MILLIS) return owed;
  const allowed = await askInPace(asked, claim, needs);
  return isRefused(allowed) ? allowed : owed;
}

/** The AAA's word. Whoever holds one key has it asked so often and no more; what is answered already needs no question. */
async function askInPace(
  asked: AskedEnrolment,
  claim: Claim,
  needs: EnrolNeeds,
): Promise<EnrolmentAllowed | EnrolRefused> {
  const waitMillis = needs.waitOfKey(sm3(asked.verificationKey));
  return waitMillis > 0 ? refuseFor(retryAfterSeconds(waitMillis)) : askAaa(asked, claim, needs);
}

/** A stored intent for what the AAA allows. */
async function authorised(
  asked: AskedEnrolment,
  claim: Claim,
  needs: EnrolNeeds,
): Promise<StoredEnrolment | EnrolRefused> {
  const { identity, store } = needs;
  const keyHash = sm3(asked.verificationKey);
  const holder = await store.ofKey(keyHash);
  // The same request, sent twice at once, may have got there meanwhile.
  if (holder !== undefined) return isOf(asked, holder) ? holder : refuse('key-already-certified');
  const nowMillis = identity.clock.nowMillis();
  const allowed = await askInPace(asked, claim, needs);
  if (isRefused(allowed)) return allowed;
  const { profile, signer } = identity;
  const tbs = composeCertificate(asked, allowed, { certificate: signer.certificate, profile, nowMillis });
  if (isRefused(tbs)) return tbs;
  const stored = await store.intend({
    requestHash: asked.requestHash,
    keyHash,
    deviceIndex: await needs.indexOf(allowed.deviceId),
    tbs: toBeSignedBytes(tbs),
    createdMillis: nowMillis,
    expiresMillis: spanOf(tbs.validityPeriod).endMillis,
  });
  return stored ?? refuse('key-already-certified');
}

const isOf = (asked: AskedEnrolment, { requestHash }: StoredEnrolment): boolean =>
  Buffer.compare(asked.requestHash, requestHash) === 0;

/** Signs a stored intent. May run twice for one intent, after a crash or side by side: the first that is stored counts. */
async function issue(enrolment: StoredEnrolment, { identity, store }: EnrolNeeds): Promise<Uint8Array | EnrolRefused> {
  const { validityPeriod, encryptionKey: requested } = decode(ToBeSignedCertificate, enrolment.tbs);
  // The intent may be older than the certificate of ours that counts now.
  const signer = signerCovering(validityPeriod, identity);
  const certificate = await signIntent(enrolment.tbs, signer, identity.profile);
  const encryptionKey = sm2EncryptionPoint(requested);
  if (encryptionKey === undefined) throw new Error('a stored intent has no encryption key');
  const { requestHash } = enrolment;
  const answer = await sealedAnswer({ requestHash, certificate, encryptionKey }, signer, identity);
  return store.complete(enrolment, {
    certificate: certificateToBytes(certificate),
    certificateHash: certificateHash(certificate),
    answer,
  });
}
