// What a lane is for and what one may do on it: T/CSAE 53-2020 module MapLane (profile of YD/T 3709-2020). Names are
// spelled as the standard spells them.
import type { Infer } from '../codec.js';
import { bitString, extensibleBitString } from '../primitives.js';
import { extensibleChoice, optional, sequence } from '../structures.js';

export const AllowedManeuvers = bitString('AllowedManeuvers', [
  'maneuverStraightAllowed',
  'maneuverLeftAllowed',
  'maneuverRightAllowed',
  'maneuverUTurnAllowed',
  'maneuverLeftTurnOnRedAllowed',
  'maneuverRightTurnOnRedAllowed',
  'maneuverLaneChangeAllowed',
  'maneuverNoStoppingAllowed',
  'yieldAllwaysRequired',
  'goWithHalt',
  'caution',
  'reserved1',
]);

export const LaneSharing = bitString('LaneSharing', [
  'overlappingLaneDescriptionProvided',
  'multipleLanesTreatedAsOneLane',
  'otherNonMotorizedTrafficTypes',
  'individualMotorizedVehicleTraffic',
  'busVehicleTraffic',
  'taxiVehicleTraffic',
  'pedestriansTraffic',
  'cyclistVehicleTraffic',
  'trackedVehicleTraffic',
  'pedestrianTraffic',
]);

// All but that of vehicles have sixteen bits, whatever number of them is named.
const SIXTEEN = 16;

export const LaneTypeAttributes = extensibleChoice('LaneTypeAttributes', {
  vehicle: extensibleBitString('LaneAttributes-Vehicle', [
    'isVehicleRevocableLane',
    'isVehicleFlyOverLane',
    'hovLaneUseOnly',
    'restrictedToBusUse',
    'restrictedToTaxiUse',
    'restrictedFromPublicUse',
    'hasIRbeaconCoverage',
    'permissionOnRequest',
  ]),
  crosswalk: bitString(
    'LaneAttributes-Crosswalk',
    [
      'crosswalkRevocableLane',
      'bicyleUseAllowed',
      'isXwalkFlyOverLane',
      'fixedCycleTime',
      'biDirectionalCycleTimes',
      'hasPushToWalkButton',
      'audioSupport',
      'rfSignalRequestPresent',
      'unsignalizedSegmentsPresent',
    ],
    SIXTEEN,
  ),
  bikeLane: bitString(
    'LaneAttributes-Bike',
    [
      'bikeRevocableLane',
      'pedestrianUseAllowed',
      'isBikeFlyOverLane',
      'fixedCycleTime',
      'biDirectionalCycleTimes',
      'isolatedByBarrier',
      'unsignalizedSegmentsPresent',
    ],
    SIXTEEN,
  ),
  sidewalk: bitString(
    'LaneAttributes-Sidewalk',
    ['sidewalk-RevocableLane', 'bicyleUseAllowed', 'isSidewalkFlyOverLane', 'walkBikes'],
    SIXTEEN,
  ),
  median: bitString(
    'LaneAttributes-Barrier',
    [
      'median-RevocableLane',
      'median',
      'whiteLineHashing',
      'stripedLines',
      'doubleStripedLines',
      'trafficCones',
      'constructionBarrier',
      'trafficChannels',
      'lowCurbs',
      'highCurbs',
    ],
    SIXTEEN,
  ),
  striping: bitString(
    'LaneAttributes-Striping',
    [
      'stripeToConnectingLanesRevocableLane',
      'stripeDrawOnLeft',
      'stripeDrawOnRight',
      'stripeToConnectingLanesLeft',
      'stripeToConnectingLanesRight',
      'stripeToConnectingLanesAhead',
    ],
    SIXTEEN,
  ),
  trackedVehicle: bitString(
    'LaneAttributes-TrackedVehicle',
    [
      'spec-RevocableLane',
      'spec-commuterRailRoadTrack',
      'spec-lightRailRoadTrack',
      'spec-heavyRailRoadTrack',
      'spec-otherRailType',
    ],
    SIXTEEN,
  ),
  parking: bitString(
    'LaneAttributes-Parking',
    [
      'parkingRevocableLane',
      'parallelParkingInUse',
      'headInParkingInUse',
      'doNotParkZone',
      'parkingForBusUse',
      'parkingForTaxiUse',
      'noPublicParkingUse',
    ],
    SIXTEEN,
  ),
});

export const LaneAttributes = sequence('LaneAttributes', {
  shareWith: optional(LaneSharing),
  laneType: LaneTypeAttributes,
});
export type LaneAttributes = Infer<typeof LaneAttributes>;
