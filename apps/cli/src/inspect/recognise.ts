/** Which type bytes are: the first of the candidates that reads all of them, strictly. */
import { decodeToShow, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { DEFAULT_DEPTH, Reader } from '#coer/reader.js';
import type { KnownType } from './known-types.js';

export interface Recognised {
  readonly kind: 'decoded';
  readonly type: KnownType;
  readonly value: unknown;
}
export interface Refused {
  readonly kind: 'refused';
  readonly type: KnownType;
  /** Why it could not go on. */
  readonly error: CoerError;
}

/**
 * The value of bytes of one type, everything they say included. Refuses (CoerError) as `decode` does; what another edition
 * wrote behind an extension marker is refused too unless `tolerant`.
 */
export function readWhole(codec: Codec<unknown>, bytes: Uint8Array, tolerant: boolean, depth = DEFAULT_DEPTH): unknown {
  if (tolerant) return decodeToShow(codec, bytes, depth);
  const reader = new Reader(bytes, depth);
  const value = codec.read(reader);
  if (reader.remaining > 0) reader.fail('trailing bytes');
  // Additions that are not known were skipped: a second look keeps them.
  return reader.otherEditions === 0 ? value : decodeToShow(codec, bytes, depth);
}

/**
 * The value as the first type that reads the bytes: every candidate strictly, then once more with what another edition may
 * have written. Else the refusals of all, in their order.
 */
export function recognise(bytes: Uint8Array, candidates: readonly KnownType[]): Recognised | readonly Refused[] {
  let refusals: Refused[] = [];
  for (const tolerant of [false, true]) {
    refusals = [];
    let unlikely: Recognised | undefined;
    for (const type of candidates) {
      const outcome = attempt(bytes, type, tolerant);
      if (outcome.kind === 'refused') refusals.push(outcome);
      else if (type.isLikely?.(outcome.value) ?? true) return outcome;
      else unlikely ??= outcome;
    }
    if (unlikely !== undefined) return unlikely;
  }
  return refusals;
}

function attempt(bytes: Uint8Array, type: KnownType, tolerant: boolean): Recognised | Refused {
  try {
    return { kind: 'decoded', type, value: readWhole(type.codec, bytes, tolerant) };
  } catch (error) {
    if (error instanceof CoerError) return { kind: 'refused', type, error };
    throw error;
  }
}

/** The one that got furthest; the earlier one of equals. */
export const furthest = (refusals: readonly Refused[]): Refused | undefined =>
  refusals.reduce<Refused | undefined>(
    (best, one) => (best === undefined || one.error.offset > best.error.offset ? one : best),
    undefined,
  );

/** Types tell themselves by no more bytes than these. */
const BEGINNING = 8;

/** Of the types that the bytes begin like, the refusal of the one that got furthest. */
export function nearest(bytes: Uint8Array, refusals: readonly Refused[]): Refused | undefined {
  const beginning = Buffer.from(bytes.subarray(0, BEGINNING)).toString('hex');
  return furthest(refusals.filter(({ type }) => type.begins?.test(beginning) === true));
}
