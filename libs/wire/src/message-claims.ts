/**
 * What a message of T/CSAE 53-2020 claims that not everybody may: others brake, stop or make way for it. Each claim names the
 * rights of which one is enough (docs/choices.md). What claims nothing needs the application alone.
 */
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import type { MessageFrame } from '#uper/messages/message-frame.js';
import type { NodeReferenceID } from '#uper/messages/node.js';
import type { RoadSideInformation } from '#uper/messages/rsi.js';
import { INTERSECTION_STATUS, type SPAT } from '#uper/messages/spat.js';
import type { VehicleEmergencyExtensions } from '#uper/messages/vehicle.js';
import { VEHICLE_RIGHT, type MessageRight, type VehicleRight } from './message-applications.js';

export interface Claim {
  readonly claim: string;
  /** One of them is enough. */
  readonly rights: readonly MessageRight[];
}

/** Who may be on an emergency run. */
export const EMERGENCY_RUN: readonly VehicleRight[] = ['police', 'fire', 'ambulance', 'emergency', 'roadRescue'];
const WORKING: readonly VehicleRight[] = ['dot', 'roadRescue', 'roadWork'];
const ANY = Object.keys(VEHICLE_RIGHT) as VehicleRight[];

/** BasicVehicleClass 60 to 69, emergency: fire 62 and 63, ambulance 64, 65 and 69, police 66 and 67. */
const EMERGENCY_CLASSES: ReadonlyMap<number, readonly VehicleRight[]> = new Map([
  [60, EMERGENCY_RUN],
  [61, EMERGENCY_RUN],
  [62, ['fire']],
  [63, ['fire']],
  [64, ['ambulance']],
  [65, ['ambulance']],
  [66, ['police']],
  [67, ['police']],
  [68, EMERGENCY_RUN],
  [69, ['ambulance']],
]);

/** The light bars that say something, and who may show them. */
const LIGHTS: Readonly<Partial<Record<NonNullable<VehicleEmergencyExtensions['lightsUse']>, readonly VehicleRight[]>>> =
  {
    inUse: EMERGENCY_RUN,
    yellowCautionLights: WORKING,
    schooldBusLights: ['transit'],
    arrowSignsActive: ['dot', 'roadWork'],
    slowMovingVehicle: ANY,
    freqStops: ANY,
  };

/** A frame whose content is known; one of a later edition cannot be judged. */
export type KnownFrame = Exclude<MessageFrame, { kind: 'later' }>;

/** The claims of a frame, in the order of its fields. */
export function claimsOf(frame: KnownFrame): readonly Claim[] {
  switch (frame.kind) {
    case 'bsmFrame':
      return vehicleClaims(frame.value);
    case 'mapFrame':
      return [];
    case 'rsmFrame':
      return [{ claim: 'participants', rights: ['dynamic'] }];
    case 'spatFrame':
      return signalClaims(frame.value);
    case 'rsiFrame':
      return informationClaims(frame.value);
  }
}

function vehicleClaims({ vehicleClass, emergencyExt }: BasicSafetyMessage): Claim[] {
  const { responseType, sirenUse, lightsUse } = emergencyExt ?? {};
  const response = responseRights(responseType);
  return [
    ...claimIf('vehicleClass', EMERGENCY_CLASSES.get(vehicleClass.classification)),
    ...claimIf('responseType', response),
    ...claimIf('sirenUse', sirenUse === 'inUse' ? EMERGENCY_RUN : undefined),
    ...claimIf('lightsUse', lightsUse === undefined ? undefined : LIGHTS[lightsUse]),
  ];
}

/** A response of a later edition may mean anything: it takes the right to an emergency run. */
function responseRights(response: VehicleEmergencyExtensions['responseType']): readonly VehicleRight[] | undefined {
  if (response === 'pursuit') return ['police'];
  return response === 'emergency' || response?.startsWith('later-') === true ? EMERGENCY_RUN : undefined;
}

const claimIf = (claim: string, rights: readonly MessageRight[] | undefined): Claim[] =>
  rights === undefined ? [] : [{ claim, rights }];

function signalClaims({ intersections }: SPAT): Claim[] {
  return intersections.flatMap(({ intersectionId, status }) => {
    const has = (bit: keyof typeof INTERSECTION_STATUS): boolean => status[INTERSECTION_STATUS[bit]] === true;
    return [
      ...testClaim(intersectionId),
      { claim: 'phases', rights: [has('fixedTimeOperation') ? 'static' : 'dynamic'] } as const,
      ...claimIf('status', has('preemptIsActive') || has('signalPriorityIsActive') ? ['priority'] : undefined),
    ];
  });
}

/** Level 7 of RSIPriority: the three high bits. */
const HIGHEST_LEVEL = 0xe0;

/** Signs stand, events come and go. */
function informationClaims({ rtes = [], rtss = [] }: RoadSideInformation): Claim[] {
  return [
    ...claimIf('rtes', rtes.length > 0 ? ['dynamic'] : undefined),
    ...claimIf('rtss', rtss.length > 0 ? ['static'] : undefined),
    ...[...rtes, ...rtss].flatMap(({ priority, referenceLinks = [] }) => [
      ...claimIf('priority', ((priority?.[0] ?? 0) & HIGHEST_LEVEL) === HIGHEST_LEVEL ? ['priority'] : undefined),
      ...referenceLinks.flatMap(({ upstreamNodeId, downstreamNodeId }) => [
        ...testClaim(upstreamNodeId),
        ...testClaim(downstreamNodeId),
      ]),
    ]),
  ];
}

const LAST_TEST_NODE = 255;

/** Region 0 and the nodes 0 to 255 of each region are for tests. */
const testClaim = ({ region, id }: NodeReferenceID): Claim[] =>
  claimIf('node', region === 0 || id <= LAST_TEST_NODE ? ['test'] : undefined);
