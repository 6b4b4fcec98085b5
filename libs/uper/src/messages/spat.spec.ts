// SPAT: the public sample of the interoperability release of 2019-07-24, one message spelled bit by bit, and what must be
// refused.
import { decodeUper, encodeUper } from '../codec.js';
import { UperError } from '../uper-error.js';
import { bytesOf } from './golden.fixture.js';
import { decodeMessageFrame, encodeMessageFrame, type MessageFrame } from './message-frame.js';
import {
  INTERSECTION_STATUS,
  IntersectionStateList,
  LightState,
  PhaseList,
  PhaseStateList,
  type SPAT,
} from './spat.js';
import { MinuteOfTheYear, TimeMark } from './time.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const SAMPLE = hex(
  '36b6fa9db8e6c0080008010828058082300000006cc0408c0000001b30182500000000000a08c0000001090302300000004240e09400' +
    '0000000048250000000118140940000000460582500000000001a08c0000000550702300000001541e09400000000000',
);

/** Its twelve phases: number, light, likelyEndTime. */
const PHASES: readonly [number, LightState, number][] = [
  [1, 'red', 870],
  [2, 'red', 870],
  [3, 'permissive-green', 0],
  [5, 'red', 530],
  [6, 'red', 530],
  [7, 'permissive-green', 0],
  [9, 'permissive-green', 140],
  [10, 'permissive-green', 140],
  [11, 'permissive-green', 0],
  [13, 'red', 170],
  [14, 'red', 170],
  [15, 'permissive-green', 0],
];
const bits = (...set: number[]): boolean[] => Array.from({ length: 16 }, (_, bit) => set.includes(bit));

const FRAME: MessageFrame = {
  kind: 'spatFrame',
  value: {
    msgCnt: 1,
    intersections: [
      {
        intersectionId: { id: 85 },
        status: bits(INTERSECTION_STATUS.fixedTimeOperation),
        phases: [
          {
            id: 3,
            phaseStates: [
              {
                light: 'red',
                timing: {
                  kind: 'utcTiming',
                  value: { startUTCTime: 0, minEndUTCTime: 700, likelyEndUTCTime: 36_001, timeConfidence: 200 },
                },
              },
              { light: 'yellow' },
            ],
          },
        ],
      },
    ],
  },
};
const GOLDEN = bytesOf([
  ['0 011', 'MessageFrame: not extended, alternative 3 of 5'],
  ['0 000', 'SPAT: not extended, no moy, timeStamp or name'],
  ['0000001', 'msgCnt 1'],
  ['00000', 'intersections: 1 of 1..32'],
  ['0 000', 'IntersectionState: not extended, no moy, timeStamp or timeConfidence'],
  ['0 0000000001010101', 'intersectionId: no region, 85'],
  ['0000010000000000', 'status: bit 5'],
  ['0000', 'phases: 1 of 1..16'],
  ['00000011', 'id 3'],
  ['0001', 'phaseStates: 2 of 1..16'],
  ['0 1', 'PhaseState: not extended, timing present'],
  ['0 0011', 'light: of the root, value 3'],
  ['0 1', 'timing: of the root, alternative 1 of 2'],
  ['10100', 'UTCTiming: minEndUTCTime and timeConfidence present'],
  ['0000000000000000', 'startUTCTime 0'],
  ['0000001010111100', 'minEndUTCTime 700'],
  ['1000110010100001', 'likelyEndUTCTime 36001'],
  ['11001000', 'timeConfidence 200'],
  ['0 0', 'PhaseState: not extended, no timing'],
  ['0 0111', 'light: of the root, value 7'],
]);

describe('SPAT', () => {
  it('reads the sample of the interoperability release, and writes it back', () => {
    const frame = decodeMessageFrame(SAMPLE);
    const expected: SPAT = {
      msgCnt: 91,
      moy: 513_261,
      timeStamp: 50_998,
      intersections: [
        {
          intersectionId: { region: 1, id: 33 },
          status: bits(5, 7),
          phases: PHASES.map(([id, light, likelyEndTime]) => ({
            id,
            phaseStates: [{ light, timing: { kind: 'counting', value: { startTime: 0, likelyEndTime } } }],
          })),
        },
      ],
    };
    expect(frame).toEqual({ kind: 'spatFrame', value: expected });
    expect(encodeMessageFrame(frame)).toEqual(SAMPLE);
  });

  it('is written as X.691 says, and read back', () => {
    expect(encodeMessageFrame(FRAME)).toEqual(GOLDEN);
    expect(decodeMessageFrame(GOLDEN)).toEqual(FRAME);
  });

  it.each<[string, () => unknown]>([
    ['no intersection', () => encodeUper(IntersectionStateList, [])],
    ['no phase', () => encodeUper(PhaseList, [])],
    ['no state of a phase', () => encodeUper(PhaseStateList, [])],
    ['seventeen states of a phase', () => encodeUper(PhaseStateList, Array.from({ length: 17 }, () => ({ light: 'red' })))], // prettier-ignore
    ['a light without a name', () => decodeUper(LightState, Uint8Array.of(0x4f))],
    ['a time beyond "unknown"', () => encodeUper(TimeMark, 36_002)],
    ['a time beyond "unknown", read', () => decodeUper(TimeMark, Uint8Array.of(0x8c, 0xa2))],
    ['a minute beyond the year', () => encodeUper(MinuteOfTheYear, 527_041)],
    ['a minute beyond the year, read', () => decodeUper(MinuteOfTheYear, Uint8Array.of(0x80, 0xac, 0x10))],
  ])('refuses: %s', (_, act) => expect(act).toThrow(UperError));

  it('reads a light of a later edition, and the least and greatest values', () => {
    expect(decodeUper(LightState, Uint8Array.of(0x82))).toBe('later-2');
    expect(decodeUper(TimeMark, Uint8Array.of(0x8c, 0xa1))).toBe(36_001);
    expect(decodeUper(MinuteOfTheYear, Uint8Array.of(0x80, 0xac, 0x00))).toBe(527_040);
  });
});
