// The detectors by name, with the observation each stands for in ETSI TS 103 759 V2.1.1 and how its word counts.
import {
  accelerationPlausibility,
  beaconFrequency,
  type Detector,
  headingConsistency,
  positionJump,
  positionSpeedConsistency,
  rangePlausibility,
  speedConsistency,
  speedPlausibility,
  staticConsistency,
} from './detectors.js';

export type DetectorName =
  | 'positionJump'
  | 'positionSpeedConsistency'
  | 'speedConsistency'
  | 'speedPlausibility'
  | 'accelerationPlausibility'
  | 'headingConsistency'
  | 'rangePlausibility'
  | 'beaconFrequency'
  | 'staticConsistency';

/** Target and observation numbers of ETSI TS 103 759 V2.1.1 (CAM and BSM share them). */
export interface ObservationId {
  readonly tgtId: number;
  readonly obsId: number;
}

export interface DetectorEntry extends ObservationId {
  readonly name: DetectorName;
  readonly detector: Detector;
  /** `single`: looks at one message. `last`: against the message before. `trusted`: against plausible earlier ones. */
  readonly against: 'single' | 'last' | 'trusted';
  /** Share of the evidence that counts. What rests on the receiver's own word counts less. */
  readonly weight: number;
}

/**
 * TS 103 759 has no observation for position against speed or heading, nor for range: those are filed under
 * Position.ChangeTooLarge (3, 4), which is what the misbehaviour authority can verify of them.
 */
export const DETECTORS: readonly DetectorEntry[] = [
  { name: 'positionJump', detector: positionJump, tgtId: 3, obsId: 4, against: 'trusted', weight: 1 },
  {
    name: 'positionSpeedConsistency',
    detector: positionSpeedConsistency,
    tgtId: 3,
    obsId: 4,
    against: 'trusted',
    weight: 1,
  },
  { name: 'headingConsistency', detector: headingConsistency, tgtId: 3, obsId: 4, against: 'trusted', weight: 1 },
  { name: 'speedConsistency', detector: speedConsistency, tgtId: 4, obsId: 5, against: 'trusted', weight: 1 },
  { name: 'speedPlausibility', detector: speedPlausibility, tgtId: 4, obsId: 3, against: 'single', weight: 1 },
  {
    name: 'accelerationPlausibility',
    detector: accelerationPlausibility,
    tgtId: 5,
    obsId: 4,
    against: 'single',
    weight: 1,
  },
  { name: 'rangePlausibility', detector: rangePlausibility, tgtId: 3, obsId: 4, against: 'single', weight: 0.3 },
  { name: 'beaconFrequency', detector: beaconFrequency, tgtId: 0, obsId: 1, against: 'last', weight: 1 },
  { name: 'staticConsistency', detector: staticConsistency, tgtId: 1, obsId: 1, against: 'last', weight: 1 },
];
