/** Device → PRA: fetch the bundle of one period, whole or from where a download broke off. */
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { periodAt } from '#credentials/period.js';
import { parseBundleName } from '#edges/ee-pra/provisioning.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { bundleZip, entityTag } from '../domain/bundle.js';
import { rangeAsked } from '../domain/byte-range.js';
import { headerBytes, notAuthorised, readDownload } from '../domain/download-request.js';
import { downloadFromMillis } from '../domain/download-time.js';
import type { KnownDevice } from '../domain/enrolment-certificate.js';
import { openForUs, sealedMessageHash } from '../domain/opened.js';
import type { DeviceRefusal } from '../domain/refusal.js';
import type { PraSettings } from '../pra.config.js';
import { isBlacklisted } from '../store/blacklist.store.js';
import type { BundleStore } from '../store/bundle.store.js';
import { refusalReply, reply, type Reply } from './reply.js';

/** While the certificates are being made, a device asks again after this long. */
const SOON_SECONDS = 5;

export interface DownloadAsked {
  readonly filename: string;
  /** Of the header ieee-1609.2.1-authorization. */
  readonly authorization: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly range?: string | undefined;
  readonly ifRange?: string | undefined;
}

/** Who asks, from a sealed and signed header; the same for downloads and for reports. */
export async function authorisedDevice(
  context: AuthorityContext,
  authorization: string | undefined,
  filename: string,
): Promise<{ device: KnownDevice; messageHash: Uint8Array } | Refused<DeviceRefusal>> {
  const bytes = headerBytes(authorization);
  if (isRefused(bytes)) return bytes;
  const opened = await openForUs(bytes, context.identity);
  if (isRefused(opened)) return opened;
  const request = readDownload(opened, context.identity);
  if (isRefused(request)) return request;
  if (await isBlacklisted(context.dataSource, request.device.hash)) return refused('ec-blacklisted');
  const refusal = notAuthorised(request, filename, context.clock.nowMillis());
  return refusal ?? { device: request.device, messageHash: sealedMessageHash(bytes) };
}

export async function download(
  context: AuthorityContext,
  settings: PraSettings,
  bundles: BundleStore,
  asked: DownloadAsked,
): Promise<Reply> {
  const who = await authorisedDevice(context, asked.authorization, asked.filename);
  if (isRefused(who)) return refusalReply(who);
  const name = parseBundleName(asked.filename);
  if (name === undefined) return refusalReply(refused('unknown-file'));
  const found = await findBundle(context, settings, bundles, who.device.hash, name);
  if (isRefused(found)) return refusalReply(found);
  if ('waitSeconds' in found) return refusalReply(refused('not-yet'), { 'retry-after': String(found.waitSeconds) });
  return deliver(found.zip, asked);
}

async function findBundle(
  { profile, clock }: AuthorityContext,
  { downloadAheadHours }: PraSettings,
  bundles: BundleStore,
  ecHash: Uint8Array,
  { requestHash8, i }: { requestHash8: Uint8Array; i: number },
): Promise<{ zip: Uint8Array } | { waitSeconds: number } | Refused<'unknown-file'>> {
  const now = clock.nowMillis();
  const bundle = await bundles.bundle(ecHash, requestHash8, i);
  if (bundle === undefined || i < periodAt(profile.epochMillis, now)) return refused('unknown-file');
  const from = downloadFromMillis(profile, i, downloadAheadHours);
  if (now < from) return { waitSeconds: Math.ceil((from - now) / 1000) };
  if (bundle.answers.length < bundle.jMax) return { waitSeconds: SOON_SECONDS };
  const nextDownloadMillis = downloadFromMillis(profile, i + 1, downloadAheadHours);
  const content = { i, requestHash8, readyMillis: bundle.readyMillis, nextDownloadMillis, answers: bundle.answers };
  return { zip: bundleZip(content, profile) };
}

/** RFC 9110: 304 for a copy that is still good, 206 for one range of it, 416 for none. */
function deliver(zip: Uint8Array, asked: DownloadAsked): Reply {
  const tag = entityTag(zip);
  const headers = { 'content-type': 'application/zip', etag: tag, 'accept-ranges': 'bytes' };
  if (isNamed(asked.ifNoneMatch, tag)) return reply(304, undefined, { etag: tag });
  const isSameCopy = asked.ifRange === undefined || asked.ifRange === tag;
  const range = rangeAsked(isSameCopy ? asked.range : undefined, zip.length);
  switch (range.kind) {
    case 'whole':
      return reply(200, zip, headers);
    case 'unsatisfiable':
      return reply(416, undefined, { 'content-range': `bytes */${zip.length}` });
    case 'part':
      return reply(206, zip.subarray(range.start, range.end), {
        ...headers,
        'content-range': `bytes ${range.start}-${range.end - 1}/${zip.length}`,
      });
  }
}

function isNamed(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((one) => one.trim() === tag || one.trim() === '*');
}
