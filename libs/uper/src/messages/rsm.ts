// RSM, who a roadside unit sees on the road: T/CSAE 53-2020 module RSM (profile of YD/T 3709-2020; the release of 2019 is
// the same).
import type { Infer } from '../codec.js';
import { extensibleEnumerated, integer, octetString } from '../primitives.js';
import { extensibleSequence, optional, sequenceOf } from '../structures.js';
import { MsgCount } from './counts.js';
import { AccelerationSet4Way, Heading, MotionConfidenceSet, Speed, SteeringWheelAngle } from './motion.js';
import { Position3D, PositionConfidenceSet, PositionOffsetLLV } from './position.js';
import { DSecond } from './time.js';
import { TransmissionState, VehicleClassification, VehicleSize } from './vehicle.js';

export const ParticipantType = extensibleEnumerated('ParticipantType', [
  'unknown',
  'motor',
  'non-motor',
  'pedestrian',
  'rsu',
]);

export const SourceType = extensibleEnumerated('SourceType', [
  'unknown',
  'selfinfo',
  'v2x',
  'video',
  'microwaveRadar',
  'loop',
  'lidar',
  'integrated',
]);

/** `ptcId` 0 is the unit itself; `id` is that of the BSM, where one was heard; `pos` is an offset from `refPos`.
 *  ```asn1
 *  ParticipantData ::= SEQUENCE { ptcType ParticipantType, ptcId INTEGER (0..65535), source SourceType,
 *    id OCTET STRING (SIZE(8)) OPTIONAL, secMark DSecond, pos PositionOffsetLLV, posConfidence PositionConfidenceSet,
 *    transmission TransmissionState OPTIONAL, speed Speed, heading Heading, angle SteeringWheelAngle OPTIONAL,
 *    motionCfd MotionConfidenceSet OPTIONAL, accelSet AccelerationSet4Way OPTIONAL, size VehicleSize,
 *    vehicleClass VehicleClassification OPTIONAL, ... }
 *  ``` */
export const ParticipantData = extensibleSequence('ParticipantData', {
  ptcType: ParticipantType,
  ptcId: integer('ptcId', 0, 65_535),
  source: SourceType,
  id: optional(octetString('id', 8)),
  secMark: DSecond,
  pos: PositionOffsetLLV,
  posConfidence: PositionConfidenceSet,
  transmission: optional(TransmissionState),
  speed: Speed,
  heading: Heading,
  angle: optional(SteeringWheelAngle),
  motionCfd: optional(MotionConfidenceSet),
  accelSet: optional(AccelerationSet4Way),
  size: VehicleSize,
  vehicleClass: optional(VehicleClassification),
});
export type ParticipantData = Infer<typeof ParticipantData>;
export const ParticipantList = sequenceOf('ParticipantList', ParticipantData, 1, 16);

/** `id` is that of the unit.
 *  ```asn1
 *  RoadsideSafetyMessage ::= SEQUENCE { msgCnt MsgCount, id OCTET STRING (SIZE(8)), refPos Position3D,
 *    participants ParticipantList, ... }
 *  ``` */
export const RoadsideSafetyMessage = extensibleSequence('RoadsideSafetyMessage', {
  msgCnt: MsgCount,
  id: octetString('id', 8),
  refPos: Position3D,
  participants: ParticipantList,
});
export type RoadsideSafetyMessage = Infer<typeof RoadsideSafetyMessage>;
