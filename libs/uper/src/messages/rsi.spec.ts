// RSI: a message spelled bit by bit after X.691 (no public sample exists), and what must be refused.
import { decodeUper, encodeUper } from '../codec.js';
import { UperError } from '../uper-error.js';
import { bytesOf, octets, POSITION, POSITION_BITS } from './golden.fixture.js';
import { decodeMessageFrame, encodeMessageFrame, type MessageFrame } from './message-frame.js';
import {
  Description,
  PathPointList,
  ReferenceLinkList,
  ReferencePathList,
  RTEList,
  RTSList,
  RSIPriority,
} from './rsi.js';

const ID = '5253553030303031';
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const NEAR = { offsetLL: { kind: 'position-LL1', value: { lon: 2047, lat: -41 } } } as const;
const FAR = { offsetLL: { kind: 'position-LL2', value: { lon: 300, lat: -300 } } } as const;
const FRAME: MessageFrame = {
  kind: 'rsiFrame',
  value: {
    msgCnt: 0,
    moy: 466_080,
    id: hex(ID),
    refPos: POSITION,
    rtes: [
      {
        rteId: 1,
        eventType: 707,
        eventSource: 'detection',
        eventPos: NEAR,
        eventRadius: 500,
        description: { kind: 'textString', value: 'JAM' },
        timeDetails: { startTime: 466_080, endTimeConfidence: 'time-000-010' },
        priority: Uint8Array.of(0xe0),
        referencePaths: [{ activePath: [NEAR, FAR], pathRadius: 500 }],
        eventConfidence: 200,
      },
    ],
    rtss: [
      {
        rtsId: 255,
        signType: 85,
        description: { kind: 'textGB2312', value: hex('cfde') },
        referenceLinks: [
          {
            upstreamNodeId: { id: 85 },
            downstreamNodeId: { region: 1, id: 700 },
            referenceLanes: Array.from({ length: 16 }, (_, lane) => lane === 1 || lane === 15),
          },
        ],
      },
    ],
  },
};

const NEAR_BITS = '0 000 111111111111 011111010111';
const FAR_BITS = '0 001 10000100101100 01111011010100';
const GOLDEN = bytesOf([
  ['0 100', 'MessageFrame: not extended, alternative 4 of 5'],
  ['0 111', 'RoadSideInformation: not extended; moy, rtes and rtss present'],
  ['0000000', 'msgCnt 0'],
  ['01110001110010100000', 'moy 466080'],
  [octets(ID), 'id'],
  [POSITION_BITS, 'refPos'],
  ['000', 'rtes: 1 of 1..8'],
  ['0 1111 1101', 'RTEData: not extended; all but referenceLinks'],
  ['00000001', 'rteId 1'],
  ['0000001011000011', 'eventType 707'],
  ['0 101', 'eventSource: of the root, value 5'],
  [NEAR_BITS, 'eventPos'],
  ['0000000111110100', 'eventRadius 500'],
  ['0 000000010 1001010 1000001 1001101', 'description: textString, 3 of 1..512, "J" 0x4a, "A" 0x41, "M" 0x4d'],
  ['101', 'timeDetails: startTime and endTimeConfidence'],
  ['01110001110010100000', 'startTime 466080'],
  ['001100', 'endTimeConfidence: value 12'],
  ['11100000', 'priority: level 7'],
  ['000 00000', 'referencePaths: 1 of 1..8; activePath: 2 of 2..32'],
  [NEAR_BITS, 'the first point'],
  [FAR_BITS, 'the second point'],
  ['0000000111110100', 'pathRadius 500'],
  ['11001000', 'eventConfidence 200'],
  ['0000', 'rtss: 1 of 1..16'],
  ['0 010001', 'RTSData: not extended; description and referenceLinks'],
  ['11111111', 'rtsId 255'],
  ['0000000001010101', 'signType 85'],
  ['1 000000000 11001111 11011110', 'description: textGB2312, 2 of 2..512 octets'],
  ['0000 1', 'referenceLinks: 1 of 1..16; referenceLanes present'],
  ['0 0000000001010101', 'upstreamNodeId: no region, 85'],
  ['1 0000000000000001 0000001010111100', 'downstreamNodeId: region 1, 700'],
  ['0100000000000001', 'referenceLanes: 1 and 15'],
]);

describe('RSI', () => {
  it('is written as X.691 says, and read back', () => {
    expect(encodeMessageFrame(FRAME)).toEqual(GOLDEN);
    expect(decodeMessageFrame(GOLDEN)).toEqual(FRAME);
  });

  it.each<[string, () => unknown]>([
    ['an empty list of events', () => encodeUper(RTEList, [])],
    [
      'nine events',
      () =>
        encodeUper(
          RTEList,
          Array.from({ length: 9 }, () => event),
        ),
    ],
    ['an empty list of signs', () => encodeUper(RTSList, [])],
    [
      'seventeen signs',
      () =>
        encodeUper(
          RTSList,
          Array.from({ length: 17 }, () => ({ rtsId: 1, signType: 1 })),
        ),
    ],
    ['a path of one point', () => encodeUper(PathPointList, [NEAR])],
    [
      'a path of 33 points',
      () =>
        encodeUper(
          PathPointList,
          Array.from({ length: 33 }, () => NEAR),
        ),
    ],
    [
      'a count of points that is too high',
      () => decodeUper(PathPointList, Uint8Array.of(0xf8, ...new Uint8Array(200))),
    ],
    ['an empty list of paths', () => encodeUper(ReferencePathList, [])],
    ['an empty list of links', () => encodeUper(ReferenceLinkList, [])],
    ['an empty text', () => encodeUper(Description, { kind: 'textString', value: '' })],
    ['a text of one octet', () => encodeUper(Description, { kind: 'textGB2312', value: Uint8Array.of(1) })],
    ['a text of 513 characters', () => encodeUper(Description, { kind: 'textString', value: 'a'.repeat(513) })],
    ['a count of octets that is too high', () => decodeUper(Description, Uint8Array.of(0xff, 0xff, ...new Uint8Array(600)))], // prettier-ignore
    ['a text that IA5 does not have', () => encodeUper(Description, { kind: 'textString', value: '限' })],
    ['a priority of two octets', () => encodeUper(RSIPriority, Uint8Array.of(0, 0))],
  ])('refuses: %s', (_, act) => expect(act).toThrow(UperError));

  it('reads the longest text', () => {
    const value = { kind: 'textString', value: 'z'.repeat(512) } as const;
    expect(decodeUper(Description, encodeUper(Description, value))).toEqual(value);
  });
});

const event = { rteId: 1, eventType: 1, eventSource: 'police' } as const;
