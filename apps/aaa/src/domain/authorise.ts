/**
 * ECA → AAA: the proof of birth is checked, then the device's standing; the claim of its release is one transaction. A renewal
 * is the same without a proof of birth: the device holds the certificate of a key that was granted to it.
 */
import { isRefused, type Refused } from '#credentials/refusal.js';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import {
  proofInputOfHash,
  type AuthoriseEnrolment,
  type AuthoriseRenewal,
  type EnrolmentAllowed,
} from '#edges/aaa-eca/authorise.js';
import { judgeEnrolment, type DeviceRecord, type Judgement, type PastEnrolment } from './judge-enrolment.js';
import { isBtid, provesGba, type AskBsf } from './gba-proof.js';
import { judgeRenewal } from './judge-renewal.js';
import { refuse, type EnrolmentRefusal, type ProofRefusal } from './refusal.js';
import { provesSerial } from './serial-proof.js';
import { judgeToken, type ProvenToken, type TokenRules } from './token-proof.js';
import { hasSigned } from './x509-certificate.js';
import { refusedByStatus, verifyX509Path, type AskStatus, type TrustedIssuer } from './x509-path.js';

/** A device whose birth is proven: where its record stands. */
export interface ProvenDevice {
  readonly table: 'device' | 'x509_subject';
  /** 16 bytes. */
  readonly deviceId: Uint8Array;
}

/** A token, and the SM3 of the key (32 bytes) it is used for. */
export type TokenUse = Pick<ProvenToken, 'tokenHash' | 'expiresMillis'> & { readonly keyHash: Uint8Array };

/** What a claim is stored with; `ecaId` is the HashedId8 of the ECA that asks, `keyHash` the SM3 of the key. */
export interface Claim {
  readonly requestHash: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly ecaId: Uint8Array;
}

export type Judge = (device: DeviceRecord, past: readonly PastEnrolment[]) => Judgement | Refused<EnrolmentRefusal>;

export interface Registry {
  /** The device of a serial and its secret. */
  findSerial(serial: string): Promise<{ deviceId: Uint8Array; secret: Uint8Array } | undefined>;
  issuers(): Promise<readonly TrustedIssuer[]>;
  isAnyRevoked(ids: readonly Uint8Array[]): Promise<boolean>;
  /** The record of an X.509 subject, made at its first proof. */
  ensureSubject(leafId: Uint8Array, issuerId: Uint8Array): Promise<Uint8Array>;
  /**
   * Lets `judge` decide over the locked record, and stores what it grants. Refuses a verification key (`keyHash`) that was
   * granted to anybody before.
   */
  claim(device: ProvenDevice, request: Claim, judge: Judge): Promise<Judgement | Refused<EnrolmentRefusal>>;
  /** The device to which a key (SM3, 32 bytes) was granted. */
  ofKey(keyHash: Uint8Array): Promise<ProvenDevice | undefined>;
  /**
   * Suspends the device of a granted key and ends everything it was granted so far; false when no device has the key. Once a
   * key: told again after a release, it changes nothing.
   */
  suspendOfKey(keyHash: Uint8Array): Promise<boolean>;
  /** Notes that a token proved a birth for a key; false when it did for another key before. */
  useToken(use: TokenUse): Promise<boolean>;
}

export interface AuthoriseNeeds {
  readonly registry: Registry;
  readonly nowMillis: () => number;
  readonly askStatus: AskStatus;
  /** Absent where no BSF is configured: then nobody proves himself by GBA. */
  readonly askBsf?: AskBsf | undefined;
  /** Whether others may be asked about this source (a B-TID, the hash of a certificate) once more now; counted when they may. */
  readonly mayAsk: (source: string) => boolean;
  /** Absent where no issuer of tokens is configured. */
  readonly tokens?: Omit<TokenRules, 'nowMillis'> | undefined;
  /** Life of an enrolment certificate. */
  readonly validForHours: number;
}

/** The permission for one enrolment, to the ECA that asks; the same request again, or the same key, gets the same one. */
export async function authorise(
  request: AuthoriseEnrolment,
  ecaId: Uint8Array,
  needs: AuthoriseNeeds,
): Promise<EnrolmentAllowed | Refused<EnrolmentRefusal>> {
  const device = await proveBirth(request, needs);
  if (isRefused(device)) return device;
  const claim = { requestHash: request.requestHash, keyHash: sm3(request.verificationKey), ecaId };
  const outcome = await needs.registry.claim(device, claim, (record, past) =>
    judgeEnrolment(record, past, { ...claim, requestedAids: request.requestedAids }, needs),
  );
  return isRefused(outcome) ? outcome : outcome.allowed;
}

