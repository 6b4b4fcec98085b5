/** Enrolment, the device's side: keys, request, proof of birth, answer. Until an answer passes every check nothing is kept of it. */
import { decode, encode } from '#coer/codec.js';
import { encryptionKeyId, openSealed, sealToCertificate } from '#credentials/sealing.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { asSignedRequest } from '#credentials/signed-data.js';
import { ENROLMENT_PATH, EnrolmentRequest, type BirthProof } from '#edges/ee-eca/enrolment.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { certificateNow, type DeviceContext } from './device-context.js';
import { checkEnrolmentAnswer, type AskedEnrolment, type EnrolmentAnswerRefusal } from './enrolment-answer.js';
import {
  askedEnrolment,
  EC_ENCRYPTION_KEY,
  EC_VERIFICATION_KEY,
  enrolmentKeys,
  signEnrolmentRequest,
} from './enrolment-request.js';
import { authorityRefused, exchange, type AuthorityRefused, type HttpRefusal } from './http.js';
import { EnrolmentRecord, PendingEnrolment } from './records.js';

/** Proves, over the encoded request, that this is the device it claims to be: by serial, or by X.509. */
export type ProveBirth = (request: Uint8Array) => Promise<BirthProof>;
export type EnrolmentRefusal = EnrolmentAnswerRefusal | HttpRefusal | 'answer-not-for-us';

const RECORD = 'enrolment';
const PENDING = 'enrolment-pending';
const ENVELOPE_VERSION = 1;
const LARGEST_ANSWER_BYTES = 64 * 1024;
/** Too old, from the future: judged by the ECA only while nothing stands there under the request, so that a new one may go out. */
const NOT_TAKEN: readonly string[] = ['400-70', '400-50'];

/** The enrolment certificate, or `undefined` for a device that is not enrolled. */
export async function storedEnrolment({ store }: DeviceContext): Promise<Certificate | undefined> {
  const bytes = await store.read(RECORD);
  return bytes && decode(EnrolmentRecord, bytes).certificate;
}

export const enrolmentSigner = (context: DeviceContext, certificate: Certificate): Signer => ({
  certificate,
  sign: (id, message) => context.keys.sign(EC_VERIFICATION_KEY, id, message),
});

/**
 * Asks the provisioned ECA for an enrolment certificate and keeps it. A device that is enrolled keeps what it has. After a
 * refusal or a silence it is as un-enrolled as before; the same request goes out again, so that an ECA which did answer
 * gives its one answer, until the ECA says that it took none and that this one is too old.
 */
export async function enrol(
  context: DeviceContext,
  proveBirth: ProveBirth,
): Promise<Certificate | Refused<EnrolmentRefusal>> {
  const present = await storedEnrolment(context);
  if (present !== undefined) return present;
  const pending = await pendingRequest(context);
  const outcome = await ask(context, pending ?? (await newRequest(context)), proveBirth);
  const isOver = pending !== undefined && 'code' in outcome && NOT_TAKEN.includes(outcome.code);
  return isOver ? ask(context, await newRequest(context), proveBirth) : outcome;
}

async function ask(
  context: DeviceContext,
  asked: AskedEnrolment,
  proveBirth: ProveBirth,
): Promise<Certificate | Refused<EnrolmentRefusal> | AuthorityRefused> {
  const envelope = encode(EnrolmentRequest, {
    version: ENVELOPE_VERSION,
    request: asked.request,
    proof: await proveBirth(asked.request),
  });
  const body = sealToCertificate(envelope, certificateNow(context.home.eca, 'eca', context), context);
  const answer = await exchange(
    context,
    { url: `${context.home.eca.url}${ENROLMENT_PATH}`, body },
    LARGEST_ANSWER_BYTES,
  );
  if (isRefused(answer)) return answer;
  if (answer.status < 200 || answer.status > 299) return authorityRefused(answer);
  const opened = await openAnswer(answer.body, asked, context);
  if (opened === undefined) return refused('answer-not-for-us');
  const checked = checkEnrolmentAnswer(opened, asked, context);
  if (isRefused(checked)) return checked;
  await context.store.write(RECORD, encode(EnrolmentRecord, checked));
  return checked.certificate;
}

/** Sealed to the encryption key of the request, which is to stand in the enrolment certificate. */
function openAnswer(body: Uint8Array, asked: AskedEnrolment, context: DeviceContext): Promise<Uint8Array | undefined> {
  return openSealed(
    body,
    encryptionKeyId(asked.keys.encryptionKey),
    (wrapped) => context.keys.unwrap(EC_ENCRYPTION_KEY, wrapped),
    context.profile,
  );
}

/** The request on its way, whatever its age: the ECA may have answered it. */
async function pendingRequest(context: DeviceContext): Promise<AskedEnrolment | undefined> {
  const pending = await context.store.read(PENDING);
  const request = pending && decode(PendingEnrolment, pending).request;
  const tbsCert = request && requestedTbs(request);
  if (request === undefined || tbsCert === undefined) return undefined;
  return { request, keys: await enrolmentKeys(context), tbsCert };
}

/** A request of now for the device's own keys, stored before it is sent. */
async function newRequest(context: DeviceContext): Promise<AskedEnrolment> {
  const nowMillis = context.clock.nowMillis();
  const keys = await enrolmentKeys(context);
  const tbsCert = askedEnrolment(context, keys, nowMillis);
  const request = await signEnrolmentRequest(context, tbsCert, nowMillis);
  const record = { generationTime: time32FromMillis(nowMillis), request };
  await context.store.write(PENDING, encode(PendingEnrolment, record));
  return { request, keys, tbsCert };
}

function requestedTbs(bytes: Uint8Array): AskedEnrolment['tbsCert'] | undefined {
  const content = asSignedRequest(bytes)?.tbsRequest.value.content;
  if (content?.kind !== 'eca-ee' || content.value.kind !== 'eeEcaCertRequest') return undefined;
  return content.value.value.tbsCert;
}
