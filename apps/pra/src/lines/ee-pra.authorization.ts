/** Device → PRA: the request for pseudonym certificates; 202 and a signed acknowledgement. */
import { encode } from '#coer/codec.js';
import { spanOf } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { acknowledge } from '../domain/acknowledgement.js';
import { caterpillarBytes } from '../domain/caterpillar-bytes.js';
import { downloadFromMillis } from '../domain/download-time.js';
import { openForUs } from '../domain/opened.js';
import { refusedFor, useMillis, waitForUse, type RefusedForNow } from '../domain/pace.js';
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
import { CATERPILLAR } from '../jobs/group-expansion.js';
import { DUE, EXPAND } from '../jobs/queues.js';
import type { Door } from './door.js';

/** Sealed and signed, a request is some 700 bytes; a region of many parts makes it longer. */
const LARGEST_REQUEST_BYTES = 8 * 1024;
/** A device that was told to come later does so after this long, or up to twice: not all at one moment. */
const BUSY_SECONDS = 30;
/** When requests are open: the time in which one may have been answered. */
const OPEN_MILLIS = 60_000;

type Refusal = Refused<DeviceRefusal> | RefusedForNow<DeviceRefusal>;

/**
 * Takes an encoded, sealed request; answers the encoded, signed RaEeCertAck. A repeat gets the first acknowledgement,
 * also from a door that takes nothing new. What costs least is asked first: size and form, then one unwrap, then the
 * device's certificate (remembered), then one look into the tables, and only then its signature.
 */
export async function authorize(door: Door, body: Uint8Array): Promise<Uint8Array | Refusal> {
  if (body.length > LARGEST_REQUEST_BYTES) return refused('too-large');
  const { context, stores, allowance } = door;
  const opened = await openForUs(body, context.identity);
  if (isRefused(opened)) return opened;
  const request = readRequest(opened.plaintext, context.identity, door.stands);
  if (isRefused(request)) return request;
  const standing = await stores.admission.ofRequest(request.device.hash, request.requestHash);
  if (standing.isBlocked) return refused('ec-blacklisted');
  // Byte for byte what was taken before, and its signature was right then.
  if (standing.acknowledgement !== undefined) return standing.acknowledgement;
  const waitMillis = waitForUse(standing.wholeMillis, allowance, context.clock.nowMillis());
  if (waitMillis > 0) return refusedFor('too-many-requests', waitMillis);
  if (await door.intake.isFull()) return busy(door);
  return isSignedByItsDevice(request) ? take(door, request) : refused('signature');
}

function busy({ context }: Door): RefusedForNow<'busy'> {
  const [draw = 0] = context.random.bytes(1);
  return refusedFor('busy', BUSY_SECONDS * 1000 * (1 + draw / 255));
}

/** From here on the device answers for what it sent: each request takes from its allowance, whatever becomes of it. */
async function take(door: Door, request: ReadRequest): Promise<Uint8Array | Refusal> {
  const { context, stores, allowance, settings } = door;
  const nowMillis = context.clock.nowMillis();
  const granted = judgeRequest(request, {
    profile: context.profile,
    nowMillis,
    maximumWeeks: settings.maximumWeeks,
  });
  if (!isRefused(granted)) return accept(door, request, granted);
  const isUsed = await stores.admission.useAllowance(request.device.hash, allowance, nowMillis);
  return isUsed ? granted : notAccepted('allowance-used', allowance);
}

async function accept(
  { context, settings, stores, intake, allowance }: Door,
  request: ReadRequest,
  granted: GrantedRequest,
): Promise<Uint8Array | Refusal> {
  const { profile, clock, device, random } = context;
  const { requestHash } = request;
  const now = clock.nowMillis();
  const nextDownloadMillis = Math.max(now, downloadFromMillis(profile, granted.iMin, settings.downloadAheadHours));
  const row = {
    requestId: random.bytes(16),
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
  const { maximumOutstanding } = settings;
  const accepted = await stores.requests.accept(row, { allowance, maximumOutstanding });
  if (isRefused(accepted)) return notAccepted(accepted.reason, allowance);
  const weeks = granted.iMax - granted.iMin + 1;
  intake.took(Math.min(weeks, settings.aheadWeeks) * KEYS_A_PERIOD);
  context.log.info('request.accepted', { weeks });
  // Gathered requests are found by the worker's tick: a wake for each would cost more than taking it.
  if (settings.gatherSeconds === 0) await context.queues.wake(EXPAND, DUE);
  return accepted;
}

function notAccepted(
  reason: 'ec-blacklisted' | 'overlap' | 'allowance-used' | 'too-many-open',
  allowance: Door['allowance'],
): Refusal {
  // Of several at once the last use went to another: it grows back as any does.
  if (reason === 'allowance-used') return refusedFor('too-many-requests', useMillis(allowance));
  return reason === 'too-many-open' ? refusedFor('too-many-requests', OPEN_MILLIS) : refused(reason);
}
