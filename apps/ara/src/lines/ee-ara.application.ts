/** Device → ARA: the request for an application or identity certificate; 202 and a signed acknowledgement. */
import { encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { acknowledge } from '../domain/acknowledgement.js';
import {
  isSignedByItsDevice,
  judgeApplication,
  readApplication,
  type GrantedApplication,
  type ReadApplication,
} from '../domain/application-request.js';
import { openForUs } from '../domain/device-message.js';
import { aidSetOf, Wanted, wantedOf } from '../domain/item.js';
import type { DeviceRefusal } from '../domain/refusal.js';
import type { AraSettings } from '../ara.config.js';
import { CERTIFY } from '../jobs/queues.js';
import type { RequestStore } from '../store/request.store.js';

/** A request with the largest permissions and a polygon for a region is below 4 KiB. */
const LARGEST_BODY_BYTES = 16 * 1024;
const HOUR_MILLIS = 3_600_000;

export interface ApplyNeeds {
  readonly context: AuthorityContext;
  readonly settings: AraSettings;
  readonly requests: RequestStore;
}

/** Takes an encoded, sealed ApplicationRequest; answers the encoded, signed RaEeCertAck. A repeat gets the first acknowledgement. */
export async function apply(body: Uint8Array, needs: ApplyNeeds): Promise<Uint8Array | Refused<DeviceRefusal>> {
  const { context, settings, requests } = needs;
  if (body.length > LARGEST_BODY_BYTES) return refused('too-large');
  const opened = await openForUs(body, context.identity);
  if (isRefused(opened)) return opened;
  const request = readApplication(opened, context.identity);
  if (isRefused(request)) return request;
  if (await requests.isBlacklisted(request.device.hash)) return refused('ec-blacklisted');
  if (!isSignedByItsDevice(request)) return refused('signature');
  const before = await requests.acknowledgementOf(request.requestHash);
  if (before !== undefined) return before;
  const { profile, clock } = context;
  const { applicationHours, identityHours } = settings;
  const nowMillis = clock.nowMillis();
  const granted = judgeApplication(request, { profile, nowMillis, applicationHours, identityHours });
  return isRefused(granted) ? granted : accept(request, granted, nowMillis, needs);
}

async function accept(
  request: ReadApplication,
  granted: GrantedApplication,
  nowMillis: number,
  { context, settings, requests }: ApplyNeeds,
): Promise<Uint8Array | Refused<DeviceRefusal>> {
  const { requestHash, device, possession } = request;
  const requestId = context.random.bytes(16);
  const row = {
    requestId,
    requestHash,
    ecHash: device.hash,
    ecExpiresMillis: granted.notAfterMillis,
    keyHash: sm3(granted.verificationKey),
    aidSet: aidSetOf(granted.permissions),
    wanted: encode(Wanted, wantedOf(granted)),
    possession,
    acknowledgement: await acknowledge({ requestHash, nextDownloadMillis: nowMillis }, context.identity),
    acceptedMillis: nowMillis,
    expiresMillis: nowMillis + granted.hours * HOUR_MILLIS,
  };
  const accepted = await requests.accept(row, settings);
  if (isRefused(accepted)) return accepted;
  context.log.info('request.accepted');
  await context.queues.wake(CERTIFY, hex(requestId));
  return accepted;
}
