// How things move: T/CSAE 53-2020 modules DefMotion and DefAcceleration.
import type { Infer } from '../codec.js';
import { enumerated, integer } from '../primitives.js';
import { optional, sequence } from '../structures.js';

/** 0.02 m/s; 8191 unavailable. */
export const Speed = integer('Speed', 0, 8191);
/** 0.0125 degree clockwise from north; 28800 unavailable. */
export const Heading = integer('Heading', 0, 28_800);
/** 1.5 degree; 240 unavailable. */
export const CoarseHeading = integer('CoarseHeading', 0, 240);
/** 1.5 degree, right positive; 127 unavailable. */
export const SteeringWheelAngle = integer('SteeringWheelAngle', -126, 127);
/** 0.01 m/s²; 2001 unavailable. */
export const Acceleration = integer('Acceleration', -2000, 2001);

export const SPEED_UNAVAILABLE = 8191;
export const HEADING_UNAVAILABLE = 28_800;
export const ACCELERATION_UNAVAILABLE = 2001;
export const VERTICAL_ACCELERATION_UNAVAILABLE = -127;

/** `vert` in 0.02 g (−127 unavailable), `yaw` in 0.01 degree/s. */
export const AccelerationSet4Way = sequence('AccelerationSet4Way', {
  long: Acceleration,
  lat: Acceleration,
  vert: integer('VerticalAcceleration', -127, 127),
  yaw: integer('YawRate', -32_767, 32_767),
});
export type AccelerationSet4Way = Infer<typeof AccelerationSet4Way>;

/** Metres per second: `prec10ms` is "within 10 m/s". */
export const SpeedConfidence = enumerated('SpeedConfidence', [
  'unavailable',
  'prec100ms',
  'prec10ms',
  'prec5ms',
  'prec1ms',
  'prec0-1ms',
  'prec0-05ms',
  'prec0-01ms',
]);

export const HeadingConfidence = enumerated('HeadingConfidence', [
  'unavailable',
  'prec10deg',
  'prec05deg',
  'prec01deg',
  'prec0-1deg',
  'prec0-05deg',
  'prec0-01deg',
  'prec0-0125deg',
]);

export const SteeringWheelAngleConfidence = enumerated('SteeringWheelAngleConfidence', [
  'unavailable',
  'prec2deg',
  'prec1deg',
  'prec0-02deg',
]);

export const MotionConfidenceSet = sequence('MotionConfidenceSet', {
  speedCfd: optional(SpeedConfidence),
  headingCfd: optional(HeadingConfidence),
  steerCfd: optional(SteeringWheelAngleConfidence),
});
export type MotionConfidenceSet = Infer<typeof MotionConfidenceSet>;
