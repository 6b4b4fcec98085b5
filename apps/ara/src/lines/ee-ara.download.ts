/** Device → ARA: fetch the certificate of one request, as a zip of one sealed answer. */
import { zipSync } from 'fflate';
import { isRefused, refused } from '#credentials/refusal.js';
import { applicationItemName, parseApplicationBundleName } from '#edges/ee-ara/application.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { openForUs } from '../domain/device-message.js';
import { authorisedDevice, headerBytes } from '../domain/download-request.js';
import type { RequestStore } from '../store/request.store.js';
import { refusalReply, reply, type Reply } from './reply.js';

/** While the certificate is being made, a device asks again after this long. */
const SOON_SECONDS = 5;
/** zip knows no time before 1980, and the real one would change the bytes. */
const ZIP_MOMENT = Date.UTC(1980, 0, 2);

export async function download(
  asked: { filename: string; authorization: string | undefined },
  { context, requests }: { context: AuthorityContext; requests: RequestStore },
): Promise<Reply> {
  const bytes = headerBytes(asked.authorization);
  if (isRefused(bytes)) return refusalReply(bytes);
  const opened = await openForUs(bytes, context.identity);
  if (isRefused(opened)) return refusalReply(opened);
  const device = authorisedDevice(opened, asked.filename, context.identity);
  if (isRefused(device)) return refusalReply(device);
  if (await requests.isBlacklisted(device.hash)) return refusalReply(refused('ec-blacklisted'));
  const requestHash8 = parseApplicationBundleName(asked.filename);
  const found = requestHash8 && (await requests.ofDevice(device.hash, requestHash8));
  if (requestHash8 === undefined || found === undefined) return refusalReply(refused('unknown-file'));
  if (found.state === 'accepted') return refusalReply(refused('not-yet'), { 'retry-after': String(SOON_SECONDS) });
  if (found.answer === undefined) return refusalReply(refused('ended'));
  // Sealed bytes do not shrink.
  const zip = zipSync({ [applicationItemName(requestHash8)]: found.answer }, { level: 0, mtime: ZIP_MOMENT });
  return reply(200, zip, { 'content-type': 'application/zip' });
}
