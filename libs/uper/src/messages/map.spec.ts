// MAP: a message spelled bit by bit after X.691 (no public sample exists), and what must be refused.
import { decodeUper, encodeUper } from '../codec.js';
import { UperError } from '../uper-error.js';
import { bytesOf, POSITION, POSITION_WITH_HEIGHT_BITS } from './golden.fixture.js';
import { LaneTypeAttributes } from './lane-attributes.js';
import {
  ConnectsToList,
  LaneList,
  LinkList,
  MapData,
  NodeList,
  PointList,
  SpeedLimitList,
  SpeedLimitType,
} from './map.js';
import { decodeMessageFrame, encodeMessageFrame, type MessageFrame } from './message-frame.js';

const flags = (digits: string): boolean[] => Array.from(digits, (digit) => digit === '1');

const FRAME: MessageFrame = {
  kind: 'mapFrame',
  value: {
    msgCnt: 5,
    timeStamp: 466_080,
    nodes: [
      {
        name: 'A1',
        id: { region: 1, id: 700 },
        refPos: { ...POSITION, elevation: 440 },
        inLinks: [
          {
            upstreamNodeId: { id: 85 },
            speedLimits: [{ type: 'vehicleMaxSpeed', speed: 694 }],
            linkWidth: 700,
            points: [
              { posOffset: { offsetLL: { kind: 'position-LL2', value: { lon: 300, lat: -300 } } } },
              {
                posOffset: {
                  offsetLL: { kind: 'position-LL1', value: { lon: 2047, lat: -41 } },
                  offsetV: { kind: 'offset1', value: -1 },
                },
              },
            ],
            movements: [{ remoteIntersection: { id: 85 }, phaseId: 3 }],
            lanes: [
              {
                laneID: 1,
                laneWidth: 350,
                laneAttributes: {
                  shareWith: flags('0001100000'),
                  laneType: { kind: 'vehicle', value: flags('00010000') },
                },
                maneuvers: flags('100000000000'),
                connectsTo: [
                  {
                    remoteIntersection: { region: 1, id: 700 },
                    connectingLane: { lane: 2, maneuver: flags('010000000000') },
                    phaseId: 255,
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
};

const GOLDEN = bytesOf([
  ['0 001', 'MessageFrame: not extended, alternative 1 of 5'],
  ['0 1', 'MapData: not extended, timeStamp present'],
  ['0000101', 'msgCnt 5'],
  ['01110001110010100000', 'timeStamp 466080'],
  ['00000', 'nodes: 1 of 1..32'],
  ['0 11', 'Node: not extended, name and inLinks present'],
  ['000001 1000001 0110001', 'name: 2 of 1..63 characters, "A" 0x41, "1" 0x31'],
  ['1 0000000000000001 0000001010111100', 'id: region present, 1, 700'],
  [POSITION_WITH_HEIGHT_BITS, 'refPos'],
  ['00000', 'inLinks: 1 of 1..32'],
  ['0 0111', 'Link: not extended, no name, speedLimits, points and movements present'],
  ['0 0000000001010101', 'upstreamNodeId: no region, 85'],
  ['0000', 'speedLimits: 1 of 1..9'],
  ['0 0101 0001010110110', 'type: of the root, value 5 of 13; speed 694'],
  ['000001010111100', 'linkWidth 700'],
  ['00000', 'points: 2 of 2..31'],
  ['0 0 001', 'RoadPoint: not extended; no offsetV; position-LL2'],
  ['10000100101100 01111011010100', 'lon 300 + 8192, lat -300 + 8192'],
  ['0 1 000', 'RoadPoint: not extended; offsetV; position-LL1'],
  ['111111111111 011111010111', 'lon 2047 + 2048, lat -41 + 2048'],
  ['000 0111111', 'offset1: -1 + 64'],
  ['00000', 'movements: 1 of 1..32'],
  ['1 0 0000000001010101 00000011', 'phaseId present; no region, 85; phaseId 3'],
  ['00000', 'lanes: 1 of 1..32'],
  ['0 111100', 'Lane: not extended; laneWidth, laneAttributes, maneuvers, connectsTo'],
  ['00000001', 'laneID 1'],
  ['000000101011110', 'laneWidth 350'],
  ['1 0001100000', 'laneAttributes: shareWith present, motor vehicles and buses'],
  ['0 000 0 00010000', 'laneType: of the root, alternative 0 of 8, root size, restrictedToBusUse'],
  ['100000000000', 'maneuvers: straight'],
  ['000', 'connectsTo: 1 of 1..8'],
  ['11', 'Connection: connectingLane and phaseId present'],
  ['1 0000000000000001 0000001010111100', 'remoteIntersection: region 1, 700'],
  ['1 00000010 010000000000', 'connectingLane: maneuver present, lane 2, left'],
  ['11111111', 'phaseId 255'],
]);

describe('MAP', () => {
  it('is written as X.691 says, and read back', () => {
    expect(encodeMessageFrame(FRAME)).toEqual(GOLDEN);
    expect(decodeMessageFrame(GOLDEN)).toEqual(FRAME);
  });

  it.each<[string, () => unknown]>([
    ['a MAP without a node', () => encodeUper(NodeList, [])],
    ['a node with an empty list of links', () => encodeUper(LinkList, [])],
    ['a link without lanes', () => encodeUper(LaneList, [])],
    ['a line of one point', () => encodeUper(PointList, [point])],
    [
      'a line of 32 points',
      () =>
        encodeUper(
          PointList,
          Array.from({ length: 32 }, () => point),
        ),
    ],
    [
      'thirty-three nodes',
      () =>
        encodeUper(
          NodeList,
          Array.from({ length: 33 }, () => node),
        ),
    ],
    ['nine connections', () => encodeUper(ConnectsToList, Array.from({ length: 9 }, () => ({ remoteIntersection: { id: 1 } })))], // prettier-ignore
    [
      'ten speed limits',
      () =>
        encodeUper(
          SpeedLimitList,
          Array.from({ length: 10 }, () => limit),
        ),
    ],
    ['a link without its width', () => encodeUper(LinkList, [{ upstreamNodeId: { id: 1 }, lanes: [{ laneID: 1 }] } as never])], // prettier-ignore
    ['the 10th to 16th count of speed limits', () => decodeUper(SpeedLimitList, Uint8Array.of(0x90, ...zeros))],
    ['a count of points that is too high', () => decodeUper(PointList, Uint8Array.of(0xf0, ...zeros))],
    ['a root value that SpeedLimitType lacks', () => decodeUper(SpeedLimitType, Uint8Array.of(0x68))],
  ])('refuses: %s', (_, act) => expect(act).toThrow(UperError));

  it('has eight kinds of lanes, in the order of the standard, each with sixteen bits but the first', () => {
    const kinds = ['vehicle', 'crosswalk', 'bikeLane', 'sidewalk', 'median', 'striping', 'trackedVehicle', 'parking'];
    kinds.forEach((kind, index) => {
      const bytes = bytesOf([
        [`0 ${index.toString(2).padStart(3, '0')}`, 'not extended, alternative'],
        [kind === 'vehicle' ? '0 00000001' : '0000000000000001', 'the last bit alone'],
      ]);
      const value = { kind, value: flags(kind === 'vehicle' ? '00000001' : '0000000000000001') } as never;
      expect(encodeUper(LaneTypeAttributes, value)).toEqual(bytes);
      expect(decodeUper(LaneTypeAttributes, bytes)).toEqual(value);
    });
  });

  it('keeps what a later edition adds to a node', () => {
    const later = { ...node, laterAdditions: [undefined, Uint8Array.of(1, 2)] };
    const bytes = encodeUper(MapData, { msgCnt: 1, nodes: [later, node] });
    expect(decodeUper(MapData, bytes)).toEqual({ msgCnt: 1, nodes: [later, node] });
  });
});

const zeros = new Uint8Array(200);
const point = { posOffset: { offsetLL: { kind: 'position-LL1', value: { lon: 0, lat: 0 } } } } as const;
const node = { id: { id: 1 }, refPos: POSITION };
const limit = { type: 'unknown', speed: 0 } as const;
