/**
 * Application and identity certificates, the device's side: ask, come back, check, sign with what was given. A renewal is a new
 * request, with a new key, while the former certificate is still good.
 */
import { encode, tryDecode } from '#coer/codec.js';
import { isValidAt, spanOf } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { asSignedData, isSignedWith, onlyCertificate, signData, signedPayload } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { APPLICATION_DOWNLOAD_HEADER, APPLICATION_PATH, applicationBundleName } from '#edges/ee-ara/application.js';
import { GeographicRegion, PsidSsp } from '#wire/base-types.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import type { Certificate } from '#wire/secured-data.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import { openApplication, readApplicationBundle, type ApplicationRefusal } from './application-answer.js';
import {
  applicationLabels,
  keepApplication,
  keptApplications,
  type ApplicationRecord,
  type NumberedApplication,
} from './application-record.js';
import { applicationEnvelope, newApplicationRequest, type ApplicationWish } from './application-request.js';
import { certificateNow, isCertificateOf, type DeviceContext, type ProvisionedAuthority } from './device-context.js';
import { enrolmentSigner, enrolmentThatSigned, storedEnrolment } from './enrolment-records.js';
import { authorityRefused, exchange, type AuthorityRefused, type HttpRefusal } from './http.js';

export type ApplyRefusal =
  HttpRefusal | 'not-enrolled' | 'ack-malformed' | 'ack-signer' | 'ack-signature' | 'ack-for-another-request';
export type FetchRefusal = HttpRefusal | ApplicationRefusal | 'not-enrolled' | 'not-requested' | 'not-yet';

const LARGEST_ACK_BYTES = 16 * 1024;
const LARGEST_BUNDLE_BYTES = 32 * 1024;
/** Too old (ra-maxAge), from the future: judged by the ARA only while nothing stands there under the request. */
const NOT_TAKEN: readonly string[] = ['400-77', '400-50'];
/** 400-75: not made yet (IEEE 1609.2.1-2022, table of error codes). */
const NOT_YET = '400-75';

export interface ApplicationAcknowledged {
  readonly kind: 'acknowledged';
  /** The number of the request on this device. */
  readonly n: number;
  /** When to come for the certificate, Unix milliseconds. */
  readonly nextDownloadMillis: number;
}

/**
 * Asks the ARA for a certificate. A request for the same that was not answered goes out again with the same bytes, whatever
 * its age, and gets the one answer there is; a new one is made when the ARA says that it took none and that this one is too old.
 */
export async function requestApplicationCertificate(
  context: DeviceContext,
  ara: ProvisionedAuthority,
  wish: ApplicationWish,
): Promise<ApplicationAcknowledged | Refused<ApplyRefusal>> {
  const enrolment = await storedEnrolment(context);
  if (enrolment === undefined) return refused('not-enrolled');
  const fresh = (): Promise<NumberedApplication> => newRequest(context, enrolment, wish);
  const pending = await pendingRequest(context, wish);
  const outcome = await ask(context, ara, pending ?? (await fresh()));
  const isOver = pending !== undefined && 'code' in outcome && NOT_TAKEN.includes(outcome.code);
  return isOver ? ask(context, ara, await fresh()) : outcome;
}

async function newRequest(
  context: DeviceContext,
  enrolment: Certificate,
  wish: ApplicationWish,
): Promise<NumberedApplication> {
  const n = ((await keptApplications(context.store)).at(-1)?.n ?? -1) + 1;
  const record = await newApplicationRequest(context, enrolmentSigner(context, enrolment), { n, wish });
  await keepApplication(context.store, { n, record });
  return { n, record };
}

/** The last request, when it was for the same and nobody has acknowledged it. */
async function pendingRequest(context: DeviceContext, wish: ApplicationWish): Promise<NumberedApplication | undefined> {
  const last = (await keptApplications(context.store)).at(-1);
  if (last === undefined || last.record.nextDlTime !== undefined) return undefined;
  const { appPermissions, region } = last.record;
  return textOf(appPermissions, region) === textOf(wish.permissions, wish.region) ? last : undefined;
}

const textOf = (permissions: readonly PsidSsp[], region: GeographicRegion): string =>
  [...permissions.map((one) => encode(PsidSsp, one)), encode(GeographicRegion, region)]
    .map((bytes) => Buffer.from(bytes).toString('hex'))
    .join();

async function ask(
  context: DeviceContext,
  ara: ProvisionedAuthority,
  { n, record }: NumberedApplication,
): Promise<ApplicationAcknowledged | Refused<ApplyRefusal> | AuthorityRefused> {
  const body = sealToCertificate(applicationEnvelope(record), certificateNow(ara, 'ra', context), context);
  const answer = await exchange(context, { url: `${ara.url}${APPLICATION_PATH}`, body }, LARGEST_ACK_BYTES);
  if (isRefused(answer)) return answer;
  if (answer.status !== 202) return authorityRefused(answer);
  const nextDlTime = checkAck(answer.body, record, ara, context);
  if (isRefused(nextDlTime)) return nextDlTime;
  await keepApplication(context.store, { n, record: { ...record, nextDlTime: nextDlTime.value } });
  return { kind: 'acknowledged', n, nextDownloadMillis: millisFromTime32(nextDlTime.value) };
}

