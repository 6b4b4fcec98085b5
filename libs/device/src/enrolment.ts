/** Enrolment, the device's side: keys, request, proof of birth, answer. Until an answer passes every check nothing is kept of it. */
import { decode, encode } from '#coer/codec.js';
import { encryptionKeyId, openSealed, sealToCertificate } from '#credentials/sealing.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { asSignedRequest } from '#credentials/signed-data.js';
import { ENROLMENT_PATH, EnrolmentRequest, type BirthProof } from '#edges/ee-eca/enrolment.js';
import type { Certificate } from '#wire/secured-data.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import type { DeviceContext } from './device-context.js';
import { checkEnrolmentAnswer, type AskedEnrolment, type EnrolmentAnswerRefusal } from './enrolment-answer.js';
import {
  askedEnrolment,
  EC_ENCRYPTION_KEY,
  EC_VERIFICATION_KEY,
  enrolmentKeys,
  signEnrolmentRequest,
} from './enrolment-request.js';
import { authorityRefused, exchange, type HttpRefusal } from './http.js';
import { EnrolmentRecord, PendingEnrolment } from './records.js';

/** Proves, over the encoded request, that this is the device it claims to be: by serial, or by X.509. */
export type ProveBirth = (request: Uint8Array) => Promise<BirthProof>;
export type EnrolmentRefusal = EnrolmentAnswerRefusal | HttpRefusal | 'answer-not-for-us';

const RECORD = 'enrolment';
const PENDING = 'enrolment-pending';
const ENVELOPE_VERSION = 1;
const LARGEST_ANSWER_BYTES = 64 * 1024;
/** The ECA takes requests up to five minutes old; one minute is left for the way. */
const RESEND_WITHIN_MILLIS = 4 * 60_000;

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
 * refusal or a silence it is as un-enrolled as before; the same request goes out again while it is fresh, so that an ECA
 * which did answer gives its one answer.
 */
export async function enrol(
  context: DeviceContext,
  proveBirth: ProveBirth,
): Promise<Certificate | Refused<EnrolmentRefusal>> {
  const present = await storedEnrolment(context);
  if (present !== undefined) return present;
  const asked = await request(context);
  const envelope = encode(EnrolmentRequest, {
    version: ENVELOPE_VERSION,
    request: asked.request,
    proof: await proveBirth(asked.request),
  });
  const body = sealToCertificate(envelope, context.home.eca.certificate, context);
  const answer = await exchange(
    context,
    { url: `${context.home.eca.url}${ENROLMENT_PATH}`, body },
    LARGEST_ANSWER_BYTES,
  );
  if (isRefused(answer)) return answer;
  if (answer.status < 200 || answer.status > 299) return authorityRefused(answer);
  const opened = await openAnswer(answer.body, asked, context);
  if (opened === undefined) return refused('answer-not-for-us');
  const certificate = checkEnrolmentAnswer(opened, asked, context);
  if (isRefused(certificate)) return certificate;
  await context.store.write(RECORD, encode(EnrolmentRecord, { certificate, eca: context.home.eca.certificate }));
  return certificate;
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

/** The request on its way when there is a fresh one, else a new one, which is stored before it is sent. */
async function request(context: DeviceContext): Promise<AskedEnrolment> {
  const nowMillis = context.clock.nowMillis();
  const keys = await enrolmentKeys(context);
  const pending = await context.store.read(PENDING);
  const kept = pending && decode(PendingEnrolment, pending);
  const age = kept === undefined ? Infinity : nowMillis - millisFromTime32(kept.generationTime);
  const tbsCert = kept && age >= 0 && age <= RESEND_WITHIN_MILLIS ? requestedTbs(kept.request) : undefined;
  if (kept !== undefined && tbsCert !== undefined) return { request: kept.request, keys, tbsCert };
  const fresh = askedEnrolment(context, keys, nowMillis);
  const bytes = await signEnrolmentRequest(context, fresh, nowMillis);
  const record = { generationTime: time32FromMillis(nowMillis), request: bytes };
  await context.store.write(PENDING, encode(PendingEnrolment, record));
  return { request: bytes, keys, tbsCert: fresh };
}

function requestedTbs(bytes: Uint8Array): AskedEnrolment['tbsCert'] | undefined {
  const content = asSignedRequest(bytes)?.tbsRequest.value.content;
  if (content?.kind !== 'eca-ee' || content.value.kind !== 'eeEcaCertRequest') return undefined;
  return content.value.value.tbsCert;
}
