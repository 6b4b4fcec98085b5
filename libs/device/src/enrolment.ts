/**
 * Enrolment, the device's side: keys, request, proof of birth or present certificate, answer. Until an answer passes every
 * check nothing is kept of it.
 */
import { decode, encode } from '#coer/codec.js';
import { spanOf } from '#credentials/period.js';
import { encryptionKeyId, openSealed, sealToCertificate } from '#credentials/sealing.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { ENROLMENT_PATH, EnrolmentRequest, SUCCESSOR_PATH, type BirthProof } from '#edges/ee-eca/enrolment.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { certificateNow, type DeviceContext } from './device-context.js';
import { checkEnrolmentAnswer, type AskedEnrolment, type EnrolmentAnswerRefusal } from './enrolment-answer.js';
import { enrolmentSigner, keepEnrolment, presentEnrolment, storedEnrolment } from './enrolment-records.js';
import {
  askedEnrolment,
  enrolmentKeys,
  enrolmentLabels,
  requestedTbs,
  signEnrolmentRequest,
  signSuccessorRequest,
} from './enrolment-request.js';
import { authorityRefused, exchange, type AuthorityRefused, type HttpRefusal } from './http.js';
import { PendingEnrolment } from './records.js';

/** Proves, over the encoded request, that this is the device it claims to be: by serial, or by X.509. */
export type ProveBirth = (request: Uint8Array) => Promise<BirthProof>;
export type EnrolmentRefusal = EnrolmentAnswerRefusal | HttpRefusal | 'answer-not-for-us';

const PENDING = 'enrolment-pending';
const PENDING_SUCCESSOR = 'enrolment-successor-pending';
const ENVELOPE_VERSION = 1;
const LARGEST_ANSWER_BYTES = 64 * 1024;
/** Too old, from the future: judged by the ECA only while nothing stands there under the request, so that a new one may go out. */
const NOT_TAKEN: readonly string[] = ['400-70', '400-50'];
const KEYS_REFUSED = '400-64';

type Asked = AskedEnrolment & { readonly generation: number };
type Outcome = Certificate | Refused<EnrolmentRefusal> | AuthorityRefused;

/** One way to a certificate: where its pending request is kept, how it is made, and how it is sent. */
interface Way {
  readonly pending: string;
  readonly path: string;
  /** The request around, or itself, the one that the new key signed. */
  readonly sign: (inner: Uint8Array) => Promise<Uint8Array>;
  /** What is sealed to the ECA. */
  readonly envelope: (request: Uint8Array) => Promise<Uint8Array>;
}

/**
 * Asks the provisioned ECA for an enrolment certificate and keeps it. A device that is enrolled keeps what it has. After a
 * refusal or a silence it is as un-enrolled as before; the same request goes out again, so that an ECA which did answer
 * gives its one answer, until the ECA says that it took none and that this one is too old.
 */
export async function enrol(
  context: DeviceContext,
  proveBirth: ProveBirth,
): Promise<Certificate | Refused<EnrolmentRefusal>> {
  return (await storedEnrolment(context)) ?? goThrough(context, byBirth(proveBirth));
}

/**
 * Enrols a device that has a certificate which counts no more, after an operator has released it at the AAA: new keys, the
 * proof of birth again. The certificate it has stays until the new one is here.
 */
export function enrolAnew(
  context: DeviceContext,
  proveBirth: ProveBirth,
): Promise<Certificate | Refused<EnrolmentRefusal>> {
  return goThrough(context, byBirth(proveBirth));
}

/** Whether the present certificate is to be renewed: so long before its end, but not in the first half of its life. */
export function isRenewalDue(certificate: Certificate, nowMillis: number, aheadMillis: number): boolean {
  const { startMillis, endMillis } = spanOf(certificate.value.toBeSigned.value.validityPeriod);
  return nowMillis >= endMillis - Math.min(aheadMillis, (endMillis - startMillis) / 2);
}

/**
 * Asks the provisioned ECA for the successor of the present certificate, which signs the request; new keys. What was asked for
 * under the present certificate is fetched under it further on. After a refusal or a silence everything is as it was.
 */
