/** Whether a certificate may send a message of the road: its applications, its region, and the rights in its SSP. */
import type { MessageFrame } from '#uper/messages/message-frame.js';
import { isRoadsideAid, isVehicleAid, MESSAGE_AIDS, rightsOf } from './message-applications.js';
import { claimsOf } from './message-claims.js';
import type { ToBeSignedCertificate } from './secured-data.js';

export type SendingProblem =
  /** A frame of a later edition. */
  | 'message-not-known'
  /** The message does not travel under this application. */
  | 'wrong-application'
  /** The certificate does not name the application. */
  | 'application-not-permitted'
  /** A certificate of vehicles and of roadside units at once: it belongs to neither. */
  | 'vehicle-and-roadside'
  /** A roadside unit speaks of a place, and its certificate names none: a circle, rectangles or a polygon. */
  | 'no-drawn-region'
  /** The content claims what the SSP does not give. */
  | 'content-not-permitted';

/**
 * Why the holder of a certificate may not send `frame` under the application `aid`, or `undefined` when it may. Judges the
 * certificate's own words alone: that its issuer may have said them is `verifyCertificate`'s to judge.
 */
export function sendingProblem(
  { appPermissions = [], region }: Pick<ToBeSignedCertificate, 'appPermissions' | 'region'>,
  aid: number,
  frame: MessageFrame,
): SendingProblem | undefined {
  if (frame.kind === 'later') return 'message-not-known';
  if (!(MESSAGE_AIDS[frame.kind] as readonly number[]).includes(aid)) return 'wrong-application';
  const permission = appPermissions.find(({ psid }) => psid === aid);
  if (permission === undefined) return 'application-not-permitted';
  const aids = appPermissions.map(({ psid }) => psid);
  if (aids.some(isVehicleAid) && aids.some(isRoadsideAid)) return 'vehicle-and-roadside';
  if (isRoadsideAid(aid) && (region === undefined || region.kind === 'identifiedRegion')) return 'no-drawn-region';
  const rights = rightsOf(permission);
  const isAllowed = claimsOf(frame).every((claim) => claim.rights.some((right) => rights.has(right)));
  return isAllowed ? undefined : 'content-not-permitted';
}
