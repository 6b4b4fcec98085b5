// SPAT, what the signals show and when they change: T/CSAE 53-2020 modules SPAT and SignalPhaseAndTiming (profile of
// YD/T 3709-2020; the release of 2019 is the same).
import type { Infer } from '../codec.js';
import { bitString, extensibleEnumerated } from '../primitives.js';
import { extensibleChoice, extensibleSequence, optional, sequence, sequenceOf } from '../structures.js';
import { Confidence, MsgCount } from './counts.js';
import { DescriptiveName, NodeReferenceID, PhaseID } from './node.js';
import { DSecond, MinuteOfTheYear, TimeConfidence, TimeMark } from './time.js';

export const LightState = extensibleEnumerated('LightState', [
  'unavailable',
  'dark',
  'flashing-red',
  'red',
  'flashing-green',
  'permissive-green',
  'protected-green',
  'yellow',
  'flashing-yellow',
]);
export type LightState = Infer<typeof LightState>;

/** Times from now on, in 0.1 s; `startTime` 0 is running already. */
export const TimeCountingDown = sequence('TimeCountingDown', {
  startTime: TimeMark,
  minEndTime: optional(TimeMark),
  maxEndTime: optional(TimeMark),
  likelyEndTime: TimeMark,
  timeConfidence: optional(Confidence),
  nextStartTime: optional(TimeMark),
  nextDuration: optional(TimeMark),
});
export type TimeCountingDown = Infer<typeof TimeCountingDown>;

/** Times in the UTC hour, in 0.1 s. */
export const UTCTiming = sequence('UTCTiming', {
  startUTCTime: TimeMark,
  minEndUTCTime: optional(TimeMark),
  maxEndUTCTime: optional(TimeMark),
  likelyEndUTCTime: TimeMark,
  timeConfidence: optional(Confidence),
  nextStartUTCTime: optional(TimeMark),
  nextEndUTCTime: optional(TimeMark),
});

export const TimeChangeDetails = extensibleChoice('TimeChangeDetails', {
  counting: TimeCountingDown,
  utcTiming: UTCTiming,
});

export const PhaseState = extensibleSequence('PhaseState', { light: LightState, timing: optional(TimeChangeDetails) });
export const PhaseStateList = sequenceOf('PhaseStateList', PhaseState, 1, 16);
export const Phase = sequence('Phase', { id: PhaseID, phaseStates: PhaseStateList });
export const PhaseList = sequenceOf('PhaseList', Phase, 1, 16);

/** Bit numbers of IntersectionStatusObject that decide something. */
export const INTERSECTION_STATUS = { preemptIsActive: 3, signalPriorityIsActive: 4, fixedTimeOperation: 5 } as const;

/** The last two of the sixteen bits have no name and are zero. */
export const IntersectionStatusObject = bitString(
  'IntersectionStatusObject',
  [
    'manualControlIsEnabled',
    'stopTimeIsActivated',
    'failureFlash',
    'preemptIsActive',
    'signalPriorityIsActive',
    'fixedTimeOperation',
    'trafficDependentOperation',
    'standbyOperation',
    'failureMode',
    'off',
    'recentMAPmessageUpdate',
    'recentChangeInMAPassignedLanesIDsUsed',
    'noValidMAPisAvailableAtThisTime',
    'noValidSPATisAvailableAtThisTime',
  ],
  16,
);

/** ```asn1
 *  IntersectionState ::= SEQUENCE { intersectionId NodeReferenceID, status IntersectionStatusObject,
 *    moy MinuteOfTheYear OPTIONAL, timeStamp DSecond OPTIONAL, timeConfidence TimeConfidence OPTIONAL,
 *    phases PhaseList, ... }
 *  ``` */
export const IntersectionState = extensibleSequence('IntersectionState', {
  intersectionId: NodeReferenceID,
  status: IntersectionStatusObject,
  moy: optional(MinuteOfTheYear),
  timeStamp: optional(DSecond),
  timeConfidence: optional(TimeConfidence),
  phases: PhaseList,
});
export type IntersectionState = Infer<typeof IntersectionState>;
export const IntersectionStateList = sequenceOf('IntersectionStateList', IntersectionState, 1, 32);

/** ```asn1
 *  SPAT ::= SEQUENCE { msgCnt MsgCount, moy MinuteOfTheYear OPTIONAL, timeStamp DSecond OPTIONAL,
 *    name DescriptiveName OPTIONAL, intersections IntersectionStateList, ... }
 *  ``` */
export const SPAT = extensibleSequence('SPAT', {
  msgCnt: MsgCount,
  moy: optional(MinuteOfTheYear),
  timeStamp: optional(DSecond),
  name: optional(DescriptiveName),
  intersections: IntersectionStateList,
});
export type SPAT = Infer<typeof SPAT>;
