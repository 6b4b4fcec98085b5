// MAP, the roads and lanes around an intersection: T/CSAE 53-2020 modules Map, MapNode, MapLink, MapLane, MapPoint
// (profile of YD/T 3709-2020: sizes of NodeList and ConnectsToList, and linkWidth mandatory, differ in the release of 2019).
import type { Infer } from '../codec.js';
import { extensibleEnumerated, integer } from '../primitives.js';
import { extensibleSequence, optional, sequence, sequenceOf } from '../structures.js';
import { MsgCount } from './counts.js';
import { AllowedManeuvers, LaneAttributes } from './lane-attributes.js';
import { Speed } from './motion.js';
import { DescriptiveName, NodeReferenceID, PhaseID } from './node.js';
import { Position3D, PositionOffsetLLV } from './position.js';
import { MinuteOfTheYear } from './time.js';

/** Numbered from 1, left to right in driving direction; 0 unknown, 255 reserved. */
export const LaneID = integer('LaneID', 0, 255);
/** 1 cm. */
export const LaneWidth = integer('LaneWidth', 0, 32_767);

export const SpeedLimitType = extensibleEnumerated('SpeedLimitType', [
  'unknown',
  'maxSpeedInSchoolZone',
  'maxSpeedInSchoolZoneWhenChildrenArePresent',
  'maxSpeedInConstructionZone',
  'vehicleMinSpeed',
  'vehicleMaxSpeed',
  'vehicleNightMaxSpeed',
  'truckMinSpeed',
  'truckMaxSpeed',
  'truckNightMaxSpeed',
  'vehiclesWithTrailersMinSpeed',
  'vehiclesWithTrailersMaxSpeed',
  'vehiclesWithTrailersNightMaxSpeed',
]);

export const RegulatorySpeedLimit = sequence('RegulatorySpeedLimit', { type: SpeedLimitType, speed: Speed });
export const SpeedLimitList = sequenceOf('SpeedLimitList', RegulatorySpeedLimit, 1, 9);

/** Offset from the reference position of the node. */
export const RoadPoint = extensibleSequence('RoadPoint', { posOffset: PositionOffsetLLV });
/** The centre line, from the line where it starts to the line where one stops. */
export const PointList = sequenceOf('PointList', RoadPoint, 2, 31);

export const ConnectingLane = sequence('ConnectingLane', { lane: LaneID, maneuver: optional(AllowedManeuvers) });
export const Connection = sequence('Connection', {
  remoteIntersection: NodeReferenceID,
  connectingLane: optional(ConnectingLane),
  phaseId: optional(PhaseID),
});
export const ConnectsToList = sequenceOf('ConnectsToList', Connection, 1, 8);

/** ```asn1
 *  Lane ::= SEQUENCE { laneID LaneID, laneWidth LaneWidth OPTIONAL, laneAttributes LaneAttributes OPTIONAL,
 *    maneuvers AllowedManeuvers OPTIONAL, connectsTo ConnectsToList OPTIONAL, speedLimits SpeedLimitList OPTIONAL,
 *    points PointList OPTIONAL, ... }
 *  ``` */
export const Lane = extensibleSequence('Lane', {
  laneID: LaneID,
  laneWidth: optional(LaneWidth),
  laneAttributes: optional(LaneAttributes),
  maneuvers: optional(AllowedManeuvers),
  connectsTo: optional(ConnectsToList),
  speedLimits: optional(SpeedLimitList),
  points: optional(PointList),
});
export type Lane = Infer<typeof Lane>;
export const LaneList = sequenceOf('LaneList', Lane, 1, 32);

export const Movement = sequence('Movement', { remoteIntersection: NodeReferenceID, phaseId: optional(PhaseID) });
export const MovementList = sequenceOf('MovementList', Movement, 1, 32);

/** The road from a node upstream to the node it is listed under.
 *  ```asn1
 *  Link ::= SEQUENCE { name DescriptiveName OPTIONAL, upstreamNodeId NodeReferenceID,
 *    speedLimits SpeedLimitList OPTIONAL, linkWidth LaneWidth, points PointList OPTIONAL,
 *    movements MovementList OPTIONAL, lanes LaneList, ... }
 *  ``` */
export const Link = extensibleSequence('Link', {
  name: optional(DescriptiveName),
  upstreamNodeId: NodeReferenceID,
  speedLimits: optional(SpeedLimitList),
  linkWidth: LaneWidth,
  points: optional(PointList),
  movements: optional(MovementList),
  lanes: LaneList,
});
export type Link = Infer<typeof Link>;
export const LinkList = sequenceOf('LinkList', Link, 1, 32);

/** `refPos` is the origin of every offset below it. */
export const Node = extensibleSequence('Node', {
  name: optional(DescriptiveName),
  id: NodeReferenceID,
  refPos: Position3D,
  inLinks: optional(LinkList),
});
export type Node = Infer<typeof Node>;
export const NodeList = sequenceOf('NodeList', Node, 1, 32);

/** ```asn1
 *  MapData ::= SEQUENCE { msgCnt MsgCount, timeStamp MinuteOfTheYear OPTIONAL, nodes NodeList, ... }
 *  ``` */
export const MapData = extensibleSequence('MapData', {
  msgCnt: MsgCount,
  timeStamp: optional(MinuteOfTheYear),
  nodes: NodeList,
});
export type MapData = Infer<typeof MapData>;
