// Where a vehicle was and will be: T/CSAE 53-2020 module VehSafetyExt (profile of YD/T 3709-2020).
import type { Infer } from '../codec.js';
import { bitString, integer } from '../primitives.js';
import { extensibleSequence, optional, sequenceOf } from '../structures.js';
import { Confidence } from './counts.js';
import { CoarseHeading, Heading, MotionConfidenceSet, Speed } from './motion.js';
import { Position3D, PositionConfidenceSet, PositionOffsetLLV } from './position.js';
import { DDateTime, TimeConfidence, TimeOffset } from './time.js';
import { ExteriorLights, TransmissionState, VehicleEventFlags } from './vehicle.js';

/** YD/T 3709-2020 form, with seven optional fields; the release of 2019 had PositionalAccuracy here as an eighth. */
export const FullPositionVector = extensibleSequence('FullPositionVector', {
  utcTime: optional(DDateTime),
  pos: Position3D,
  heading: optional(Heading),
  transmission: optional(TransmissionState),
  speed: optional(Speed),
  posAccuracy: optional(PositionConfidenceSet),
  timeConfidence: optional(TimeConfidence),
  motionCfd: optional(MotionConfidenceSet),
});
export type FullPositionVector = Infer<typeof FullPositionVector>;

export const PathHistoryPoint = extensibleSequence('PathHistoryPoint', {
  llvOffset: PositionOffsetLLV,
  timeOffset: TimeOffset,
  speed: optional(Speed),
  posAccuracy: optional(PositionConfidenceSet),
  heading: optional(CoarseHeading),
});

export const GNSSstatus = bitString('GNSSstatus', [
  'unavailable',
  'isHealthy',
  'isMonitored',
  'baseStationType',
  'aPDOPofUnder5',
  'inViewOfUnder5',
  'localCorrectionsPresent',
  'networkCorrectionsPresent',
]);

export const PathHistory = extensibleSequence('PathHistory', {
  initialPosition: optional(FullPositionVector),
  currGNSSstatus: optional(GNSSstatus),
  crumbData: sequenceOf('PathHistoryPointList', PathHistoryPoint, 1, 23),
});
export type PathHistory = Infer<typeof PathHistory>;

/** `radiusOfCurve` in 0.1 m; 32767 straight. */
export const PathPrediction = extensibleSequence('PathPrediction', {
  radiusOfCurve: integer('RadiusOfCurvation', -32_767, 32_767),
  confidence: Confidence,
});

export const VehicleSafetyExtensions = extensibleSequence('VehicleSafetyExtensions', {
  events: optional(VehicleEventFlags),
  pathHistory: optional(PathHistory),
  pathPrediction: optional(PathPrediction),
  lights: optional(ExteriorLights),
});
export type VehicleSafetyExtensions = Infer<typeof VehicleSafetyExtensions>;
