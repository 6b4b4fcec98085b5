/**
 * A bundle on its way to the device. What came before a connection broke is kept with the tag it came under, and the rest
 * is asked for under the same tag (RFC 9110 13.1.5 and 14); a bundle that is here whole, and could not be taken yet, is
 * asked for under its tag and not sent again. Nothing of this is believed: what the bytes are worth, their signed and
 * sealed items say in the end, and until then they lie apart (`parts/`).
 */
import { decode, encode } from '#coer/codec.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { DOWNLOAD_HEADER, DOWNLOAD_PATH } from '#edges/ee-pra/provisioning.js';
import type { DeviceContext } from './device-context.js';
import type { DeviceStore } from './device-store.js';
import { authorityRefused, exchangeSoFar, retryAfterSeconds, type AnswerSoFar, type HttpRefusal } from './http.js';
import { BundlePart } from './records.js';

const FOLDER = 'parts';
const nameOf = (i: number): string => `${FOLDER}/${String(i)}`;
/** Twenty items of some 600 bytes are 13 KiB. */
const LARGEST_BUNDLE_BYTES = 512 * 1024;
/** Connections in one go, as long as each brought something. */
const MOST_CONNECTIONS = 4;
const LONGEST_TAG = 255;
/** A strong validator (RFC 9110 8.8.3): bytes under it may be put together. */
const STRONG_TAG = /^"[\x21\x23-\x7e]*"$/;
const CONTENT_RANGE = /^bytes (\d{1,9})-(\d{1,9})\/(\d{1,9})$/;

/** Before its time, or not made yet. */
export interface NotYet extends Refused<'not-yet'> {
  readonly retryAfterSeconds: number;
}

export interface BundleAsked {
  readonly i: number;
  readonly filename: string;
  /** Makes the header that lets this device have the file, of now. */
  readonly authorization: () => Promise<string>;
}

export interface Fetched {
  readonly kind: 'fetched';
  readonly bytes: Uint8Array;
  /** Whether it came in one piece and just now, and did not lie here meanwhile. */
  readonly isFresh: boolean;
}

type Outcome = Fetched | NotYet | Refused<HttpRefusal>;

/** The bytes of a bundle, from its first byte or from where the last connection broke. */
export async function fetchBundle(context: DeviceContext, asked: BundleAsked): Promise<Outcome> {
  let outcome: Outcome = refused('no-answer');
  for (let connections = 0; connections < MOST_CONNECTIONS; connections++) {
    const before = (await keptPart(context.store, asked))?.bytes.length ?? 0;
    outcome = await connect(context, asked);
    if (!isRefused(outcome) || outcome.reason !== 'no-answer') return outcome;
    const came = ((await keptPart(context.store, asked))?.bytes.length ?? 0) - before;
    if (came <= 0) return outcome;
  }
  return outcome;
}

/** Forgets what came of the bundle of period i: it was taken, or is not worth keeping. */
export const dropPart = (store: DeviceStore, i: number): Promise<void> => store.remove(nameOf(i));

/** The periods of whose bundles something lies apart. */
export const partPeriods = async (store: DeviceStore): Promise<number[]> => (await store.list(FOLDER)).map(Number);

async function keptPart(
  store: DeviceStore,
  { i, filename }: Pick<BundleAsked, 'i' | 'filename'>,
): Promise<BundlePart | undefined> {
  const bytes = await store.read(nameOf(i));
  const part = bytes && decode(BundlePart, bytes);
  return part?.filename === filename ? part : undefined;
}

async function connect(context: DeviceContext, asked: BundleAsked): Promise<Outcome> {
  const part = await keptPart(context.store, asked);
  const answer = await exchangeSoFar(
    context,
    {
      url: `${context.home.pra.url}${DOWNLOAD_PATH}?filename=${encodeURIComponent(asked.filename)}`,
      headers: { [DOWNLOAD_HEADER]: await asked.authorization(), ...conditionsOf(part) },
    },
    LARGEST_BUNDLE_BYTES,
  );
  if (isRefused(answer)) return answer;
  switch (answer.status) {
    case 200:
      return receive(context.store, asked, answer, new Uint8Array());
    case 206:
      return resume(context.store, asked, answer, part);
    case 304:
      return part?.isWhole === 'yes'
        ? { kind: 'fetched', bytes: part.bytes, isFresh: false }
        : startOver(context.store, asked);
    case 416:
      return startOver(context.store, asked);
    default:
      return notGiven(answer);
  }
}

function conditionsOf(part: BundlePart | undefined): Record<string, string> {
  if (part === undefined) return {};
  if (part.isWhole === 'yes') return { 'if-none-match': part.etag };
  return { range: `bytes=${String(part.bytes.length)}-`, 'if-range': part.etag };
}

/** A part that fits none of ours is no part of anything: the next connection begins with the first byte. */
async function startOver(store: DeviceStore, { i }: BundleAsked): Promise<Refused<'no-answer'>> {
  await dropPart(store, i);
  return refused('no-answer');
}

async function resume(
  store: DeviceStore,
  asked: BundleAsked,
  answer: AnswerSoFar,
  part: BundlePart | undefined,
): Promise<Outcome> {
  const [, first, last, total] = CONTENT_RANGE.exec(answer.headers.get('content-range') ?? '') ?? [];
  const fits =
    part?.isWhole === 'no' &&
    answer.headers.get('etag') === part.etag &&
    Number(first) === part.bytes.length &&
    Number(last) + 1 === Number(total) &&
    Number(total) <= LARGEST_BUNDLE_BYTES &&
    part.bytes.length + answer.body.length <= Number(total);
  if (!fits) return startOver(store, asked);
  const isWhole = answer.isWhole && part.bytes.length + answer.body.length === Number(total);
  return receive(store, asked, { ...answer, isWhole }, part.bytes);
}

/** Keeps what came; the whole too, since it may not be possible to take it yet. */
async function receive(
  store: DeviceStore,
  { i, filename }: BundleAsked,
  answer: AnswerSoFar,
  before: Uint8Array,
): Promise<Outcome> {
  const bytes = new Uint8Array(Buffer.concat([before, answer.body]));
  const etag = answer.headers.get('etag') ?? '';
  if (etag.length <= LONGEST_TAG && STRONG_TAG.test(etag) && bytes.length > 0) {
    const part: BundlePart = { filename, etag, isWhole: answer.isWhole ? 'yes' : 'no', bytes };
    await store.write(nameOf(i), encode(BundlePart, part));
  } else await dropPart(store, i);
  return answer.isWhole ? { kind: 'fetched', bytes, isFresh: before.length === 0 } : refused('no-answer');
}

/** 404 with a time to come again is "not yet"; without one nobody has the file (docs/choices.md). */
function notGiven(answer: AnswerSoFar): NotYet | Refused<HttpRefusal> {
  const seconds = retryAfterSeconds(answer.headers);
  if (answer.status === 404 && seconds !== undefined) return { ...refused('not-yet'), retryAfterSeconds: seconds };
  return authorityRefused(answer);
}
