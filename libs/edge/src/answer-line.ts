/**
 * The callee's side of a line: opens, authenticates, refuses what is plain, foreign, stale or seen before, runs the
 * operation, and answers signed and encrypted to the caller. The order is cheap checks first; nothing is learnt by a
 * caller who is not who he must be.
 */
import { encode, tryDecode, type Codec } from '#coer/codec.js';
import { encryptionKeyOf, hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signData, signedPayload } from '#credentials/signed-data.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import type { SignedData } from '#wire/secured-data.js';
import { millisFromTime64, time64FromMillis } from '#wire/time.js';
import type { Answers, Edge } from './edge.js';
import { hashOfRequest, LineRequest, LineResponse } from './line-messages.js';
import { ownCertificates, speaksAs, type LineIdentity, type OwnCertificate } from './line-identity.js';
import { openLine, sealLine } from './line-sealing.js';
import type { ReplayMemory } from './replay-memory.js';
import type { LineHandler } from './transport.js';

/** How far a caller's clock may be off, and how long a nonce is remembered. */
export const LINE_WINDOW_MILLIS = 120_000;

export type LineRefusal =
  | 'line-not-encrypted-to-us'
  | 'line-not-signed'
  | 'line-malformed'
  | 'line-caller-not-trusted'
  | 'line-caller-wrong-role'
  | 'line-caller-other-domain'
  | 'line-caller-without-encryption-key'
  | 'line-signature'
  | 'line-addressed-to-another'
  | 'line-stale'
  | 'line-replayed'
  | 'line-unknown-operation';

/** Thrown to the transport: the bytes deserve no signed answer. The reason stays at home, in the log. */
export class LineRefusedError extends Error {
  override readonly name = 'LineRefusedError';
  constructor(readonly reason: LineRefusal) {
    super(reason);
  }
}

export interface LineAnswerer {
  readonly identity: LineIdentity;
  readonly replay: ReplayMemory;
  /** Told of each failure with its cause; the caller hears `internal` only. */
  readonly onFailure: (operation: string, error: unknown) => void;
}

interface OpenedCall {
  /** The certificate of ours that the caller addressed: it answers. */
  addressed: OwnCertificate;
  request: LineRequest;
  requestHash: Uint8Array;
  caller: ListedAuthority;
}

type AnyOperations = Record<string, { request: unknown; response: unknown }>;
type AnyAnswer = (request: unknown, caller: ListedAuthority) => Promise<unknown>;

export function answerLine<O extends AnyOperations>(
  edge: Edge<O>,
  answers: Answers<Edge<O>>,
  answerer: LineAnswerer,
): LineHandler {
  return async (message) => {
    const call = await openCall(edge, message, answerer);
    if (isRefused(call)) throw new LineRefusedError(call.reason);
    const outcome = await runOperation(edge, answers as Record<string, AnyAnswer>, call, answerer);
    return closeCall(outcome, call, answerer.identity);
  };
}

async function openCall(
  edge: Edge<AnyOperations>,
  message: Uint8Array,
  answerer: LineAnswerer,
): Promise<OpenedCall | Refused<LineRefusal>> {
  const { identity } = answerer;
  const opened = await openLine(message, ownCertificates(identity), identity.profile);
  if (opened === undefined) return refused('line-not-encrypted-to-us');
  const { content, addressed } = opened;
  const signed = asSignedData(content);
  const payload = signed && signedPayload(signed);
  if (signed === undefined || payload === undefined) return refused('line-not-signed');
  // What an authority signed for another application is no call of its.
  if (signed.tbsData.value.headerInfo.psid !== identity.profile.aid.management) return refused('line-malformed');
  const caller = findCaller(edge, signed, addressed, identity);
  if (isRefused(caller)) return caller;
  if (!isSignedWith(signed, caller.certificate, identity.trust.verifierOf(caller))) return refused('line-signature');
  const request = tryDecode(LineRequest, payload);
  if (!request.ok || request.value.version !== 1 || request.value.line !== edge.name) return refused('line-malformed');
  const requestHash = hashOfRequest(request.value);
  const notFresh = await refuseStale(request.value, { requestHash, addressed }, answerer);
  return notFresh ?? { request: request.value, requestHash, caller, addressed };
}

/** The caller as the lists know him: the certificate in the message only says which one to look up. */
function findCaller(
  edge: Edge<AnyOperations>,
  signed: SignedData,
  addressed: OwnCertificate,
  identity: LineIdentity,
): ListedAuthority | Refused<LineRefusal> {
  const named = onlyCertificate(signed.signer);
  if (named === undefined) return refused('line-not-signed');
  const now = identity.clock.nowMillis();
  const caller = identity.trust.authority(hashedId8(named), now);
  if (isRefused(caller)) return refused('line-caller-not-trusted');
  if (!speaksAs(caller.certificate, edge.caller, identity.profile.aid.management))
    return refused('line-caller-wrong-role');
  // Before anything is done: the answer could not be sealed.
  if (encryptionKeyOf(caller.certificate) === undefined) return refused('line-caller-without-encryption-key');
  const self = identity.trust.authority(hashedId8(addressed.signer.certificate), now);
  if (isRefused(self)) return refused('line-caller-not-trusted');
  return edge.crossDomain || identity.trust.sameDomain(self, caller) ? caller : refused('line-caller-other-domain');
}

async function refuseStale(
  request: LineRequest,
  { requestHash, addressed }: Pick<OpenedCall, 'requestHash' | 'addressed'>,
  answerer: LineAnswerer,
): Promise<Refused<LineRefusal> | undefined> {
  const { identity, replay } = answerer;
  if (Buffer.compare(request.callee, hashedId8(addressed.signer.certificate)) !== 0)
    return refused('line-addressed-to-another');
  const now = identity.clock.nowMillis();
  const sent = millisFromTime64(request.generationTime);
  if (Math.abs(now - sent) > LINE_WINDOW_MILLIS) return refused('line-stale');
  const first = await replay.noteFirst(requestHash, now, sent + 2 * LINE_WINDOW_MILLIS);
  return first ? undefined : refused('line-replayed');
}

async function runOperation(
  edge: Edge<AnyOperations>,
  answers: Record<string, AnyAnswer>,
  call: OpenedCall,
  answerer: LineAnswerer,
): Promise<LineResponse['outcome']> {
  const { operation: name, body } = call.request;
  const operation = Object.hasOwn(edge.operations, name) ? edge.operations[name] : undefined;
  const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
  if (operation === undefined || answer === undefined) throw new LineRefusedError('line-unknown-operation');
  const request = tryDecode(operation.request as Codec<unknown>, body);
  if (!request.ok) return { kind: 'refused', value: 'malformed' };
  try {
    const response = await answer(request.value, call.caller);
    if (isRefused(response)) return { kind: 'refused', value: (response as Refused).reason };
    return { kind: 'answer', value: encode(operation.response as Codec<unknown>, response) };
  } catch (error) {
    answerer.onFailure(name, error);
    return { kind: 'refused', value: 'internal' };
  }
}

async function closeCall(
  outcome: LineResponse['outcome'],
  call: OpenedCall,
  identity: LineIdentity,
): Promise<Uint8Array> {
  const generationTime = time64FromMillis(identity.clock.nowMillis());
  const response = encode(LineResponse, { version: 1, requestHash: call.requestHash, generationTime, outcome });
  const signed = await signData(response, { psid: identity.profile.aid.management }, call.addressed.signer);
  return sealLine(signed, call.caller.certificate, identity);
}
