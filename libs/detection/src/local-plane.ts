// The rim: what a BSM says of places on the earth, as motion on a plane in metres, which all checks look at.
import { type GeoPoint, offsetBetween } from './geo.js';
import { headingSigma, type Motion, positionSigma } from './motion.js';
import type { ObservedState } from './observed-state.js';

/**
 * The motion of an observed state on the plane that touches the earth at `origin`, good to some 0.3 % within a radio range
 * of it: one receiver keeps one origin as long as it follows the same senders. Reverse gear turns the sign of the speed.
 */
export function motionOnPlane(state: ObservedState, origin: GeoPoint): Motion {
  const { eastMetres, northMetres } = offsetBetween(origin, state);
  return {
    timeSeconds: state.generationTimeMillis / 1000,
    eastMetres,
    northMetres,
    positionSigmaMetres: positionSigma(state.positionSigmaMetres),
    speedMetresPerSecond: state.isReversing ? -state.speedMetresPerSecond : state.speedMetresPerSecond,
    acceleration: state.longitudinalAcceleration,
    headingDegrees: state.headingDegrees,
    headingSigmaDegrees: headingSigma(undefined),
  };
}