/** nextDlTime, when our ARA signed it for this request. */
function checkAck(
  bytes: Uint8Array,
  { requestHash }: ApplicationRecord,
  ara: ProvisionedAuthority,
  context: DeviceContext,
): { value: number } | Refused<ApplyRefusal> {
  const signed = asSignedData(bytes);
  const signer = signed && onlyCertificate(signed.signer);
  const payload = signed && signedPayload(signed);
  const pdu = payload && tryDecode(ScmsPdu, payload);
  if (signed === undefined || signer === undefined || !pdu?.ok) return refused('ack-malformed');
  const { content } = pdu.value;
  if (content.kind !== 'ee-ra' || content.value.kind !== 'raEeCertAck') return refused('ack-malformed');
  if (signed.tbsData.value.headerInfo.psid !== context.profile.aid.management) return refused('ack-malformed');
  if (!isCertificateOf(ara, 'ra', signer, context)) return refused('ack-signer');
  if (Buffer.compare(content.value.value.requestHash, requestHash.subarray(24)) !== 0)
    return refused('ack-for-another-request');
  if (!isSignedWith(signed, signer, context.verify)) return refused('ack-signature');
  return { value: content.value.value.nextDlTime };
}

/** Fetches, checks and keeps the certificate of the n-th request. One that is not as asked is not kept. */
export async function downloadApplicationCertificate(
  context: DeviceContext,
  ara: ProvisionedAuthority,
  n: number,
): Promise<Certificate | Refused<FetchRefusal>> {
  if ((await storedEnrolment(context)) === undefined) return refused('not-enrolled');
  const asked = (await keptApplications(context.store)).find((one) => one.n === n);
  if (asked?.record.nextDlTime === undefined) return refused('not-requested');
  const { record } = asked;
  const enrolment = await enrolmentThatSigned(context, record.request);
  if (enrolment === undefined) return refused('not-enrolled');
  if (record.certificate !== undefined) return record.certificate;
  const zip = await fetchBundle(context, ara, enrolment, applicationBundleName(record.requestHash.subarray(24)));
  if (!(zip instanceof Uint8Array)) return zip;
  const item = readApplicationBundle(zip, record.requestHash);
  if (isRefused(item)) return item;
  const labels = applicationLabels(n);
  const [signingKey, answerKey] = [
    await context.keys.publicKey(labels.signing),
    await context.keys.publicKey(labels.answer),
  ];
  if (signingKey === undefined || answerKey === undefined)
    throw new Error(`the crypto device has lost the keys of application ${String(n)}`);
  const unwrap: Parameters<typeof openApplication>[1]['unwrap'] = (wrapped) =>
    context.keys.unwrap(labels.answer, wrapped);
  const certificate = await openApplication(item, { record, signingKey, answerKey, unwrap, enrolment }, context);
  if (isRefused(certificate)) return certificate;
  await keepApplication(context.store, { n, record: { ...record, certificate } });
  return certificate;
}

async function fetchBundle(
  context: DeviceContext,
  ara: ProvisionedAuthority,
  enrolment: Certificate,
  filename: string,
): Promise<Uint8Array | Refused<'not-yet' | HttpRefusal>> {
  const { profile, clock } = context;
  const value = { generationTime: time32FromMillis(clock.nowMillis()), filename };
  const pdu = encode(ScmsPdu, {
    version: profile.scmsVersion,
    content: { kind: 'ee-ra', value: { kind: 'eeRaDownloadRequest', value } },
  });
  const signed = await signData(pdu, { psid: profile.aid.management }, enrolmentSigner(context, enrolment));
  const sealed = sealToCertificate(signed, certificateNow(ara, 'ra', context), context);
  const url = `${ara.url}${APPLICATION_PATH}?filename=${encodeURIComponent(filename)}`;
  const headers = { [APPLICATION_DOWNLOAD_HEADER]: Buffer.from(sealed).toString('base64') };
  const answer = await exchange(context, { url, headers }, LARGEST_BUNDLE_BYTES);
  if (isRefused(answer)) return answer;
  if (answer.status === 200) return answer.body;
  const no = authorityRefused(answer);
  return no.code === NOT_YET ? refused('not-yet') : no;
}

/**
 * One who signs under an application now: of the certificates that hold it and are valid, the one that is valid longest.
 * `wants` may ask for more, such as the emergency bit.
 */
export async function applicationSigner(
  context: DeviceContext,
  aid: number,
  wants: (permission: PsidSsp) => boolean = () => true,
): Promise<Signer | undefined> {
  const now = context.clock.nowMillis();
  const held = (await keptApplications(context.store)).flatMap(({ n, record: { certificate } }) =>
    certificate === undefined || !isFor(certificate, aid, wants, now) ? [] : [{ n, certificate }],
  );
  const endOf = ({ certificate }: { certificate: Certificate }): number =>
    spanOf(certificate.value.toBeSigned.value.validityPeriod).endMillis;
  const [best] = held.sort((a, b) => endOf(b) - endOf(a) || b.n - a.n);
  if (best === undefined) return undefined;
  const { signing } = applicationLabels(best.n);
  return { certificate: best.certificate, sign: (id, message) => context.keys.sign(signing, id, message) };
}

function isFor(certificate: Certificate, aid: number, wants: (one: PsidSsp) => boolean, nowMillis: number): boolean {
  const { appPermissions = [], validityPeriod } = certificate.value.toBeSigned.value;
  return isValidAt(validityPeriod, nowMillis) && appPermissions.some((one) => one.psid === aid && wants(one));
}
