/**
 * What one signed message proves against its certificate: an application, right, time or place that it does not have. Found
 * in the signed bytes alone, so that one report is enough to show it.
 */
import { SECURITY_CHECKS, type SecurityFacts } from '#detection/checks/security.js';
import type { GeoPoint } from '#detection/geo.js';
import { spanOf } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import { isPointInside } from '#credentials/region-standing.js';
import { appPermission } from '#credentials/certificate-facts.js';
import type { MessageFrame } from '#uper/messages/message-frame.js';
import { LATITUDE_UNAVAILABLE, LONGITUDE_UNAVAILABLE } from '#uper/messages/position.js';
import { MESSAGE_AIDS, rightsOf } from '#wire/message-applications.js';
import { claimsOf, type KnownFrame } from '#wire/message-claims.js';
import type { Certificate } from '#wire/secured-data.js';
import type { SignedMessage } from './evidence.js';

/** Observations of target 2 that time or place alone make: a wrong clock or receiver of satellites may be behind them. */
const BOUNDS: readonly number[] = [5, 6, 7];

export interface Contradiction {
  /** Target/observation of TS 103 759, for example `2/4`. */
  readonly observation: string;
  readonly kind: 'rights' | 'bounds';
}

/** All contradictions of one message, whose signature was verified; `frame` is undefined for content nobody can read. */
export function contradictionsOf(
  message: SignedMessage,
  frame: MessageFrame | undefined,
  certificate: Certificate,
  profile: Profile,
): Contradiction[] {
  const facts = factsOf(message, frame, certificate, profile);
  return SECURITY_CHECKS.filter(({ check }) => check(facts) === 0).map(({ tgtId, obsId }) => ({
    observation: `${String(tgtId)}/${String(obsId)}`,
    kind: BOUNDS.includes(obsId) ? 'bounds' : 'rights',
  }));
}

function factsOf(
  { headerAid, headerPlace, generationTimeMillis }: SignedMessage,
  frame: MessageFrame | undefined,
  certificate: Certificate,
  profile: Profile,
): SecurityFacts {
  const { appPermissions = [], validityPeriod, region } = certificate.value.toBeSigned.value;
  const known = frame === undefined || frame.kind === 'later' ? undefined : frame;
  const span = spanOf(validityPeriod);
  return {
    contentAids: known && aidsOf(known, profile),
    contentPlace: known && placeOf(known),
    ...{ headerAid, headerPlace, generationTimeMillis },
    // The header's form was judged when the message was read.
    ...{ headerFields: [], wantedFields: [], forbiddenFields: [] },
    permittedAids: appPermissions.map(({ psid }) => psid),
    ...rightsFor(known, headerAid, certificate),
    validFromMillis: span.startMillis,
    // The last moment counts, IEEE 1609.2-2022 6.4.14.
    validUntilMillis: span.endMillis + 1,
    isInRegion: (place) =>
      region === undefined || region.kind === 'identifiedRegion'
        ? undefined
        : isPointInside({ latitude: place.latitudeDegrees * 1e7, longitude: place.longitudeDegrees * 1e7 }, region),
  };
}

const aidsOf = (frame: KnownFrame, { aid }: Profile): readonly number[] =>
  frame.kind === 'bsmFrame' ? [...MESSAGE_AIDS.bsmFrame, aid.bsm] : MESSAGE_AIDS[frame.kind];

/** Each claim is a bit: needed, and permitted when the SSP has one of the rights that are enough for it. */
function rightsFor(
  frame: KnownFrame | undefined,
  aid: number,
  certificate: Certificate,
): Pick<SecurityFacts, 'neededBits' | 'permittedBits'> {
  const claims = frame === undefined ? [] : claimsOf(frame);
  const rights = rightsOf(appPermission(certificate, aid));
  const bits = claims.map((claim, n) => ({
    bit: 1n << BigInt(n),
    has: claim.rights.some((right) => rights.has(right)),
  }));
  return {
    neededBits: bits.reduce((all, { bit }) => all | bit, 0n),
    permittedBits: bits.reduce((all, { bit, has }) => (has ? all | bit : all), 0n),
  };
}

function placeOf(frame: KnownFrame): GeoPoint | undefined {
  if (frame.kind !== 'bsmFrame') return undefined;
  const { lat, long } = frame.value.pos;
  if (lat === LATITUDE_UNAVAILABLE || long === LONGITUDE_UNAVAILABLE) return undefined;
  return { latitudeDegrees: lat / 1e7, longitudeDegrees: long / 1e7 };
}