/** The permission for the successor of a certificate; the same request again, or the same key, gets the same one. */
export async function authoriseRenewal(
  request: AuthoriseRenewal,
  ecaId: Uint8Array,
  needs: AuthoriseNeeds,
): Promise<EnrolmentAllowed | Refused<EnrolmentRefusal>> {
  const { requestHash, presentKeyHash, requestedAids } = request;
  const device = await needs.registry.ofKey(presentKeyHash);
  if (device === undefined) return refuse('not-enrolled');
  const claim = { requestHash, keyHash: sm3(request.verificationKey), ecaId };
  const outcome = await needs.registry.claim(device, claim, (record, past) =>
    judgeRenewal(record, past, { ...claim, presentKeyHash, requestedAids }, needs),
  );
  return isRefused(outcome) ? outcome : outcome.allowed;
}

function proveBirth(
  { proof, requestHash, verificationKey }: AuthoriseEnrolment,
  needs: AuthoriseNeeds,
): Promise<ProvenDevice | Refused<ProofRefusal>> {
  switch (proof.kind) {
    case 'serial':
      return proveSerial(proof.value, requestHash, needs);
    case 'x509':
      return proveX509(proof.value, requestHash, needs);
    case 'gba':
      return proveGba(proof.value, requestHash, needs);
    case 'token':
      return proveToken(proof.value, sm3(verificationKey), needs);
  }
}

type Proofs = AuthoriseEnrolment['proof'];
type SerialProof = Extract<Proofs, { kind: 'serial' }>['value'];
type X509Proof = Extract<Proofs, { kind: 'x509' }>['value'];
type GbaProof = Extract<Proofs, { kind: 'gba' }>['value'];
type TokenProof = Extract<Proofs, { kind: 'token' }>['value'];

async function proveSerial(
  { serial, mac }: SerialProof,
  requestHash: Uint8Array,
  { registry }: AuthoriseNeeds,
): Promise<ProvenDevice | Refused<ProofRefusal>> {
  const found = await registry.findSerial(serial);
  const isProven = provesSerial(found?.secret, requestHash, mac);
  if (found === undefined) return refuse('unknown-device');
  return isProven ? { table: 'device', deviceId: found.deviceId } : refuse('wrong-proof');
}

async function proveX509(
  { chain, signature }: X509Proof,
  requestHash: Uint8Array,
  { registry, nowMillis, askStatus, mayAsk }: AuthoriseNeeds,
): Promise<ProvenDevice | Refused<ProofRefusal>> {
  const path = await verifyX509Path(chain, 'device', {
    issuers: await registry.issuers(),
    nowMillis: nowMillis(),
    isAnyRevoked: (ids) => registry.isAnyRevoked(ids),
  });
  if (isRefused(path)) return path;
  if (!hasSigned(path.leaf, proofInputOfHash(requestHash), signature)) return refuse('wrong-proof');
  // Only now: a chain that somebody saw would else have us ask as often as he likes.
  if (!mayAsk(`x509 ${hex(path.leafId)}`)) return refuse('asked-too-often');
  const unknown = await refusedByStatus(path, askStatus);
  if (unknown !== undefined) return unknown;
  return { table: 'x509_subject', deviceId: await registry.ensureSubject(path.leafId, path.issuerId) };
}

async function proveGba(
  { btid, mac }: GbaProof,
  requestHash: Uint8Array,
  { registry, nowMillis, askBsf, mayAsk }: AuthoriseNeeds,
): Promise<ProvenDevice | Refused<ProofRefusal>> {
  if (askBsf === undefined) return refuse('proof-not-offered');
  if (!isBtid(btid)) return refuse('wrong-proof');
  if (!mayAsk(`gba ${btid}`)) return refuse('asked-too-often');
  const key = await askBsf(btid);
  if (key === undefined) return refuse('bsf-unavailable');
  if (key === 'unknown' || !provesGba(key, requestHash, mac, nowMillis())) return refuse('wrong-proof');
  return registered(key.serial, registry);
}

async function proveToken(
  { token }: TokenProof,
  keyHash: Uint8Array,
  { registry, nowMillis, tokens }: AuthoriseNeeds,
): Promise<ProvenDevice | Refused<ProofRefusal>> {
  if (tokens === undefined) return refuse('proof-not-offered');
  const proven = judgeToken(token, { ...tokens, nowMillis: nowMillis() });
  if (isRefused(proven)) return proven;
  const { tokenHash, expiresMillis, serial } = proven;
  if (!(await registry.useToken({ tokenHash, expiresMillis, keyHash }))) return refuse('token-used');
  return registered(serial, registry);
}

/** The device of a serial that somebody whom we trust has vouched for. */
async function registered(serial: string, registry: Registry): Promise<ProvenDevice | Refused<'unknown-device'>> {
  const found = await registry.findSerial(serial);
  return found === undefined ? refuse('unknown-device') : { table: 'device', deviceId: found.deviceId };
}
