// The public samples of BSM frames, and what must be refused. Sources: the interoperability release of
// 2019-07-24 and a published YD/T 3709-2020 test script; frames without initialPosition are the same in both profiles.
import fc from 'fast-check';
import { decodeUper, encodeUper } from '../codec.js';
import { UperError } from '../uper-error.js';
import { BasicSafetyMessage } from './bsm.js';
import { decodeMessageFrame, encodeBsmFrame, MessageFrame } from './message-frame.js';
import { PathHistory } from './path.js';
import { PositionConfidence } from './position.js';
import { TimeConfidence } from './time.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const V1 = '00016626466686a6c6e700001246654268f3dc631a51400000001f91f91fdfffc00140140000';
const V2 = '02a4660606268666260636fe78cd1346f5d23e1c429a260606066000c5ce235f55f41fdfffe022d07d036480000000';
const V3 = '07a4660606268666260636fe6063344d1bd748f8710a68800000004018018b9c46beabe83fbfffe07e2d07d03648000000';
const ALIGNED_BARE_BSM =
  '2a463030313433313031b7f3e046689a37c0ae91f0e214d13030303300000617388d07d507d07f7fff808000b401f4003648000000';

function bsmOf(text: string): BasicSafetyMessage {
  const frame = decodeMessageFrame(hex(text));
  if (frame.kind !== 'bsmFrame') throw new Error(`expected a BSM, met ${frame.kind}`);
  return frame.value;
}

