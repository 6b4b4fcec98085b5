// RSI, events and signs along the road: T/CSAE 53-2020 module RSI (profile of YD/T 3709-2020: a path has 2 points or more,
// in the release of 2019 one was enough, and the same bits mean one point less).
import type { Infer } from '../codec.js';
import { bitString, extensibleEnumerated, ia5String, integer, octetString } from '../primitives.js';
import { choice, extensibleSequence, optional, sequence, sequenceOf } from '../structures.js';
import { Confidence, MsgCount } from './counts.js';
import { NodeReferenceID } from './node.js';
import { Position3D, PositionOffsetLLV } from './position.js';
import { MinuteOfTheYear, TimeConfidence } from './time.js';

/** 0.1 m. */
export const Radius = integer('Radius', 0, 65_535);
/** A number of GB/T 29100: thousands and hundreds the class, tens and ones the event. */
export const EventType = integer('EventType', 0, 65_535);
/** A row of the name index of GB 5768.2; 0 is text, or unknown. */
export const SignType = integer('SignType', 0, 65_535);

/** Level 0 lowest to 7 highest in the three high bits, zero below. */
export const RSIPriority = octetString('RSIPriority', 1);

export const Description = choice('Description', {
  textString: ia5String('textString', 1, 512),
  textGB2312: octetString('textGB2312', 2, 512),
});

export const RSITimeDetails = sequence('RSITimeDetails', {
  startTime: optional(MinuteOfTheYear),
  endTime: optional(MinuteOfTheYear),
  endTimeConfidence: optional(TimeConfidence),
});

/** From upstream to downstream, offsets from `refPos`. */
export const PathPointList = sequenceOf('PathPointList', PositionOffsetLLV, 2, 32);
export const ReferencePath = sequence('ReferencePath', { activePath: PathPointList, pathRadius: Radius });
export const ReferencePathList = sequenceOf('ReferencePathList', ReferencePath, 1, 8);

const LANES = Array.from({ length: 15 }, (_, index) => `lane${index + 1}`);
/** Bit n is lane n. */
export const ReferenceLanes = bitString('ReferenceLanes', ['reserved', ...LANES]);

/** Without lanes, all of them. */
export const ReferenceLink = sequence('ReferenceLink', {
  upstreamNodeId: NodeReferenceID,
  downstreamNodeId: NodeReferenceID,
  referenceLanes: optional(ReferenceLanes),
});
export const ReferenceLinkList = sequenceOf('ReferenceLinkList', ReferenceLink, 1, 16);

export const EventSource = extensibleEnumerated('EventSource', [
  'unknown',
  'police',
  'government',
  'meteorological',
  'internet',
  'detection',
]);

/** A traffic event. (`rteId` and the unit's id together are its key everywhere.)
 *  ```asn1
 *  RTEData ::= SEQUENCE { rteId INTEGER (0..255), eventType EventType, eventSource EventSource,
 *    eventPos PositionOffsetLLV OPTIONAL, eventRadius Radius OPTIONAL, description Description OPTIONAL,
 *    timeDetails RSITimeDetails OPTIONAL, priority RSIPriority OPTIONAL, referencePaths ReferencePathList OPTIONAL,
 *    referenceLinks ReferenceLinkList OPTIONAL, eventConfidence Confidence OPTIONAL, ... }
 *  ``` */
export const RTEData = extensibleSequence('RTEData', {
  rteId: integer('rteId', 0, 255),
  eventType: EventType,
  eventSource: EventSource,
  eventPos: optional(PositionOffsetLLV),
  eventRadius: optional(Radius),
  description: optional(Description),
  timeDetails: optional(RSITimeDetails),
  priority: optional(RSIPriority),
  referencePaths: optional(ReferencePathList),
  referenceLinks: optional(ReferenceLinkList),
  eventConfidence: optional(Confidence),
});
export type RTEData = Infer<typeof RTEData>;
export const RTEList = sequenceOf('RTEList', RTEData, 1, 8);

/** A traffic sign.
 *  ```asn1
 *  RTSData ::= SEQUENCE { rtsId INTEGER (0..255), signType SignType, signPos PositionOffsetLLV OPTIONAL,
 *    description Description OPTIONAL, timeDetails RSITimeDetails OPTIONAL, priority RSIPriority OPTIONAL,
 *    referencePaths ReferencePathList OPTIONAL, referenceLinks ReferenceLinkList OPTIONAL, ... }
 *  ``` */
export const RTSData = extensibleSequence('RTSData', {
  rtsId: integer('rtsId', 0, 255),
  signType: SignType,
  signPos: optional(PositionOffsetLLV),
  description: optional(Description),
  timeDetails: optional(RSITimeDetails),
  priority: optional(RSIPriority),
  referencePaths: optional(ReferencePathList),
  referenceLinks: optional(ReferenceLinkList),
});
export type RTSData = Infer<typeof RTSData>;
export const RTSList = sequenceOf('RTSList', RTSData, 1, 16);

/** `id` is that of the unit. One of the two lists should be there; the type does not ask for it.
 *  ```asn1
 *  RoadSideInformation ::= SEQUENCE { msgCnt MsgCount, moy MinuteOfTheYear OPTIONAL, id OCTET STRING (SIZE(8)),
 *    refPos Position3D, rtes RTEList OPTIONAL, rtss RTSList OPTIONAL, ... }
 *  ``` */
export const RoadSideInformation = extensibleSequence('RoadSideInformation', {
  msgCnt: MsgCount,
  moy: optional(MinuteOfTheYear),
  id: octetString('id', 8),
  refPos: Position3D,
  rtes: optional(RTEList),
  rtss: optional(RTSList),
});
export type RoadSideInformation = Infer<typeof RoadSideInformation>;
