// RSM: a message spelled bit by bit after X.691 (no public sample exists), and what must be refused.
import { decodeUper, encodeUper } from '../codec.js';
import { UperError } from '../uper-error.js';
import { bytesOf, octets, POSITION, POSITION_BITS } from './golden.fixture.js';
import { decodeMessageFrame, encodeMessageFrame, type MessageFrame } from './message-frame.js';
import { ParticipantList, ParticipantType, RoadsideSafetyMessage, SourceType, type ParticipantData } from './rsm.js';

const ID = '5253553030303031';
const HEARD = '0102030405060708';
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const PEDESTRIAN: ParticipantData = {
  ptcType: 'pedestrian',
  ptcId: 85,
  source: 'integrated',
  secMark: 31_000,
  pos: { offsetLL: { kind: 'position-LL1', value: { lon: 2047, lat: -41 } } },
  posConfidence: { pos: 'a1m' },
  speed: 694,
  heading: 7200,
  size: { width: 180, length: 480 },
};
const FRAME: MessageFrame = {
  kind: 'rsmFrame',
  value: {
    msgCnt: 127,
    id: hex(ID),
    refPos: POSITION,
    participants: [
      PEDESTRIAN,
      {
        ...PEDESTRIAN,
        ptcType: 'motor',
        id: hex(HEARD),
        transmission: 'forwardGears',
        vehicleClass: { classification: 10, fuelType: 4 },
      },
    ],
  },
};

const PLACE_AND_MOTION: [string, string][] = [
  ['0111100100011000', 'secMark 31000'],
  ['0 000 111111111111 011111010111', 'pos: no offsetV, position-LL1, lon 2047 + 2048, lat -41 + 2048'],
  ['0 1001', 'posConfidence: no elevation, value 9'],
];
const SPEED_AND_HEADING: [string, string][] = [
  ['0001010110110', 'speed 694'],
  ['001110000100000', 'heading 7200'],
];
const SIZE: [string, string] = ['0 0010110100 000111100000', 'size: no height, 180, 480'];

const GOLDEN = bytesOf([
  ['0 010', 'MessageFrame: not extended, alternative 2 of 5'],
  ['0', 'RoadsideSafetyMessage: not extended'],
  ['1111111', 'msgCnt 127'],
  [octets(ID), 'id, across byte boundaries'],
  [POSITION_BITS, 'refPos'],
  ['0001', 'participants: 2 of 1..16'],
  ['0 000000', 'ParticipantData: not extended, none of the six'],
  ['0 011 0000000001010101 0 111', 'ptcType value 3, ptcId 85, source value 7'],
  ...PLACE_AND_MOTION,
  ...SPEED_AND_HEADING,
  SIZE,
  ['0 110001', 'ParticipantData: not extended; id, transmission, vehicleClass'],
  ['0 001 0000000001010101 0 111', 'ptcType value 1, ptcId 85, source value 7'],
  [octets(HEARD), 'id'],
  ...PLACE_AND_MOTION,
  ['010', 'transmission value 2'],
  ...SPEED_AND_HEADING,
  SIZE,
  ['0 1 00001010 0100', 'vehicleClass: not extended, fuelType present, 10, 4'],
]);

describe('RSM', () => {
  it('is written as X.691 says, and read back', () => {
    expect(encodeMessageFrame(FRAME)).toEqual(GOLDEN);
    expect(decodeMessageFrame(GOLDEN)).toEqual(FRAME);
  });

  it.each<[string, () => unknown]>([
    ['no participant', () => encodeUper(ParticipantList, [])],
    [
      'seventeen participants',
      () =>
        encodeUper(
          ParticipantList,
          Array.from({ length: 17 }, () => PEDESTRIAN),
        ),
    ],
    ['an id of seven octets', () => encodeUper(ParticipantList, [{ ...PEDESTRIAN, id: new Uint8Array(7) }])],
    ['a unit with an id of nine octets', () => encodeUper(RoadsideSafetyMessage, { msgCnt: 1, id: new Uint8Array(9), refPos: POSITION, participants: [PEDESTRIAN] })], // prettier-ignore
    ['a participant without a size', () => encodeUper(ParticipantList, [{ ...PEDESTRIAN, size: undefined as never }])],
    ['a kind of participant without a name', () => decodeUper(ParticipantType, Uint8Array.of(0x50))],
  ])('refuses: %s', (_, act) => expect(act).toThrow(UperError));

  it('has every source', () => {
    expect(encodeUper(SourceType, 'integrated')).toEqual(Uint8Array.of(0x70));
    expect(decodeUper(SourceType, Uint8Array.of(0x80))).toBe('later-0');
  });
});
