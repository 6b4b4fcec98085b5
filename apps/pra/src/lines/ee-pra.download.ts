/** Device → PRA: fetch the bundle of one period, whole or from where a download broke off. */
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { periodAt } from '#credentials/period.js';
import { parseBundleName } from '#edges/ee-pra/provisioning.js';
import type { EncryptedData } from '#wire/secured-data.js';
import { bundleZip, entityTag } from '../domain/bundle.js';
import { rangeAsked, type RangeAsked } from '../domain/byte-range.js';
import { headerBytes, notAuthorised, readDownload, type ReadDownload } from '../domain/download-request.js';
import { downloadFromMillis } from '../domain/download-time.js';
import type { KnownDevice } from '../domain/enrolment-certificate.js';
import { openForUs } from '../domain/opened.js';
import { refusedFor, waitForCopy, type Fetched, type RefusedForNow } from '../domain/pace.js';
import type { DeviceRefusal } from '../domain/refusal.js';
import type { Door } from './door.js';
import { refusalReply, reply, type Reply } from './reply.js';

/** While the certificates are being made, a device asks again after this long. */
const SOON_MILLIS = 5_000;

export interface DownloadAsked {
  readonly filename: string;
  /** Of the header ieee-1609.2.1-authorization. */
  readonly authorization: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly range?: string | undefined;
  readonly ifRange?: string | undefined;
}

/** A header that was opened and read, and the certificate in it known; not yet its signature. */
interface Introduced {
  readonly request: ReadDownload;
  readonly sealed: EncryptedData;
}

async function introduced(door: Door, authorization: string | undefined): Promise<Introduced | Refused<DeviceRefusal>> {
  const bytes = headerBytes(authorization);
  if (isRefused(bytes)) return bytes;
  const { identity } = door.context;
  const opened = await openForUs(bytes, identity);
  if (isRefused(opened)) return opened;
  const request = readDownload(opened.plaintext, identity, door.stands);
  return isRefused(request) ? request : { request, sealed: opened.sealed };
}

/** Who introduces a report, by a sealed and signed header; `sealed` names it. */
export async function authorisedDevice(
  door: Door,
  authorization: string | undefined,
  filename: string,
): Promise<{ device: KnownDevice; sealed: EncryptedData } | Refused<DeviceRefusal>> {
  const known = await introduced(door, authorization);
  if (isRefused(known)) return known;
  const { device } = known.request;
  if (await door.stores.admission.isBlocked(device.hash)) return refused('ec-blacklisted');
  const refusal = notAuthorised(known.request, filename, door.context.clock.nowMillis());
  return refusal ?? { device, sealed: known.sealed };
}

/** Whole (200), a part (206), nothing new (304), no such part (416), or a refusal; a name nobody can have costs no work. */
export async function download(door: Door, asked: DownloadAsked): Promise<Reply> {
  const { context, stores } = door;
  const name = parseBundleName(asked.filename);
  const nowMillis = context.clock.nowMillis();
  if (name === undefined || name.i < periodAt(context.profile.epochMillis, nowMillis))
    return refusalReply(refused('unknown-file'));
  const known = await introduced(door, asked.authorization);
  if (isRefused(known)) return refusalReply(known);
  const { device } = known.request;
  const { isBlocked, fetched, request } = await stores.admission.ofDownload(device.hash, name);
  if (isBlocked) return refusalReply(refused('ec-blacklisted'));
  const refusal = notAuthorised(known.request, asked.filename, nowMillis);
  // Here the standard's limit on age is another one than that of a request.
  if (refusal?.reason === 'too-old') return refusalReply(refused('download-too-old'));
  if (refusal !== undefined) return refusalReply(refusal);
  if (request === undefined) return refusalReply(refused('unknown-file'));
  const found = await findBundle(door, request, name);
  if (isRefused(found)) return refusalReply(found);
  return deliver(door, { ecHash: device.hash, i: name.i, fetched, zip: found.zip }, asked);
}

async function findBundle(
  { context: { profile, clock }, settings: { downloadAheadHours }, stores }: Door,
  { requestId, jMax }: { requestId: Buffer; jMax: number },
  { requestHash8, i }: { requestHash8: Uint8Array; i: number },
): Promise<{ zip: Uint8Array } | RefusedForNow<'not-yet'>> {
  const now = clock.nowMillis();
  const from = downloadFromMillis(profile, i, downloadAheadHours);
  if (now < from) return refusedFor('not-yet', from - now);
  const { answers, readyMillis } = await stores.bundles.answers(requestId, i);
  if (answers.length < jMax) return refusedFor('not-yet', SOON_MILLIS);
  const nextDownloadMillis = downloadFromMillis(profile, i + 1, downloadAheadHours);
  return { zip: bundleZip({ i, requestHash8, readyMillis, nextDownloadMillis, answers }, profile) };
}

interface Copy {
  readonly ecHash: Uint8Array;
  readonly i: number;
  readonly fetched: Fetched | undefined;
  readonly zip: Uint8Array;
}

/** RFC 9110: 304 for a copy that is still good, 206 for one range of it, 416 for none. Only bytes count as a copy. */
async function deliver(door: Door, copy: Copy, asked: DownloadAsked): Promise<Reply> {
  const { zip } = copy;
  const tag = entityTag(zip);
  if (isNamed(asked.ifNoneMatch, tag)) return reply(304, undefined, { etag: tag });
  const isSameCopy = asked.ifRange === undefined || asked.ifRange === tag;
  const range = rangeAsked(isSameCopy ? asked.range : undefined, zip.length);
  if (range.kind === 'unsatisfiable') return reply(416, undefined, { 'content-range': `bytes */${zip.length}` });
  const tooSoon = await tooSoonFor(door, copy, range);
  return tooSoon === undefined ? bytesOf(zip, range, tag) : refusalReply(tooSoon);
}

async function tooSoonFor(
  { context, stores, fetchPace }: Door,
  { ecHash, i, fetched }: Copy,
  range: RangeAsked,
): Promise<RefusedForNow<'download-too-soon'> | undefined> {
  const nowMillis = context.clock.nowMillis();
  const isFromFirstByte = range.kind !== 'part' || range.start === 0;
  const waitMillis = waitForCopy(fetched, isFromFirstByte, fetchPace, nowMillis);
  if (waitMillis > 0) return refusedFor('download-too-soon', waitMillis);
  if (await stores.admission.fetch({ ecHash, i, isFromFirstByte }, fetchPace, nowMillis)) return undefined;
  return refusedFor('download-too-soon', fetchPace.minimumWaitSeconds * 1000);
}

function bytesOf(zip: Uint8Array, range: RangeAsked, etag: string): Reply {
  const headers = { 'content-type': 'application/zip', etag, 'accept-ranges': 'bytes' };
  if (range.kind !== 'part') return reply(200, zip, headers);
  const { start, end } = range;
  return reply(206, zip.subarray(start, end), {
    ...headers,
    'content-range': `bytes ${start}-${end - 1}/${zip.length}`,
  });
}

function isNamed(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((one) => one.trim() === tag || one.trim() === '*');
}
