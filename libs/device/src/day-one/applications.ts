/** The seventeen day-one applications of T/CSAE 53-2020, in the order of the standard. */
import { abnormalVehicle } from './abnormal-vehicle.js';
import { blindSpot } from './blind-spot.js';
import { controlLoss } from './control-loss.js';
import { doNotPass } from './do-not-pass.js';
import { emergencyBrake } from './emergency-brake.js';
import { emergencyVehicle } from './emergency-vehicle.js';
import { forwardCollision } from './forward-collision.js';
import { greenSpeed } from './green-speed.js';
import { hazardousLocation } from './hazardous-location.js';
import { inVehicleSigns } from './in-vehicle-signs.js';
import { intersectionCollision } from './intersection-collision.js';
import { leftTurn } from './left-turn.js';
import { nearFieldPayment } from './near-field-payment.js';
import { redLight } from './red-light.js';
import { speedLimit } from './speed-limit.js';
import { trafficJam } from './traffic-jam.js';
import { vulnerableRoadUser } from './vulnerable-road-user.js';
import type { Application } from './warning.js';

export const APPLICATIONS = {
  fcw: forwardCollision,
  icw: intersectionCollision,
  lta: leftTurn,
  lcw: blindSpot,
  dnpw: doNotPass,
  ebw: emergencyBrake,
  avw: abnormalVehicle,
  clw: controlLoss,
  hlw: hazardousLocation,
  slw: speedLimit,
  rlvw: redLight,
  vrucw: vulnerableRoadUser,
  glosa: greenSpeed,
  ivs: inVehicleSigns,
  tjw: trafficJam,
  evw: emergencyVehicle,
  vnfp: nearFieldPayment,
} as const satisfies Readonly<Record<string, Application>>;
export type ApplicationName = keyof typeof APPLICATIONS;