export async function renewEnrolment(
  context: DeviceContext,
): Promise<Certificate | Refused<EnrolmentRefusal | 'not-enrolled'>> {
  const present = await presentEnrolment(context);
  if (present === undefined) return refused('not-enrolled');
  return goThrough(context, {
    pending: PENDING_SUCCESSOR,
    path: SUCCESSOR_PATH,
    sign: (inner) => signSuccessorRequest(context, inner, enrolmentSigner(context, present.certificate)),
    envelope: (request) => Promise.resolve(request),
  });
}

const byBirth = (proveBirth: ProveBirth): Way => ({
  pending: PENDING,
  path: ENROLMENT_PATH,
  sign: (inner) => Promise.resolve(inner),
  envelope: async (request) =>
    encode(EnrolmentRequest, { version: ENVELOPE_VERSION, request, proof: await proveBirth(request) }),
});

async function goThrough(context: DeviceContext, way: Way): Promise<Certificate | Refused<EnrolmentRefusal>> {
  const pending = await pendingRequest(context, way);
  const outcome = await ask(context, way, pending ?? (await newRequest(context, way, await freshGeneration(context))));
  const code = 'code' in outcome ? outcome.code : '';
  // These keys will never be certified: the next try makes others.
  if (code === KEYS_REFUSED) await context.store.remove(way.pending);
  // The AAA gives its word for a key, so a new request is for the same ones.
  const isOver = pending !== undefined && NOT_TAKEN.includes(code);
  return isOver ? ask(context, way, await newRequest(context, way, pending.generation)) : outcome;
}

/** The first generation after the present one that has no keys yet. */
async function freshGeneration(context: DeviceContext): Promise<number> {
  let generation = ((await presentEnrolment(context))?.generation ?? 0) + 1;
  while ((await context.keys.publicKey(enrolmentLabels(generation).verification)) !== undefined) generation++;
  return generation;
}

async function ask(context: DeviceContext, { path, envelope }: Way, asked: Asked): Promise<Outcome> {
  const eca = certificateNow(context.home.eca, 'eca', context);
  const body = sealToCertificate(await envelope(asked.request), eca, context);
  const answer = await exchange(context, { url: `${context.home.eca.url}${path}`, body }, LARGEST_ANSWER_BYTES);
  if (isRefused(answer)) return answer;
  if (answer.status < 200 || answer.status > 299) return authorityRefused(answer);
  const opened = await openAnswer(answer.body, asked, context);
  if (opened === undefined) return refused('answer-not-for-us');
  const checked = checkEnrolmentAnswer(opened, asked, context);
  if (isRefused(checked)) return checked;
  await keepEnrolment(context, { ...checked, generation: asked.generation });
  return checked.certificate;
}

/** Sealed to the encryption key of the request, which is to stand in the enrolment certificate. */
function openAnswer(
  body: Uint8Array,
  { keys, generation }: Asked,
  context: DeviceContext,
): Promise<Uint8Array | undefined> {
  const { encryption } = enrolmentLabels(generation);
  return openSealed(
    body,
    encryptionKeyId(keys.encryptionKey),
    (wrapped) => context.keys.unwrap(encryption, wrapped),
    context.profile,
  );
}

/** The request on its way, whatever its age: the ECA may have answered it. One for keys of before is none. */
async function pendingRequest(context: DeviceContext, { pending }: Way): Promise<Asked | undefined> {
  const bytes = await context.store.read(pending);
  const kept = bytes && decode(PendingEnrolment, bytes);
  const tbsCert = kept && requestedTbs(kept.request);
  if (kept === undefined || tbsCert === undefined) return undefined;
  const { request, generation } = kept;
  if (generation <= ((await presentEnrolment(context))?.generation ?? 0)) return undefined;
  return { request, keys: await enrolmentKeys(context, generation), tbsCert, generation };
}

/** A request of now for the device's own keys, stored before it is sent. */
async function newRequest(context: DeviceContext, { pending, sign }: Way, generation: number): Promise<Asked> {
  const nowMillis = context.clock.nowMillis();
  const keys = await enrolmentKeys(context, generation);
  const tbsCert = askedEnrolment(context, keys, nowMillis);
  const request = await sign(await signEnrolmentRequest(context, tbsCert, nowMillis, generation));
  const record = { generationTime: time32FromMillis(nowMillis), request, generation };
  await context.store.write(pending, encode(PendingEnrolment, record));
  return { request, keys, tbsCert, generation };
}
