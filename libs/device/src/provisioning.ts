/** Provisioning, the device's side: ask once, download each period when it is due, check every certificate, rebuild every key. */
import { encode, tryDecode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { expansionScalar } from '#crypto/butterfly.js';
import { smSuite } from '#crypto/suite.js';
import { verificationKeyOf } from '#credentials/certificate-facts.js';
import { periodAt } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { asSignedData, isSignedWith, onlyCertificate, signData, signedPayload } from '#credentials/signed-data.js';
import { AUTHORIZATION_PATH, bundleName } from '#edges/ee-pra/provisioning.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import type { Certificate } from '#wire/secured-data.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';
import { openBundle, type BundleRefusal } from './bundle.js';
import { dropPart, fetchBundle, type NotYet } from './bundle-download.js';
import { certificateNow, isCertificateOf, type DeviceContext } from './device-context.js';
import { enrolmentSigner, enrolmentThatSigned, storedEnrolment } from './enrolment-records.js';
import { authorityRefused, exchange, type AuthorityRefused, type HttpRefusal } from './http.js';
import { caterpillarLabels, newProvisioningRequest } from './provisioning-request.js';
import { openPseudonym, type Pseudonym, type PseudonymRefusal } from './pseudonym-answer.js';
import { keepPeriod, periodCertificates, pseudonymLabel } from './pseudonyms.js';
import { keepRecord, keptRecords, type NumberedRecord } from './requests.js';
import type { ProvisioningRecord } from './records.js';

export type RequestRefusal =
  HttpRefusal | 'not-enrolled' | 'ack-malformed' | 'ack-signer' | 'ack-signature' | 'ack-for-another-request';
export type DownloadRefusal =
  | HttpRefusal
  | BundleRefusal
  | PseudonymRefusal
  | 'not-enrolled'
  | 'not-requested'
  | 'not-yet'
  | 'linkage-value-twice'
  | 'key-mismatch';

const LARGEST_ACK_BYTES = 16 * 1024;
/** Too old (ra-maxAge), from the future: judged by the PRA only while nothing stands there under the request. */
const NOT_TAKEN: readonly string[] = ['400-77', '400-50'];
/**
 * Refusals that may come of what this device holds, and not of the bundle: its lists may be older than the PCA's certificate.
 * A fresh bundle is kept for one more look; any other is not worth keeping.
 */
const FOR_LATER: readonly DownloadRefusal[] = ['pca-not-listed', 'pca-of-another-domain', 'other-craca'];

export interface Acknowledged {
  readonly kind: 'acknowledged';
  readonly iMin: number;
  readonly iMax: number;
  /** Certificates that were asked for. */
  readonly certificates: number;
  /** When to come for the first of them, Unix milliseconds. */
  readonly nextDownloadMillis: number;
}

export interface Downloaded {
  readonly kind: 'downloaded';
  readonly certificates: readonly Certificate[];
  /** How many private keys gave the key of their certificate; 0 when the period was there already. */
  readonly keysRebuilt: number;
  /** From when the bundle of the next period may be fetched, by the bundle's info; absent when the period was there already. */
  readonly nextDownloadMillis?: number;
}

/** The newest period that was asked for and acknowledged; `undefined` when none was. */
export async function lastRequestedPeriod(context: DeviceContext): Promise<number | undefined> {
  const acknowledged = (await keptRecords(context)).filter(({ record }) => record.nextDlTime !== undefined);
  return acknowledged.length === 0 ? undefined : Math.max(...acknowledged.map(({ record }) => record.iMax));
}

/**
 * Asks for `weeks` periods: from the current one on, or from the first that was not asked for yet. A request that was not
 * answered goes out again with the same bytes, whatever its age, and gets the one answer there is (PR4); a new one is made
 * only when the PRA says that it took none and that this one is too old. Else a lost answer would leave weeks that the PRA
 * has given and the device never gets.
 */
export async function requestCertificates(
  context: DeviceContext,
  weeks: number,
): Promise<Acknowledged | Refused<RequestRefusal>> {
  const certificate = await storedEnrolment(context);
  if (certificate === undefined) return refused('not-enrolled');
  const pending = await pendingRequest(context);
  const outcome = await ask(context, pending ?? (await newRequest(context, certificate, weeks)));
  const isOver = pending !== undefined && 'code' in outcome && NOT_TAKEN.includes(outcome.code);
  return isOver ? ask(context, await newRequest(context, certificate, weeks)) : outcome;
}

async function ask(
  context: DeviceContext,
  asked: NumberedRecord,
): Promise<Acknowledged | Refused<RequestRefusal> | AuthorityRefused> {
  const { record } = asked;
  const body = sealToCertificate(record.request, certificateNow(context.home.pra, 'ra', context), context);
  const answer = await exchange(
    context,
    { url: `${context.home.pra.url}${AUTHORIZATION_PATH}`, body },
    LARGEST_ACK_BYTES,
  );
  if (isRefused(answer)) return answer;
  if (answer.status !== 202) return authorityRefused(answer);
  const nextDlTime = checkAck(answer.body, record, context);
  if (isRefused(nextDlTime)) return nextDlTime;
  await keepRecord(context, { n: asked.n, record: { ...record, nextDlTime: nextDlTime.value } });
  const { iMin, iMax, jMax } = record;
  const certificates = (iMax - iMin + 1) * jMax;
  const nextDownloadMillis = millisFromTime32(nextDlTime.value);
  return { kind: 'acknowledged', iMin, iMax, certificates, nextDownloadMillis };
}

async function pendingRequest(context: DeviceContext): Promise<NumberedRecord | undefined> {
  const last = (await keptRecords(context)).at(-1);
  return last?.record.nextDlTime === undefined ? last : undefined;
}

async function newRequest(context: DeviceContext, certificate: Certificate, weeks: number): Promise<NumberedRecord> {
  const n = ((await keptRecords(context)).at(-1)?.n ?? -1) + 1;
  const current = periodAt(context.profile.epochMillis, context.clock.nowMillis());
  const iMin = Math.max(current, ((await lastRequestedPeriod(context)) ?? -1) + 1);
  const record = await newProvisioningRequest(context, enrolmentSigner(context, certificate), { n, iMin, weeks });
  await keepRecord(context, { n, record });
  return { n, record };
}

/** nextDlTime, when our PRA signed it for this request. */
function checkAck(
  bytes: Uint8Array,
  { requestHash }: ProvisioningRecord,
  context: DeviceContext,
): { value: number } | Refused<RequestRefusal> {
  const signed = asSignedData(bytes);
  const signer = signed && onlyCertificate(signed.signer);
  const payload = signed && signedPayload(signed);
  const pdu = payload && tryDecode(ScmsPdu, payload);
  if (signed === undefined || signer === undefined || !pdu?.ok) return refused('ack-malformed');
  const { content } = pdu.value;
  if (content.kind !== 'ee-ra' || content.value.kind !== 'raEeCertAck') return refused('ack-malformed');
  if (signed.tbsData.value.headerInfo.psid !== context.profile.aid.management) return refused('ack-malformed');
  if (!isCertificateOf(context.home.pra, 'ra', signer, context)) return refused('ack-signer');
  if (Buffer.compare(content.value.value.requestHash, requestHash.subarray(24)) !== 0)
    return refused('ack-for-another-request');
  if (!isSignedWith(signed, signer, context.verify)) return refused('ack-signature');
  return { value: content.value.value.nextDlTime };
}

/** Fetches the certificates of period i. All of them are right, or nothing is taken. */
export async function download(
  context: DeviceContext,
  i: number,
): Promise<Downloaded | NotYet | Refused<DownloadRefusal>> {
  const held = await periodCertificates(context.store, i);
  if (held.length > 0) return { kind: 'downloaded', certificates: held, keysRebuilt: 0 };
  if ((await storedEnrolment(context)) === undefined) return refused('not-enrolled');
  const asked = (await keptRecords(context)).find(
    ({ record }) => record.nextDlTime !== undefined && record.iMin <= i && i <= record.iMax,
  );
  if (asked === undefined) return refused('not-requested');
  const certificate = await enrolmentThatSigned(context, asked.record.request);
  if (certificate === undefined) return refused('not-enrolled');
  const filename = bundleName(asked.record.requestHash.subarray(24), i);
  const authorization = (): Promise<string> => downloadHeader(context, certificate, filename);
  const fetched = await fetchBundle(context, { i, filename, authorization });
  if (isRefused(fetched)) return fetched;
  const outcome = await takeBundle(context, asked, i, fetched.bytes);
  const isForLater = fetched.isFresh && isRefused(outcome) && FOR_LATER.includes(outcome.reason);
  if (!isForLater) await dropPart(context.store, i);
  return outcome;
}

async function takeBundle(
  context: DeviceContext,
  asked: NumberedRecord,
  i: number,
  zip: Uint8Array,
): Promise<Downloaded | Refused<DownloadRefusal>> {
  const { jMax, requestHash } = asked.record;
  const bundle = openBundle(zip, { i, jMax, requestHash, profile: context.profile });
  if (isRefused(bundle)) return bundle;
  const opened = await openItems(context, asked, i, bundle.items);
  if (isRefused(opened)) return opened;
  const taken = await takePeriod(context, asked, i, opened);
  return isRefused(taken) ? taken : { ...taken, nextDownloadMillis: bundle.nextDownloadMillis };
}

/** base64 of the sealed, signed EeRaDownloadRequest for a file name: what the PRA wants in a header. */
export async function downloadHeader(
  context: DeviceContext,
  certificate: Certificate,
  filename: string,
): Promise<string> {
  const { profile, clock } = context;
  const value = { generationTime: time32FromMillis(clock.nowMillis()), filename };
  const pdu: ScmsPdu = {
    version: profile.scmsVersion,
    content: { kind: 'ee-ra', value: { kind: 'eeRaDownloadRequest', value } },
  };
  const header = { psid: profile.aid.management };
  const signed = await signData(encode(ScmsPdu, pdu), header, enrolmentSigner(context, certificate));
  return Buffer.from(sealToCertificate(signed, certificateNow(context.home.pra, 'ra', context), context)).toString(
    'base64',
  );
}

async function openItems(
  context: DeviceContext,
  { n, record }: NumberedRecord,
  i: number,
  items: readonly Uint8Array[],
): Promise<Pseudonym[] | Refused<DownloadRefusal>> {
  const { encryption } = caterpillarLabels(n);
  const caterpillar = await context.keys.publicKey(encryption);
  if (caterpillar === undefined) throw new Error(`the crypto device has lost ${encryption}`);
  const key = record.encryptionExpansion;
  const scalars = items.map((_, j) => expansionScalar(smSuite, key, 'encryption', i, j));
  const cocoons = smSuite.addBaseMany(caterpillar, scalars);
  const opened: Pseudonym[] = [];
  const linkageValues = new Set<string>();
  for (const [j, bytes] of items.entries()) {
    const unwrap: Parameters<typeof openPseudonym>[1]['unwrap'] = (wrapped) =>
      context.keys.cocoonUnwrap(encryption, { key, i, j }, wrapped);
    const publicKey = cocoons[j] as Uint8Array;
    const pseudonym = await openPseudonym(bytes, { publicKey, unwrap }, { i, ...record }, context);
    if (isRefused(pseudonym)) return pseudonym;
    const { id } = pseudonym.certificate.value.toBeSigned.value;
    if (id.kind === 'linkageData') linkageValues.add(hex(id.value['linkage-value']));
    opened.push(pseudonym);
  }
  // LK6: a linkage value that comes twice would give two certificates one name on every CRL.
  return linkageValues.size === items.length ? opened : refused('linkage-value-twice');
}

/** s = a + f(i, j) + c; only a key whose s·G is the certificate's counts (IEEE 1609.2.1-2022 9.3.4.1). */
async function takePeriod(
  context: DeviceContext,
  { n, record }: NumberedRecord,
  i: number,
  pseudonyms: readonly Pseudonym[],
): Promise<Downloaded | Refused<'key-mismatch'>> {
  const { signing } = caterpillarLabels(n);
  let keysRebuilt = 0;
  for (const [j, { certificate, c }] of pseudonyms.entries()) {
    const label = pseudonymLabel(certificate, i, j);
    const rebuilt = await context.keys.rebuild(signing, { key: record.signingExpansion, i, j }, c, label);
    if (Buffer.compare(rebuilt, verificationKeyOf(certificate) ?? new Uint8Array()) !== 0) {
      await context.keys.destroy(label);
      return refused('key-mismatch');
    }
    keysRebuilt++;
  }
  const certificates = pseudonyms.map(({ certificate }) => certificate);
  await keepPeriod(context.store, { i, requestHash: record.requestHash, certificates });
  return { kind: 'downloaded', certificates, keysRebuilt };
}