describe('MessageFrame', () => {
  it.each([
    ['nothing at all', ''],
    ['a BSM cut short', V1.slice(0, -4)],
    ['a BSM with a trailing byte', `${V1}00`],
    ['a BSM whose padding is not zero', `${V1.slice(0, -2)}01`],
    ['a frame index beyond the root alternatives', '50'],
    ['an extension without content', '8000'],
    [
      'a latitude out of range',
      (() => {
        const bytes = hex(V1);
        // Bits 100..130 are the latitude: all ones is far above 900000001.
        for (let bit = 100; bit < 131; bit++) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
        return toHex(bytes);
      })(),
    ],
  ])('refuses: %s', (_, text) => expect(() => decodeMessageFrame(hex(text))).toThrow(UperError));

  it('refuses a bare BSM in aligned PER, read as a bare BSM', () => {
    expect(() => decodeUper(BasicSafetyMessage, hex(ALIGNED_BARE_BSM))).toThrow(/lat @bit \d+: out of range/);
  });

  it('says where it stopped', () => {
    expect(() => decodeMessageFrame(hex(V1.slice(0, 22)))).toThrow(
      /^MessageFrame\.bsmFrame\.secMark @bit 83: unexpected end$/,
    );
  });

  it('reads the sample of the published test script', () => {
    expect(bsmOf(V1)).toEqual({
      msgCnt: 11,
      id: hex('3132333435363738'),
      secMark: 0,
      pos: { lat: -594_657_005, long: -598_404_839, elevation: 49_802 },
      transmission: 'neutral',
      speed: 0,
      heading: 0,
      accelSet: { long: 20, lat: 20, vert: 0, yaw: 0 },
      brakes: {},
      size: { width: 20, length: 20 },
      vehicleClass: { classification: 0 },
    });
  });

  it('reads the sample of the interoperability release', () => {
    expect(bsmOf(V2)).toEqual({
      msgCnt: 35,
      id: hex('3030313433313031'),
      secMark: 47_091,
      pos: { lat: 281_260_343, long: 1_128_799_971, elevation: 1233 },
      posAccuracy: { semiMajor: 48, semiMinor: 48, orientation: 12_339 },
      transmission: 'neutral',
      speed: 6,
      heading: 5944,
      angle: 15,
      accelSet: { long: 5, lat: 0, vert: 0, yaw: 0 },
      brakes: { brakePadel: 'off' },
      size: { width: 180, length: 500 },
      vehicleClass: { classification: 54 },
      safetyExt: { events: Array<boolean>(13).fill(false), lights: Array<boolean>(9).fill(false) },
    });
  });

  it('reads the sample with confidences and wheel brakes', () => {
    expect(bsmOf(V3)).toMatchObject({
      timeConfidence: 'unavailable',
      posAccuracy: { semiMajor: 0, semiMinor: 0, orientation: 0 },
      posConfidence: { pos: 'unavailable', elevation: 'unavailable' },
      transmission: 'reverseGears',
      brakes: { wheelBrakes: [true, true, true, true, true] },
    });
  });

  it.each([V1, V2, V3])('writes each sample back to the same bytes: %s', (text) => {
    expect(toHex(encodeBsmFrame(bsmOf(text)))).toBe(text);
  });

  it('reports a frame of a later edition instead of refusing it', () => {
    // extension bit, small number 0, length 2, octets a1 b2
    const frame = decodeMessageFrame(hex('8002a1b2'));
    expect(frame).toEqual({ kind: 'later', index: 0, value: hex('a1b2') });
    expect(toHex(encodeUper(MessageFrame, frame))).toBe('8002a1b2');
  });

  it('keeps additions of a later edition and writes them back', () => {
    const bsm: BasicSafetyMessage = { ...bsmOf(V2), laterAdditions: [undefined, hex('beef')] };
    const bytes = encodeBsmFrame(bsm);
    expect(bsmOf(toHex(bytes))).toEqual(bsm);
  });

  it('has every value of the long enumerations', () => {
    const last = <T extends string>(codec: Parameters<typeof encodeUper<T>>[0], value: T) =>
      encodeUper(codec, value)[0];
    expect(last(PositionConfidence, 'a1cm')).toBe(0xf0);
    expect(last(TimeConfidence, 'time-000-000-000-000-01')).toBe(39 << 2);
    expect(() => decodeUper(TimeConfidence, hex('a0'))).toThrow(/out of range/);
  });

  it('carries a path history, an emergency extension and a heavy load of options', () => {
    const bsm: BasicSafetyMessage = {
      ...bsmOf(V2),
      safetyExt: {
        events: Array.from({ length: 14 }, (_, bit) => bit === 7),
        pathHistory: {
          initialPosition: {
            utcTime: { year: 2024, offset: 480 },
            pos: { lat: 1, long: 2 },
            posAccuracy: { pos: 'a1m' },
            timeConfidence: 'time-000-010',
          },
          crumbData: [
            {
              llvOffset: {
                offsetLL: { kind: 'position-LL3', value: { lon: -32_768, lat: 7 } },
                offsetV: { kind: 'offset1', value: -64 },
              },
              timeOffset: 10,
              heading: 239,
            },
          ],
        },
        pathPrediction: { radiusOfCurve: 32_767, confidence: 200 },
      },
      emergencyExt: { responseType: 'pursuit', sirenUse: 'inUse', lightsUse: 'freqStops' },
    };
    expect(bsmOf(toHex(encodeBsmFrame(bsm)))).toEqual(bsm);
  });

  it('refuses to encode an empty path history', () => {
    expect(() => encodeUper(PathHistory, { crumbData: [] })).toThrow(/size out of range/);
  });

  it('accepts a bent frame only when it is the one spelling of its value', () => {
    let accepted = 0;
    let refused = 0;
    const samples = [V1, V2, V3].map(hex);
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), fc.nat({ max: 7 }), fc.nat(), (sample, at, bit, other) => {
        const bent = sample.slice();
        bent[at % bent.length] = (bent[at % bent.length] ?? 0) ^ (1 << bit);
        bent[other % bent.length] = (bent[other % bent.length] ?? 0) ^ 0x10;
        try {
          const frame = decodeMessageFrame(bent);
          accepted++;
          expect(toHex(encodeUper(MessageFrame, frame))).toBe(toHex(bent));
        } catch (error) {
          if (!(error instanceof UperError)) throw error;
          refused++;
        }
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });
});
