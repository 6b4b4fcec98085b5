// The basic safety message and the frame it travels in: T/CSAE 53-2020 modules BSM and MsgFrame, YD/T 3709-2020.
import { decodeUper, encodeUper, type Infer } from '../codec.js';
import { integer, octetString } from '../primitives.js';
import { extensibleChoice, extensibleSequence, optional, unread } from '../structures.js';
import { AccelerationSet4Way, Heading, MotionConfidenceSet, Speed, SteeringWheelAngle } from './motion.js';
import { VehicleSafetyExtensions } from './path.js';
import { Position3D, PositionalAccuracy, PositionConfidenceSet } from './position.js';
import { DSecond, TimeConfidence } from './time.js';
import {
  BrakeSystemStatus,
  TransmissionState,
  VehicleClassification,
  VehicleEmergencyExtensions,
  VehicleSize,
} from './vehicle.js';

/** Counts 0..127 and wraps; starts anew at random when the signing certificate changes. */
export const MsgCount = integer('MsgCount', 0, 127);

/** ```asn1
 *  BasicSafetyMessage ::= SEQUENCE { msgCnt MsgCount, id OCTET STRING (SIZE(8)), secMark DSecond,
 *    timeConfidence TimeConfidence OPTIONAL, pos Position3D, posAccuracy PositionalAccuracy OPTIONAL,
 *    posConfidence PositionConfidenceSet OPTIONAL, transmission TransmissionState, speed Speed, heading Heading,
 *    angle SteeringWheelAngle OPTIONAL, motionCfd MotionConfidenceSet OPTIONAL, accelSet AccelerationSet4Way,
 *    brakes BrakeSystemStatus, size VehicleSize, vehicleClass VehicleClassification,
 *    safetyExt VehicleSafetyExtensions OPTIONAL, emergencyExt VehicleEmergencyExtensions OPTIONAL, ... }
 *  ``` */
export const BasicSafetyMessage = extensibleSequence('BasicSafetyMessage', {
  msgCnt: MsgCount,
  id: octetString('id', 8),
  secMark: DSecond,
  timeConfidence: optional(TimeConfidence),
  pos: Position3D,
  posAccuracy: optional(PositionalAccuracy),
  posConfidence: optional(PositionConfidenceSet),
  transmission: TransmissionState,
  speed: Speed,
  heading: Heading,
  angle: optional(SteeringWheelAngle),
  motionCfd: optional(MotionConfidenceSet),
  accelSet: AccelerationSet4Way,
  brakes: BrakeSystemStatus,
  size: VehicleSize,
  vehicleClass: VehicleClassification,
  safetyExt: optional(VehicleSafetyExtensions),
  emergencyExt: optional(VehicleEmergencyExtensions),
});
export type BasicSafetyMessage = Infer<typeof BasicSafetyMessage>;

/** Only `bsmFrame` is read; the other day-one messages keep their bits, and later alternatives come as `later`. */
export const MessageFrame = extensibleChoice('MessageFrame', {
  bsmFrame: BasicSafetyMessage,
  mapFrame: unread('MapData'),
  rsmFrame: unread('RoadsideSafetyMessage'),
  spatFrame: unread('SPAT'),
  rsiFrame: unread('RoadSideInformation'),
});
export type MessageFrame = Infer<typeof MessageFrame>;

/** The bytes a signed message carries for a BSM. Throws UperError when a field is outside its range. */
export function encodeBsmFrame(bsm: BasicSafetyMessage): Uint8Array {
  return encodeUper(MessageFrame, { kind: 'bsmFrame', value: bsm });
}

/** Reads any frame of T/CSAE 53-2020; throws UperError on bytes that are none. */
export function decodeMessageFrame(bytes: Uint8Array): MessageFrame {
  return decodeUper(MessageFrame, bytes);
}
