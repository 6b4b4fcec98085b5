// BSM, the basic safety message of a vehicle: T/CSAE 53-2020 module BSM (profile of YD/T 3709-2020).
import type { Infer } from '../codec.js';
import { octetString } from '../primitives.js';
import { extensibleSequence, optional } from '../structures.js';
import { MsgCount } from './counts.js';
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
