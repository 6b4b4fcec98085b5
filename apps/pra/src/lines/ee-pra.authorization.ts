/** Device → PRA: the request for pseudonym certificates; 202 and a signed acknowledgement. */
import { encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { spanOf } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { acknowledge } from '../domain/acknowledgement.js';
import { caterpillarBytes } from '../domain/caterpillar-bytes.js';
import { downloadFromMillis } from '../domain/download-time.js';
import { openForUs } from '../domain/opened.js';
import {
  isSignedByItsDevice,
  judgeRequest,
  KEYS_A_PERIOD,
  readRequest,
  type GrantedRequest,
  type ReadRequest,
} from '../domain/provisioning-request.js';
import { classKey, PublicFields } from '../domain/public-fields.js';
import type { DeviceRefusal } from '../domain/refusal.js';
import { CATERPILLAR } from '../jobs/expand.job.js';
import { EXPAND } from '../jobs/queues.js';
import type { PraSettings } from '../pra.config.js';
import { isBlacklisted } from '../store/blacklist.store.js';
import type { RequestStore } from '../store/request.store.js';

/** Takes an encoded, sealed request; answers the encoded, signed RaEeCertAck. A repeat gets the first acknowledgement. */
export async function authorize(
  context: AuthorityContext,
  settings: PraSettings,
  requests: RequestStore,
  body: Uint8Array,
): Promise<Uint8Array | Refused<DeviceRefusal>> {
  const opened = await openForUs(body, context.identity);
  if (isRefused(opened)) return opened;
  const request = readRequest(opened, context.identity);
  if (isRefused(request)) return request;
  if (await isBlacklisted(context.dataSource, request.device.hash)) return refused('ec-blacklisted');
  if (!isSignedByItsDevice(request)) return refused('signature');
  const before = await requests.acknowledgementOf(request.requestHash);
  if (before !== undefined) return before;
  const { profile, clock } = context;
  const granted = judgeRequest(request, {
    profile,
    nowMillis: clock.nowMillis(),
    maximumWeeks: settings.maximumWeeks,
  });
  return isRefused(granted) ? granted : accept(context, settings, requests, request, granted);
}

async function accept(
  context: AuthorityContext,
  settings: PraSettings,
  requests: RequestStore,
  request: ReadRequest,
  granted: GrantedRequest,
): Promise<Uint8Array | Refused<DeviceRefusal>> {
  const { profile, clock, device, random } = context;
  const { requestHash } = request;
  const now = clock.nowMillis();
  const nextDownloadMillis = Math.max(now, downloadFromMillis(profile, granted.iMin, settings.downloadAheadHours));
  const requestId = random.bytes(16);
  const row = {
    requestId,
    requestHash,
    ecHash: request.device.hash,
    ecExpiresMillis: spanOf(request.device.certificate.value.toBeSigned.value.validityPeriod).endMillis,
    classKey: classKey(granted.fields),
    fields: encode(PublicFields, granted.fields),
    iMin: granted.iMin,
    iMax: granted.iMax,
    jMax: KEYS_A_PERIOD,
    sealedCaterpillar: await device.seal(CATERPILLAR, caterpillarBytes(granted.caterpillar)),
    acknowledgement: await acknowledge({ requestHash, nextDownloadMillis }, context.identity),
    acceptedMillis: now,
  };
  const accepted = await requests.accept(row, settings.maximumOutstanding);
  if (isRefused(accepted)) return accepted;
  context.log.info('request.accepted', { weeks: granted.iMax - granted.iMin + 1 });
  await context.queues.wake(EXPAND, hex(requestId));
  return accepted;
}
