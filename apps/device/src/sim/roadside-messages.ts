/** What a roadside unit says of the network and what it sees: MAP, SPAT, RSI, RSM. T/CSAE 53-2020. */
import { offsetTo } from '#device/day-one/offsets.js';
import type { Link, MapData, Node } from '#uper/messages/map.js';
import type { RoadSideInformation, RTEData, RTSData } from '#uper/messages/rsi.js';
import type { ParticipantData, RoadsideSafetyMessage } from '#uper/messages/rsm.js';
import type { LightState, SPAT } from '#uper/messages/spat.js';
import type { PlanePoint } from '../road/radio.js';
import {
  JUNCTION_METRES,
  JUNCTIONS,
  LANE_METRES,
  lanePoints,
  LANES,
  NODES,
  REGION,
  type JunctionName,
  type LaneNumber,
  type NodeName,
} from './network.js';
import { phaseOf, PHASES, shownBy, type Phase } from './signals.js';
import { ELEVATION_METRES, onEarth } from './site.js';

const nodeId = (name: NodeName) => ({ region: REGION, id: NODES[name].id });
const positionOf = (point: PlanePoint) => ({ ...onEarth(point), elevation: ELEVATION_METRES * 10 });
const bits = (size: number, ...set: number[]): boolean[] => Array.from({ length: size }, (_, bit) => set.includes(bit));

/** 60 km/h. */
const LIMIT = 833;
const STRAIGHT = 0;
const LEFT = 1;
const RIGHT = 2;

export function mapOf(msgCnt: number): MapData {
  return { msgCnt: msgCnt & 127, nodes: (Object.keys(JUNCTIONS) as JunctionName[]).map(junctionNode) };
}

function junctionNode(junction: JunctionName): Node {
  const refPos = positionOf(NODES[junction]);
  return {
    id: nodeId(junction),
    refPos,
    inLinks: JUNCTIONS[junction].map((_, arm) => linkInto(junction, arm, refPos)),
  };
}

function linkInto(junction: JunctionName, arm: number, refPos: Node['refPos']): Link {
  const arms = JUNCTIONS[junction];
  const from = arms[arm] as NodeName;
  // Clockwise from an arm: to the left of who comes from it, straight on, to the right.
  const ways: readonly (readonly [NodeName, number, readonly LaneNumber[]])[] = [
    [arms[(arm + 2) % 4] as NodeName, STRAIGHT, [1, 2]],
    [arms[(arm + 1) % 4] as NodeName, LEFT, [1]],
    [arms[(arm + 3) % 4] as NodeName, RIGHT, [2]],
  ];
  return {
    upstreamNodeId: nodeId(from),
    speedLimits: [{ type: 'vehicleMaxSpeed', speed: LIMIT }],
    linkWidth: LANE_METRES * LANES.length * 100,
    lanes: LANES.map((lane) => ({
      laneID: lane,
      laneWidth: LANE_METRES * 100,
      connectsTo: ways
        .filter(([, , lanes]) => lanes.includes(lane))
        .map(([to, maneuver]) => ({
          remoteIntersection: nodeId(to),
          connectingLane: { lane, maneuver: bits(12, maneuver) },
          phaseId: phaseOf(from),
        })),
      points: lanePoints(from, junction, lane).map((point) => ({ posOffset: offsetTo(refPos, onEarth(point)) })),
    })),
  };
}

/** `second` counts from the start of the avenue's green. */
export function spatOf(msgCnt: number, second: number): SPAT {
  return spatShowing(msgCnt, (phase) => shownBy(phase, second));
}

/** A SPAT that says anything one likes. */
export function spatShowing(
  msgCnt: number,
  shown: (phase: Phase) => readonly { light: LightState; startsInSeconds: number; endsInSeconds: number }[],
): SPAT {
  return {
    msgCnt: msgCnt & 127,
    intersections: (Object.keys(JUNCTIONS) as JunctionName[]).map((junction) => ({
      intersectionId: nodeId(junction),
      status: bits(16, 6),
      phases: PHASES.map((phase) => ({
        id: phase,
        phaseStates: shown(phase).map(({ light, startsInSeconds, endsInSeconds }) => ({
          light,
          timing: {
            kind: 'counting' as const,
            value: { startTime: Math.round(startsInSeconds * 10), likelyEndTime: Math.round(endsInSeconds * 10) },
          },
        })),
      })),
    })),
  };
}

/** Along which an event or a sign holds, and how far to both sides. */
export interface Stretch {
  readonly points: readonly PlanePoint[];
  readonly radiusMetres: number;
}

export type EventOnRoad = { readonly eventType: number } & (
  { readonly stretch: Stretch } | { readonly at: PlanePoint; readonly radiusMetres: number }
);
export interface SignOnRoad {
  readonly signType: number;
  readonly text?: string;
  readonly stretch: Stretch;
}

const UNIT_ID = new TextEncoder().encode('rsu-road');

export function eventsMessage(msgCnt: number, unit: PlanePoint, events: readonly EventOnRoad[]): RoadSideInformation {
  const refPos = positionOf(unit);
  const rtes = events.map((event, rteId): RTEData => ({
    rteId,
    eventType: event.eventType,
    eventSource: 'detection',
    ...('stretch' in event
      ? { referencePaths: [pathOf(refPos, event.stretch)] }
      : { eventPos: offsetTo(refPos, onEarth(event.at)), eventRadius: Math.round(event.radiusMetres * 10) }),
  }));
  return { msgCnt: msgCnt & 127, id: UNIT_ID, refPos, rtes };
}

export function signsMessage(msgCnt: number, unit: PlanePoint, signs: readonly SignOnRoad[]): RoadSideInformation {
  const refPos = positionOf(unit);
  const rtss = signs.map(({ signType, text, stretch }, rtsId): RTSData => ({
    rtsId,
    signType,
    ...(text === undefined ? {} : { description: { kind: 'textString' as const, value: text } }),
    referencePaths: [pathOf(refPos, stretch)],
  }));
  return { msgCnt: msgCnt & 127, id: UNIT_ID, refPos, rtss };
}

const pathOf = (refPos: Node['refPos'], { points, radiusMetres }: Stretch) => ({
  activePath: points.map((point) => offsetTo(refPos, onEarth(point))),
  pathRadius: Math.round(radiusMetres * 10),
});

/** Somebody on foot, as a camera sees them. */
export interface Walker extends PlanePoint {
  readonly headingDegrees: number;
  readonly speedMetresPerSecond: number;
}

export function walkersMessage(
  msgCnt: number,
  unit: PlanePoint,
  walkers: readonly Walker[],
  secMark: number,
): RoadsideSafetyMessage {
  const refPos = positionOf(unit);
  const participants = walkers.map((walker, n): ParticipantData => ({
    ptcType: 'pedestrian',
    ptcId: n + 1,
    source: 'video',
    secMark,
    pos: offsetTo(refPos, onEarth(walker)),
    posConfidence: { pos: 'a1m' },
    speed: Math.round(walker.speedMetresPerSecond / 0.02),
    heading: Math.round(walker.headingDegrees / 0.0125),
    size: { width: 60, length: 60 },
  }));
  return { msgCnt: msgCnt & 127, id: UNIT_ID, refPos, participants };
}

/** Where the unit of the first junction stands. */
export const UNIT_PLACE: PlanePoint = { eastMetres: JUNCTION_METRES + 3, northMetres: JUNCTION_METRES + 3 };
