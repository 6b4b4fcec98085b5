/** What samples of roadside messages carry: one junction in Beijing with one road from the west, its signal and its signs. */
import { ccsa } from '#credentials/profile.js';
import { encodeMessageFrame, type MessageFrame } from '#uper/messages/message-frame.js';
import { INTERSECTION_STATUS } from '#uper/messages/spat.js';
import { MESSAGE_AIDS } from '#wire/message-applications.js';
import { placeOf } from './payloads.js';

/** The junction and the node west of it; regions and numbers behind those for tests. */
const JUNCTION = { region: 11, id: 1001 };
const WEST = { region: 11, id: 1000 };
const PHASE = 3;

const { latitude, longitude, height } = placeOf(ccsa);
const refPos = { lat: latitude, long: longitude, elevation: height };

/** 1/10 microdegrees east and north of the junction, in the smallest form that holds them. */
const at = (lon: number, lat: number) =>
  ({
    offsetLL: {
      kind: Math.abs(lon) < 8192 && Math.abs(lat) < 8192 ? 'position-LL2' : 'position-LL3',
      value: { lon, lat },
    },
  }) as const;
const bits = (size: number, ...set: number[]): boolean[] => Array.from({ length: size }, (_, bit) => set.includes(bit));

export type RoadsideKind = 'map' | 'spat' | 'rsi' | 'rsm';

/** The application of each, the first where it has several. */
export const ROADSIDE_AIDS: Readonly<Record<RoadsideKind, number>> = {
  map: MESSAGE_AIDS.mapFrame[0],
  spat: MESSAGE_AIDS.spatFrame[0],
  rsi: MESSAGE_AIDS.rsiFrame[0],
  rsm: MESSAGE_AIDS.rsmFrame[0],
};

/** The moment in the year and in its minute. */
interface Moment {
  readonly moy: number;
  readonly second: number;
}

const momentOf = (atMillis: number): Moment => {
  const newYear = Date.UTC(new Date(atMillis).getUTCFullYear(), 0, 1);
  return { moy: Math.floor((atMillis - newYear) / 60_000), second: atMillis % 60_000 };
};

/** A MessageFrame of T/CSAE 53-2020 in unaligned PER; `id`, 8 bytes, is that of the unit. */
export const roadsideMessage = (kind: RoadsideKind, id: Uint8Array, atMillis: number): Uint8Array =>
  encodeMessageFrame(FRAMES[kind](id, momentOf(atMillis)));

const FRAMES: Readonly<Record<RoadsideKind, (id: Uint8Array, moment: Moment) => MessageFrame>> = {
  map: (_, { moy }) => ({ kind: 'mapFrame', value: { msgCnt: 1, timeStamp: moy, nodes: [junction] } }),
  spat: (_, { moy, second }) => ({
    kind: 'spatFrame',
    value: { msgCnt: 1, moy, timeStamp: second, intersections: [signal] },
  }),
  rsi: (id, { moy }) => ({ kind: 'rsiFrame', value: { msgCnt: 1, moy, id, refPos, rtes: [jam], rtss: [speedLimit] } }),
  rsm: (id, { second }) => ({
    kind: 'rsmFrame',
    value: {
      msgCnt: 1,
      id,
      refPos,
      participants: [
        {
          ptcType: 'pedestrian',
          ptcId: 1,
          source: 'video',
          secMark: second,
          pos: at(-300, 40),
          posConfidence: { pos: 'a1m' },
          speed: 60,
          heading: 0,
          size: { width: 60, length: 60 },
          vehicleClass: { classification: 82 },
        },
      ],
    },
  }),
};

const junction = {
  name: 'Sample junction',
  id: JUNCTION,
  refPos,
  inLinks: [
    {
      upstreamNodeId: WEST,
      speedLimits: [{ type: 'vehicleMaxSpeed' as const, speed: 833 }],
      linkWidth: 700,
      points: [{ posOffset: at(-30_000, 0) }, { posOffset: at(-200, 0) }],
      movements: [{ remoteIntersection: { region: 11, id: 1002 }, phaseId: PHASE }],
      lanes: [
        {
          laneID: 1,
          laneWidth: 350,
          laneAttributes: { laneType: { kind: 'vehicle' as const, value: bits(8) } },
          maneuvers: bits(12, 0, 1),
          connectsTo: [{ remoteIntersection: { region: 11, id: 1002 }, phaseId: PHASE }],
        },
      ],
    },
  ],
};

const signal = {
  intersectionId: JUNCTION,
  status: bits(16, INTERSECTION_STATUS.fixedTimeOperation),
  phases: [
    {
      id: PHASE,
      phaseStates: [
        { light: 'red' as const, timing: { kind: 'counting' as const, value: { startTime: 0, likelyEndTime: 120 } } },
        {
          light: 'protected-green' as const,
          timing: { kind: 'counting' as const, value: { startTime: 120, likelyEndTime: 420 } },
        },
      ],
    },
  ],
};

/** GB/T 29100: congestion; the last 250 m of the road. */
const jam = {
  rteId: 1,
  eventType: 707,
  eventSource: 'detection' as const,
  priority: Uint8Array.of(0x60),
  referencePaths: [{ activePath: [at(-30_000, 0), at(-200, 0)], pathRadius: 70 }],
  eventConfidence: 180,
};

/** GB 5768.2: a speed limit, in GB 2312. */
const speedLimit = {
  rtsId: 2,
  signType: 85,
  description: { kind: 'textGB2312' as const, value: Uint8Array.of(0xcf, 0xde, 0xcb, 0xd9) },
  referenceLinks: [{ upstreamNodeId: WEST, downstreamNodeId: JUNCTION, referenceLanes: bits(16, 1) }],
};
